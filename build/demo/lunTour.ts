import type { SimulatedNas } from "../../tests/sim/nas/start.ts";
import { startNas } from "../../tests/sim/nas/start.ts";
import { type Console, openConsole } from "./console.ts";
import { type Host, openHost } from "./host.ts";
import { note, title } from "./say.ts";

const profile = "qts-5.2";

/** A server's LUN over iSCSI: snapshot, accident, restore, clone. */
export async function lunTour(): Promise<void> {
  const host = await openHost();
  const nas = await startNas({
    profile,
    iscsi: host.real,
    luns: "sqldata:1,sqllog:1",
    args: ["--mdns", "--name", `demonas-${process.pid}`],
  });
  const console = await openConsole({ credential: nas });
  try {
    await tour(console, host, nas);
  } finally {
    await console.close();
    await host.close();
    await nas.stop();
  }
}

async function tour(console: Console, host: Host, nas: SimulatedNas): Promise<void> {
  const { hostname, port } = new URL(nas.https);
  title(`A NAS (simulator, profile ${profile}) is on this network`);
  await console.run("Import-Module QnapSnapshot");
  await console.run("Find-QnapNas -TimeoutSeconds 2", { mayFail: true });
  await console.run(
    `Connect-QnapNas ${hostname} -Port ${port} -Credential $credential -CertificateFingerprint '${nas.fingerprint}'`,
  );
  await console.run("Get-QnapLun | Format-Table");

  title("A server uses the LUN 'sqldata'");
  const before = await host.fillLun(nas, "sqldata");
  note(`${before.length} files written; the first: ${before[0]}`);
  await console.run("Get-QnapLunConnection | Format-Table LunName, InitiatorIqn, Address");

  title("A snapshot, and then the accident");
  await host.settle();
  await console.run("$s = Get-QnapLun sqldata | New-QnapLunSnapshot -Description 'before patch' -ExpireAfter 7.00:00");
  await console.run("Get-QnapLunSnapshot -Lun sqldata");
  await host.destroyFiles();
  note("every file was overwritten or deleted");

  title("Restore");
  if (host.real) {
    await console.run("Restore-QnapLunSnapshot -Snapshot $s -Confirm:$false", { mayFail: true });
    await host.release();
    note("unmounted and logged out");
  }
  await console.run("Restore-QnapLunSnapshot -Snapshot $s -WhatIf");
  await console.run(
    "Restore-QnapLunSnapshot -Snapshot $s -Confirm:$false | Format-List LunName, SnapshotName, SafetyCopyName, Seconds",
  );

  title("What came back");
  const after = await host.readLun(nas, "sqldata");
  note(`file system check: ${after.fsck}`);
  if (after.files.join("\n") !== before.join("\n"))
    throw new Error("the files are not the ones that were there before");
  note(`${after.files.length} of ${before.length} files have the same SHA-256 as before the accident`);

  title("A clone beside the original, and tidying up");
  await console.run("New-QnapLunClone -Snapshot $s -Name sqltest | Format-Table Name, SizeBytes, Naa");
  await console.run("Remove-QnapLunClone sqltest -Confirm:$false");
  note("the safety copy of the restore goes the same way");
  await console.run("Get-QnapLun QS_* | Remove-QnapLunClone -Confirm:$false");
  await console.run("Remove-QnapLunSnapshot -Snapshot $s -Confirm:$false");
  await console.run("Get-QnapOperation | Format-Table Kind, State, Outcome");
  await console.run(`Disconnect-QnapNas ${hostname}`);
}
