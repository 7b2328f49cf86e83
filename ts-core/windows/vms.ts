import { reasonOf } from "../errors.ts";
import { ensure } from "./ensure.ts";
import type { HyperVVm } from "./inventory.ts";
import type { HostSession } from "./powershell.ts";
import type { RecordedVm } from "./releaseRecord.ts";

/** Hyper-V looks for files that were away by itself (assumed: within two minutes). */
const returnMs = 150_000;
const startMs = 120_000;

export async function readVm(host: HostSession, id: string): Promise<HyperVVm | undefined> {
  const [vm] = await host.read<HyperVVm>("Get-HostVM", { Id: id });
  return vm;
}

/** Registers it from its file, where Hyper-V does not know it. Gives why not, where that cannot be. */
export async function registerVm(
  host: HostSession,
  { id, name, configuration }: RecordedVm,
): Promise<string | undefined> {
  const step = {
    what: `register VM '${name}'`,
    withinMs: returnMs,
    isSo: async () => {
      const vm = await readVm(host, id);
      return vm !== undefined && !vm.state.endsWith("Critical");
    },
    act: async () => {
      if (!(await readVm(host, id))) await host.act("Register-HostVM", { Path: configuration });
    },
  };
  return failureOf(ensure(step), `VM '${name}' is not registered`);
}

/** Its checkpoint goes once the VM is put back to it: so it is told from one that is still to be. */
export async function revertVm(
  host: HostSession,
  { id, name }: RecordedVm,
  checkpoint: string,
): Promise<string | undefined> {
  const has = async () => (await readVm(host, id))?.checkpoints.some((one) => one.name === checkpoint) === true;
  const revert = async () => {
    if (!(await has())) return;
    await host.act("Restore-HostCheckpoint", { Id: id, Name: checkpoint });
    await ensure({
      what: `remove checkpoint '${checkpoint}' of VM '${name}'`,
      isSo: async () => !(await has()),
      act: () => host.act("Remove-HostCheckpoint", { Id: id, Name: checkpoint }),
    });
  };
  return failureOf(revert(), `VM '${name}' was not put back to its checkpoint`);
}

export async function startVm(host: HostSession, { id, name }: RecordedVm): Promise<string | undefined> {
  const step = {
    what: `start VM '${name}'`,
    withinMs: startMs,
    isSo: async () => (await readVm(host, id))?.state === "Running",
    act: () => host.act("Start-HostVM", { Id: id }),
  };
  return failureOf(ensure(step), `VM '${name}' was not started`);
}

function failureOf(work: Promise<void>, what: string): Promise<string | undefined> {
  return work.then(
    () => undefined,
    (error: unknown) => `${what}: ${reasonOf(error)}`,
  );
}
