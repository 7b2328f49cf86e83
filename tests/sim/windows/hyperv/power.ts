import { readFile } from "node:fs/promises";
import { localFolder } from "../disks/accessPaths.ts";
import type { Host } from "../host.ts";
import { hyperVFailure } from "./failures.ts";
import { Guest } from "./guest.ts";
import { readHeader, recordsOf } from "./virtualDisk.ts";
import { memoryFile, removeFile, saveConfig, type Vm, type VmState, writeWhole } from "./vm.ts";

/** From its saved state where it has one. */
export async function startVm(host: Host, vm: Vm): Promise<void> {
  const { config } = vm;
  if (vm.guest) return;
  for (const disk of config.disks) await mustOpen(host, vm, disk);
  const memory = config.state === "Saved" ? await readMemory(host, memoryFile(config)) : undefined;
  await run(host, vm, memory?.written ?? (await lastRecord(host, vm)));
  if (memory) await removeFile(host, memoryFile(config));
  await setState(host, vm, "Running");
}

export async function run(host: Host, vm: Vm, written: number): Promise<void> {
  const guest = new Guest(written, () => {
    vm.guest = undefined;
    vm.config.state = "Off";
    host.effects.add("vm.lost", vm.config.id, { name: vm.config.name, written: guest.written });
  });
  vm.guest = guest;
  const [disk] = vm.config.disks;
  if (disk) await guest.resume(host, disk);
}

async function mustOpen(host: Host, { config }: Vm, path: string): Promise<void> {
  for (let at: string | null = path; at !== null; ) {
    const header: Awaited<ReturnType<typeof readHeader>> = await readHeader(host, at);
    if (!header) throw hyperVFailure("OperationFailed", 0x80070002, `'${config.name}' failed to start. ${at}`);
    at = header.parent;
  }
}

async function lastRecord(host: Host, { config }: Vm): Promise<number> {
  const [disk] = config.disks;
  return disk ? ((await recordsOf(host, disk)).at(-1) ?? 0) : 0;
}

/** Its memory goes to the disk. */
export async function saveVm(host: Host, vm: Vm): Promise<void> {
  const { guest } = vm;
  if (!guest) return;
  await guest.pause();
  await writeMemory(host, memoryFile(vm.config), guest.written);
  vm.guest = undefined;
  await setState(host, vm, "Saved");
}

export async function stopVm(host: Host, vm: Vm): Promise<void> {
  await vm.guest?.pause();
  vm.guest = undefined;
  await removeFile(host, memoryFile(vm.config));
  await setState(host, vm, "Off");
}

async function setState(host: Host, vm: Vm, state: VmState): Promise<void> {
  vm.config.state = state;
  await saveConfig(host, vm);
  host.effects.add(`vm.${state.toLowerCase()}`, vm.config.id, { name: vm.config.name, written: vm.guest?.written });
}

const mebibyte = 1024 * 1024;

export const writeMemory = (host: Host, path: string, written: number): Promise<void> =>
  writeWhole(host, path, `${JSON.stringify({ written })}\n${"m".repeat(mebibyte)}`);

export async function readMemory(host: Host, path: string): Promise<{ written: number }> {
  return JSON.parse((await readFile(localFolder(host, path), "utf8")).split("\n")[0] ?? "");
}
