import { readFile } from "node:fs/promises";
import type { VmwareLab } from "../../tests/e2e/support/vmwareLab.ts";
import type { VmView } from "../../tests/sim/vcenter/view.ts";
import { prove } from "./say.ts";

const ransom = "encrypted, pay up";
const overwritten = ["vm001", "vm002", "vm004"];
const deleted = "vm005";

/** The registered VMs as vCenter shows them now. */
export async function look({ vcenter }: VmwareLab): Promise<VmView[]> {
  return (await vcenter.state()).vms.filter(({ registered }) => registered);
}

export async function proveSnapshotTaken(lab: VmwareLab): Promise<void> {
  const vms = (await look(lab)).length;
  const effects = await lab.vcenter.effects();
  const stamps = (kind: string) => effects.filter((one) => one.kind === kind).map(({ atMs }) => atMs);
  const [made, removed] = [stamps("vm.snapshotCreate"), stamps("vm.snapshotRemove")];
  const taken = (await lab.nas.effects()).find(({ kind }) => kind === "snapshot.create")?.atMs ?? Number.NaN;
  prove(
    made.length === vms && made.every((ms) => ms < taken) && removed.every((ms) => ms > taken),
    `vCenter made ${vms} VM snapshots, then the NAS its snapshot; only after that were they removed`,
  );
  prove(own(await look(lab)).length === 0 && removed.length === vms, "none of them is left");
}

/** By the control API, as it would happen inside the guests and in vSphere. */
export async function accident(lab: VmwareLab): Promise<void> {
  for (const name of overwritten) await lab.vcenter.changeVm(name, { data: ransom });
  await lab.vcenter.deleteVm(deleted);
  prove(
    (await holdsRansom(lab)) && (await shownAs(lab, deleted)) === undefined,
    `the disks of ${overwritten.join(", ")} were overwritten; ${deleted} was deleted with its files`,
  );
}

export async function proveRestored(lab: VmwareLab, before: readonly VmView[]): Promise<void> {
  const { vms, hosts } = await lab.vcenter.state();
  const now = vms.filter(({ registered }) => registered);
  const wanted = before.filter(({ name }) => name !== deleted);
  prove(shown(now) === shown(wanted), `${now.length} VMs are registered as before, with their old content`);
  prove(!(await holdsRansom(lab)), `the LUN on the NAS no longer holds '${ransom}'`);
  prove(
    own(now).length === now.length,
    "each has its VM snapshot, which came back with the LUN and can be reverted to",
  );
  prove(
    (await shownAs(lab, deleted))?.registered === false,
    `${deleted} was deleted before: its files are back, and it was not added`,
  );
  prove(
    hosts.every(({ mounted, detached }) => mounted.includes("ds-prod") && detached.length === 0),
    `all ${hosts.length} hosts have the datastore mounted`,
  );
}

function own(vms: readonly VmView[]): string[] {
  return vms.flatMap(({ snapshots }) => snapshots.map(({ name }) => name)).filter((name) => name.startsWith("QS_"));
}

/** What must be as it was: where they belong, and what is on their disks. */
function shown(vms: readonly VmView[]): string {
  const lines = vms.map(({ name, instanceUuid, folder, pool, host, disks }) =>
    JSON.stringify([name, instanceUuid, folder, pool, host, disks.map(({ data }) => data)]),
  );
  return lines.sort().join("\n");
}

/** Whether it stands in the bytes of the LUN. */
async function holdsRansom({ nas }: VmwareLab): Promise<boolean> {
  const lun = (await nas.state()).luns.find(({ name }) => name === "vmstore");
  if (!lun) throw new Error("no LUN 'vmstore'");
  return (await readFile(lun.file)).includes(ransom);
}

/** Not registered: only its files lie there. Undefined: they do not either. */
async function shownAs({ vcenter }: VmwareLab, name: string): Promise<VmView | undefined> {
  return (await vcenter.state()).vms.find((vm) => vm.name === name);
}
