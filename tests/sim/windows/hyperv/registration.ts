import { randomUUID } from "node:crypto";
import type { Host } from "../host.ts";
import { mergeDisks } from "./checkpoints.ts";
import { hyperVFailure } from "./failures.ts";
import { startVm } from "./power.ts";
import { createDisk } from "./virtualDisk.ts";
import {
  checkpointFile,
  configFile,
  isThere,
  memoryFile,
  readConfig,
  removeFile,
  saveConfig,
  type Vm,
  type VmConfig,
} from "./vm.ts";

export interface NewVm extends Partial<Pick<VmConfig, "checkpointType" | "guest" | "backup" | "images" | "disks">> {
  name: string;
  /** `F:\vms\app1`: its configuration and, unless told otherwise, its disk. */
  folder: string;
  running?: boolean;
  clustered?: boolean;
}

export async function addVm(
  host: Host,
  { name, folder, running = false, clustered = false, ...more }: NewVm,
): Promise<Vm> {
  const config: VmConfig = {
    ...{ id: randomUUID(), name, generation: 2, version: "10.0", checkpointType: "Production" },
    ...{ location: folder, snapshotLocation: folder, pagingPath: folder },
    ...{ disks: [`${folder}\\${name}.vhdx`], images: [], guest: "Windows", backup: true },
    ...{ state: "Off", checkpoints: [], ...more },
  };
  const vm: Vm = { config, clustered, guest: undefined, status: "Operating normally" };
  for (const disk of config.disks) await createDisk(host, disk, null);
  await saveConfig(host, vm);
  host.vms.push(vm);
  if (running) await startVm(host, vm);
  return vm;
}

/** In place, under its own id. */
export async function importVm(host: Host, path: string): Promise<Vm> {
  if (!isThere(host, path)) throw hyperVFailure("ObjectNotFound", 0x80070002, `${path} was not found.`);
  const config = await readConfig(host, path);
  if (host.vms.some((other) => other.config.id === config.id))
    throw hyperVFailure("OperationFailed", 0x80048063, "A virtual machine with the same identifier already exists.");
  // Where it lies now counts, not where it lay.
  config.location = path.replace(/\\Virtual Machines\\[^\\]*$/i, "");
  const vm: Vm = { config, clustered: false, guest: undefined, status: "Operating normally" };
  host.vms.push(vm);
  host.effects.add("vm.registered", config.id, { name: config.name, path });
  return vm;
}

/** Its configuration and checkpoints are deleted where they can be reached (documented); its disks stay. */
export async function removeVm(host: Host, vm: Vm): Promise<void> {
  const { config } = vm;
  if (vm.guest) throw hyperVFailure("InvalidState", 0x80048053, `'${config.name}' is running.`);
  if (isThere(host, configFile(config))) await deleteFiles(host, vm);
  host.vms.splice(host.vms.indexOf(vm), 1);
  host.effects.add("vm.removed", config.id, { name: config.name });
}

async function deleteFiles(host: Host, vm: Vm): Promise<void> {
  const { config } = vm;
  for (const checkpoint of [...config.checkpoints].reverse()) {
    config.checkpoints.pop();
    await mergeDisks(host, vm, checkpoint);
    for (const extension of ["vmcx", "vmrs"] as const)
      await removeFile(host, checkpointFile(config, checkpoint.id, extension));
  }
  await removeFile(host, memoryFile(config));
  await removeFile(host, configFile(config));
}
