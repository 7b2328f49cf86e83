import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CoreProcess } from "../../coreProcess.ts";
import type { ChapAccount } from "../../sim/nas/iscsi/backend.ts";
import { type LunView, type NasOptions, type NasState, type SimulatedNas, startNas } from "../../sim/nas/start.ts";
import { startPowerShell } from "../../sim/windows/powershell.ts";
import { type SimulatedWindows, startWindowsSim, type WindowsOptions } from "../../sim/windows/start.ts";

const mib = 1 << 20;
/** What takes a NAS seconds is waited for in other tests. */
const quick = {
  createSnapshotMs: 20,
  deleteSnapshotMs: 20,
  cloneMs: 50,
  recoverMs: 50,
  naaDelayMs: 0,
  removeLunMs: 20,
};

interface LabOptions {
  /** A volume each. */
  paths?: string[];
  /** More LUNs, with the volume of each. */
  neighbours?: string[];
  /** Of every LUN: its target, and who may log in there. */
  lun?: { target?: string; chap?: ChapAccount; mutualChap?: ChapAccount };
  nas?: NasOptions;
  windows?: WindowsOptions;
}

/** A NAS with the LUN `data`, and a Windows Server that is logged in to it and has its volumes at these paths. */
export class WindowsLab {
  readonly nas: SimulatedNas;
  readonly windows: SimulatedWindows;
  readonly naa: string;

  constructor(nas: SimulatedNas, windows: SimulatedWindows, naa: string) {
    this.nas = nas;
    this.windows = windows;
    this.naa = naa;
  }

  static async start(options: LabOptions = {}): Promise<WindowsLab> {
    const { paths = ["F:\\"], neighbours = [], lun = {}, nas: { quirks, ...more } = {} } = options;
    const nas = await startNas({ iscsi: true, ...more, quirks: { ...quick, ...quirks } });
    const luns = [{ name: "data", paths }, ...neighbours.map((path) => ({ name: `beside${path[0]}`, paths: [path] }))];
    const naas: string[] = [];
    for (const { name } of luns) naas.push((await nas.addLun({ name, sizeBytes: 64 * mib, ...lun })).naa);
    const windows = await startWindowsSim({ nas, ...options.windows });
    for (const [index, { paths: own }] of luns.entries())
      await windows.prepareDisk({ naa: String(naas[index]).toUpperCase(), paths: own });
    return new WindowsLab(nas, windows, naas[0] ?? "");
  }

  /** For a core that has this Windows. */
  get environment(): Record<string, string> {
    return { QNAP_SNAPSHOT_POWERSHELL: this.windows.powershell };
  }

  async connect(home?: string): Promise<CoreProcess> {
    const core = await CoreProcess.start(home, this.environment);
    await core.connect(this.nas);
    return core;
  }

  /** `F:\report` */
  file(path: string): string {
    const [drive = "", ...names] = path.split("\\");
    return join(this.windows.root, drive.slice(0, 1), ...names);
  }

  write(path: string, text: string): Promise<void> {
    return writeFile(this.file(path), text);
  }

  /** undefined: there is no such file. */
  read(path: string): Promise<string | undefined> {
    return readFile(this.file(path), "utf8").catch(() => undefined);
  }

  folder(path: string): Promise<string[]> {
    return readdir(this.file(path));
  }

  async lun(name = "data"): Promise<LunView> {
    const found = (await this.atRest()).luns.find((lun) => lun.name === name);
    if (!found) throw new Error(`the NAS has no LUN ${name}`);
    return found;
  }

  async disk(naa = this.naa) {
    return (await this.windows.state()).disks.find((disk) => disk.naa === naa.toUpperCase());
  }

  /** A crash-consistent one, with everything written that was to be. */
  async takeSnapshot(core: CoreProcess, paths: string[]): Promise<string> {
    const frozen: string[] = [];
    try {
      for (const path of paths) frozen.push(await this.windows.freeze(path).then(() => path));
      const request = { luns: [{ name: "data" }], type: "Crash" };
      const { snapshots } = await core.call<{ snapshots: { snapshotId: string }[] }>("newLunSnapshot", request);
      return snapshots[0]?.snapshotId ?? "";
    } finally {
      for (const path of frozen) await this.windows.thaw(path);
    }
  }

  /** What is where, by the accounts of both and a line each. */
  async account(): Promise<string[]> {
    const { luns } = await this.atRest();
    const { disks } = await this.windows.state();
    const nameOf = (naa: string) => luns.find((lun) => lun.naa === naa.toLowerCase())?.name ?? `gone ${naa}`;
    return [
      ...luns.map(
        ({ name, targets }) =>
          `LUN ${name} on ${targets.map((one) => `${one.targetIndex}:${one.lunNumber}:${one.enabled}`)}`,
      ),
      ...disks.map(({ naa, guid, isOffline, isReadOnly, volumes }) => {
        const paths = volumes.map(({ accessPaths }) => accessPaths.join("+"));
        return `disk ${nameOf(naa)} ${guid} ${isOffline ? "offline" : "online"} ${isReadOnly ? "read-only " : ""}at ${paths}`;
      }),
    ].sort();
  }

  /** Attribute bits of its partitions, as Windows shows them. */
  async bits(): Promise<string[]> {
    const shell = startPowerShell(this.windows);
    const names = "'IsHidden', 'IsReadOnly', 'NoDefaultDriveLetter', 'IsShadowCopy'";
    const found = await shell.run(
      `Get-Partition -DiskNumber 1 | ForEach-Object { foreach ($name in ${names}) { if ($_.$name) { $name } } }`,
    );
    await shell.stop();
    return [found].flat() as string[];
  }

  async atRest(): Promise<NasState> {
    for (;;) {
      const state = await this.nas.state();
      if (state.jobs.length === 0) return state;
      await sleep(20);
    }
  }

  async stop(): Promise<void> {
    await this.windows.stop();
    await this.nas.stop();
  }
}
