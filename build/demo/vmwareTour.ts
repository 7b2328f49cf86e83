import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { startVmwareLab, type VmwareLab } from "../../tests/e2e/support/vmwareLab.ts";
import { root } from "../repo.ts";
import { type Console, openConsole } from "./console.ts";
import { note, title } from "./say.ts";
import { accident, look, proveRestored, proveSnapshotTaken } from "./vmwareProof.ts";

/** A VMware datastore on a LUN: application-consistent snapshot, accident, restore. */
export async function vmwareTour(): Promise<void> {
  setUpVcenter();
  const lab = await startVmwareLab({ profile: "qts-5.2" }, { vms: 5, hosts: 2, taskMs: 800 });
  const console = await openConsole({ credential: lab.nas, sso: lab.vcenter });
  try {
    await furnish(lab);
    await tour(console, lab);
  } finally {
    await console.close();
    await lab.stop();
  }
}

/** The simulator is a Go program; what it needs is installed where that is possible, and named where it is not. */
function setUpVcenter(): void {
  const { status } = spawnSync("bash", [join(root, "build/setup.sh"), "vcenter"], { stdio: "inherit" });
  if (status !== 0)
    throw new Error("the vCenter simulator cannot be built here; the demo without --vmware does not need it");
}

/** Guests of several kinds, each with something of its own on its disks. */
async function furnish({ vcenter }: VmwareLab): Promise<void> {
  for (const { name } of (await vcenter.state()).vms) await vcenter.changeVm(name, { data: `orders of ${name}` });
  await vcenter.changeVm("vm003", { tools: "notRunning" });
  await vcenter.changeVm("vm004", { power: "poweredOff" });
}

async function tour(console: Console, lab: VmwareLab): Promise<void> {
  const { nas, vcenter } = lab;
  const [nasUrl, vcenterUrl] = [new URL(nas.https), new URL(vcenter.url)];

  title("A NAS, and a vCenter with a datastore on one of its LUNs (both simulators)");
  note("vm003 runs without VMware Tools, vm004 is switched off");
  await console.run("Import-Module QnapSnapshot");
  await console.run(
    `Connect-QnapNas ${nasUrl.hostname} -Port ${nasUrl.port} -Credential $credential -CertificateFingerprint '${nas.fingerprint}' | Out-Null`,
  );
  await console.run(
    `Set-QnapVMwareSetting ${vcenterUrl.hostname} -Port ${vcenterUrl.port} -Credential $sso -CertificateThumbprint '${vcenter.thumbprint}' | Out-Null`,
  );
  await console.run("Get-QnapLun vmstore | Get-QnapLunConsumer");
  await console.run("Test-QnapLun vmstore");

  title("An application-consistent snapshot");
  await console.run("$s = New-QnapLunSnapshot vmstore -Type Application -Description 'before update'");
  await console.run("$s");
  await console.run("$s.VMs");
  note("the LUN snapshot is called no better than the worst of its VMs");
  await proveSnapshotTaken(lab);

  title("The accident");
  const before = await look(lab);
  await accident(lab);

  title("Restore");
  await console.run("Restore-QnapLunSnapshot -Snapshot $s -WhatIf");
  await console.run("$r = Restore-QnapLunSnapshot -Snapshot $s -Confirm:$false");
  await console.run("$r | Format-List LunName, SnapshotName, SafetyCopyName, Outcome, NotAdded, Seconds");

  title("What came back, as the simulators show it");
  await proveRestored(lab, before);
  await console.run("Get-QnapOperation | Format-Table Kind, State, Outcome");
}
