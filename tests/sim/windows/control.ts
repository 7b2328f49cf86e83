import { runTool } from "../../initiator/tools.ts";
import type { Trouble } from "./call.ts";
import { normalPath, volumesOf } from "./disks/accessPaths.ts";
import { attribute, readGpt, writeGpt } from "./disks/gpt.ts";
import { openFiles } from "./disks/openFiles.ts";
import { type PrepareDisk, prepareDisk } from "./disks/prepare.ts";
import { rescan } from "./disks/rescan.ts";
import { sectors } from "./disks/state.ts";
import type { FaultRequest } from "./faults.ts";
import type { Disk, Host, Volume } from "./host.ts";
import { addVm, type NewVm } from "./hyperv/registration.ts";
import { recordsOf } from "./hyperv/virtualDisk.ts";
import { Load } from "./load.ts";
import { endProcess, type NewProcess, type Service, startProcess, startService } from "./processes.ts";
import type { Settings } from "./settings.ts";
import { stateView, vmView, volumeView } from "./view.ts";

export interface SetAttributes {
  naa: string;
  readOnly?: boolean;
  shadowCopy?: boolean;
  hidden?: boolean;
  noDriveLetter?: boolean;
}

export interface ClusterDisk {
  naa: string;
  resource: string;
  sharedVolume?: boolean;
}

export type NewService = Omit<Service, "process">;
export type SmbFile = Host["smbFiles"][number];

type Body = Record<string, unknown>;

/** The control API, a function a call; docs/windows-simulator.md says what each one does. */
export function controlCalls(host: Host, { faults, holds }: Trouble) {
  const calls: Record<string, (body: Body, search: URLSearchParams) => unknown> = {
    "GET state": () => stateView(host),
    "GET effects": () => host.effects.list,
    "GET calls": () => host.effects.calls,
    "POST reset": () => host.effects.reset(),
    "POST settings": (body) => void Object.assign(host.settings, body as Partial<Settings>),
    "POST disks": async (body) => {
      const disk = await host.inTurn(() => prepareDisk(host, body as unknown as PrepareDisk));
      return disk.volumes.map((volume) => volumeView(disk, volume));
    },
    "POST rescan": () => host.inTurn(() => rescan(host)),
    "POST attributes": (body) => host.inTurn(() => setAttributes(host, body as unknown as SetAttributes)),
    "POST cluster": (body) => cluster(host, body as unknown as ClusterDisk),
    "POST freeze": ({ path }) => freeze(host, String(path), "--freeze"),
    "POST thaw": ({ path }) => freeze(host, String(path), "--unfreeze"),
    "POST processes": async (body) => {
      const { child } = await startProcess(host, body as unknown as NewProcess);
      return { pid: child.pid };
    },
    "DELETE processes": (_, search) =>
      Promise.all(host.processes.filter(({ name }) => name === search.get("name")).map(endProcess)).then(() => {}),
    "POST services": async (body) => {
      const service = { ...(body as unknown as NewService), process: undefined };
      host.services.push(service);
      await startService(host, service);
    },
    "POST vms": async (body) => vmView(await host.inTurn(() => addVm(host, body as unknown as NewVm))),
    "GET records": (_, search) => recordsOf(host, search.get("path") ?? ""),
    "POST loads": ({ path }) => void host.loads.push(new Load(host, String(path))),
    "DELETE loads": async () => {
      await Promise.all(host.loads.map((load) => load.end()));
      return host.loads.splice(0).map(({ path, writes, errors }) => ({ path, writes, errors }));
    },
    "POST smbFiles": (body) => void host.smbFiles.push(body as unknown as SmbFile),
    "DELETE smbFiles": () => {
      host.smbFiles = [];
    },
    "GET openFiles": (_, search) => openFiles([volumeAt(host, search.get("path") ?? "")]),
    "POST faults": (body) => ({ id: faults.add(body as unknown as FaultRequest).id }),
    "DELETE faults": () => faults.clear(),
    "GET holds": (_, search) => holds.list(Number(search.get("waitMs") ?? 5000)),
    "POST holds": ({ id, action }) => holds.release(Number(id), action as "continue" | "drop"),
  };
  return calls;
}

/** In the bytes, behind the back of whoever has read them: as VSS does before a snapshot. */
async function setAttributes(host: Host, { naa, ...wanted }: SetAttributes): Promise<void> {
  const disk = diskOf(host, naa);
  const gpt = await readGpt(sectors(disk));
  if (!gpt) throw new Error(`disk ${disk.number} has no partitions`);
  for (const partition of gpt.partitions.filter(({ number }) => number > 1)) {
    for (const [name, on] of Object.entries(wanted)) {
      const bit = attribute[name as keyof typeof attribute];
      partition.attributes = on ? partition.attributes | bit : partition.attributes & ~bit;
    }
  }
  await writeGpt(sectors(disk), gpt);
}

function cluster(host: Host, { naa, resource, sharedVolume = false }: ClusterDisk): void {
  diskOf(host, naa).cluster = { resource, sharedVolume };
}

function diskOf(host: Host, naa: string): Disk {
  const disk = host.disks.find(({ facts }) => facts.naa === naa.toUpperCase());
  if (!disk) throw new Error(`no disk with NAA ${naa}`);
  return disk;
}

function volumeAt(host: Host, path: string): Volume {
  const found = volumesOf(host).find(
    ({ volume }) => path.includes(volume.guid) || volume.mounted.includes(normalPath(path) ?? ""),
  );
  if (!found) throw new Error(`no volume at ${path}`);
  return found.volume;
}

/** What VolSnap does between flush and release: writes wait. */
async function freeze(host: Host, path: string, what: "--freeze" | "--unfreeze"): Promise<void> {
  await runTool("fsfreeze", [what, volumeAt(host, path).folder ?? ""]);
}
