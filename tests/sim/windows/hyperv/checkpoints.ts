import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Host } from "../host.ts";
import { hyperVFailure } from "./failures.ts";
import { readMemory, run, writeMemory } from "./power.ts";
import { createDisk, differencingPath, merge, readHeader } from "./virtualDisk.ts";
import {
  type Checkpoint,
  checkpointFile,
  configFile,
  isThere,
  memoryFile,
  removeFile,
  saveConfig,
  type Vm,
  writeWhole,
} from "./vm.ts";

/** With memory where the VM runs and its type is Standard; a production one has been through VSS in the guest. */
export async function createCheckpoint(host: Host, vm: Vm, name: string): Promise<Checkpoint> {
  const { config, guest } = vm;
  if (config.checkpointType === "Disabled")
    throw hyperVFailure("OperationFailed", 0x80048054, `Checkpoints have been disabled for '${config.name}'.`);
  await sleep(host.settings.checkpointMs);
  await guest?.pause();
  const hasMemory = guest !== undefined && config.checkpointType === "Standard";
  const checkpoint: Checkpoint = {
    ...{ id: randomUUID(), name, type: guest && !hasMemory ? "Recovery" : "Standard", hasMemory },
    ...{ parentId: config.checkpoints.at(-1)?.id ?? null, createdMs: Date.now(), disks: config.disks },
  };
  if (hasMemory) await writeMemory(host, checkpointFile(config, checkpoint.id, "vmrs"), guest.written);
  await writeWhole(host, checkpointFile(config, checkpoint.id, "vmcx"), JSON.stringify(config));
  config.disks = await Promise.all(config.disks.map((disk) => buildOn(host, disk)));
  config.checkpoints.push(checkpoint);
  await saveConfig(host, vm);
  host.effects.add("checkpoint.created", checkpoint.id, { vm: config.name, name, hasMemory, written: guest?.written });
  if (guest) await run(host, vm, guest.written);
  return checkpoint;
}

async function buildOn(host: Host, disk: string): Promise<string> {
  const path = differencingPath(disk);
  await createDisk(host, path, disk);
  return path;
}

/** Its files go at once, its disks are merged later, as Hyper-V does it. */
export async function removeCheckpoint(host: Host, vm: Vm, checkpoint: Checkpoint): Promise<void> {
  const { config } = vm;
  config.checkpoints = config.checkpoints.filter((other) => other !== checkpoint);
  for (const other of config.checkpoints) if (other.parentId === checkpoint.id) other.parentId = checkpoint.parentId;
  vm.status = "Merging disks";
  await saveConfig(host, vm);
  for (const extension of ["vmcx", "vmrs"] as const)
    await removeFile(host, checkpointFile(config, checkpoint.id, extension));
  host.effects.add("checkpoint.removed", checkpoint.id, { vm: config.name, name: checkpoint.name });
  setTimeout(() => void host.inTurn(() => mergeDisks(host, vm, checkpoint)).catch(() => {}), host.settings.mergeMs);
}

export async function mergeDisks(host: Host, vm: Vm, checkpoint: Checkpoint): Promise<void> {
  const { config, guest } = vm;
  // Its volume may have been taken away meanwhile.
  if (!isThere(host, configFile(config))) return;
  await guest?.pause();
  for (const parent of checkpoint.disks) {
    const children = await childrenOf(host, vm, parent);
    const [child] = children;
    if (child === undefined || children.length > 1) continue;
    await merge(host, child, parent);
    for (const one of [config, ...config.checkpoints])
      one.disks = one.disks.map((disk) => (disk === child ? parent : disk));
  }
  await saveConfig(host, vm);
  vm.status = "Operating normally";
  host.effects.add("checkpoint.merged", checkpoint.id, { vm: config.name });
  if (guest && vm.guest) await run(host, vm, guest.written);
}

async function childrenOf(host: Host, { config }: Vm, parent: string): Promise<string[]> {
  const disks = new Set([config, ...config.checkpoints].flatMap((one) => one.disks));
  const headers = await Promise.all([...disks].map(async (path) => ({ path, header: await readHeader(host, path) })));
  return headers.filter(({ header }) => header?.parent === parent).map(({ path }) => path);
}

/** Back to it; what was written since is lost. */
export async function applyCheckpoint(host: Host, vm: Vm, checkpoint: Checkpoint): Promise<void> {
  const { config } = vm;
  await vm.guest?.pause();
  vm.guest = undefined;
  for (const disk of config.disks) if (disk.endsWith(".avhdx")) await removeFile(host, disk);
  config.disks = await Promise.all(checkpoint.disks.map((disk) => buildOn(host, disk)));
  config.state = checkpoint.hasMemory ? "Saved" : "Off";
  if (checkpoint.hasMemory) await copyMemory(host, vm, checkpoint);
  await saveConfig(host, vm);
  host.effects.add("checkpoint.applied", checkpoint.id, { vm: config.name, name: checkpoint.name });
}

async function copyMemory(host: Host, { config }: Vm, { id }: Checkpoint): Promise<void> {
  const { written } = await readMemory(host, checkpointFile(config, id, "vmrs"));
  await writeMemory(host, memoryFile(config), written);
}
