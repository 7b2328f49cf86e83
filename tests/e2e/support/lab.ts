import { open, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { CoreProcess } from "../../coreProcess.ts";
import { Caller } from "../../sim/nas/caller.ts";
import type { ProfileName } from "../../sim/nas/profiles.ts";
import { type LunView, type NasOptions, type NasState, type SimulatedNas, startNas } from "../../sim/nas/start.ts";

const lunBytes = 1 << 20;

/**
 * A NAS with three LUNs, the last two on one target: sqldata is LUN number 1 of `shared`, so that a number that is not kept
 * shows. Every byte of a LUN is one letter, which says what it holds.
 */
export class Lab {
  readonly nas: SimulatedNas;

  constructor(nas: SimulatedNas) {
    this.nas = nas;
  }

  static async start(profile: ProfileName, options: NasOptions = {}): Promise<Lab> {
    const lab = new Lab(await startNas({ profile, ...options }));
    await lab.furnish();
    return lab;
  }

  async furnish(): Promise<void> {
    await this.nas.addLun({ name: "vmstore", sizeBytes: lunBytes });
    await this.nas.addLun({ name: "neighbour", sizeBytes: lunBytes, target: "shared" });
    await this.nas.addLun({ name: "sqldata", sizeBytes: lunBytes, target: "shared" });
    for (const name of ["vmstore", "neighbour", "sqldata"]) await this.fill(name, "A");
  }

  /** Back to an empty NAS, for the next case. */
  async clear(): Promise<void> {
    await this.nas.clearFaults();
    await this.#atRest();
    for (const { name } of (await this.nas.state()).luns) await this.nas.removeLun(name);
    await this.nas.unlock();
    await this.nas.expireSessions();
    await this.nas.reset();
  }

  async fill(name: string, letter: string): Promise<void> {
    const { file, sizeBytes } = await this.lun(name);
    const handle = await open(file, "r+");
    try {
      await handle.write(Buffer.alloc(sizeBytes, letter), 0, sizeBytes, 0);
    } finally {
      await handle.close();
    }
  }

  /** The letter of which a LUN is full; "mixed" when it is not one. */
  async content(name: string): Promise<string> {
    return letterOf((await this.lun(name)).file);
  }

  async lun(name: string): Promise<LunView> {
    const found = (await this.nas.state()).luns.find((lun) => lun.name === name);
    if (!found) throw new Error(`the NAS has no LUN ${name}`);
    return found;
  }

  /** Maps a LUN as somebody at the NAS would. */
  async map(name: string, targetIndex: number): Promise<void> {
    const caller = await Caller.login(this.nas);
    const { lunIndex } = await this.lun(name);
    await caller.cgi("disk/iscsi_target_setting.cgi", { func: "add_lun", LUNIndex: lunIndex, targetIndex });
    await caller.cgi("authLogout.cgi", { logout: 1 });
  }

  async connect(home?: string): Promise<CoreProcess> {
    const core = await CoreProcess.start(home);
    await core.connect(this.nas);
    return core;
  }

  /**
   * What is on the NAS, by its own account and a line each, once nothing is under way any more. Names that hold the operation's
   * id are told as `(new)`.
   */
  async account(operationId = "-"): Promise<string[]> {
    const { luns, snapshots, volumes } = await this.#atRest();
    const label = (name: string) => (name.includes(operationId) ? "(new)" : name);
    const lunLines = luns.map(async (lun) => {
      const places = lun.targets.map(
        ({ targetIndex, lunNumber, enabled }) => ` on ${targetIndex}:${lunNumber}${enabled ? "" : " disabled"}`,
      );
      return `LUN ${label(lun.name)} ${lun.status}, full of ${await letterOf(lun.file)}${places.join()}`;
    });
    const snapshotLines = snapshots.map(({ name, lunIndex }) => {
      const owner = luns.find((lun) => lun.lunIndex === lunIndex)?.name ?? "nobody";
      return `snapshot ${label(name)} of ${owner}`;
    });
    const orphans = volumes.filter(({ lunIndex }) => lunIndex < 0).map(({ label }) => `volume ${label} without LUN`);
    return [...(await Promise.all(lunLines)), ...snapshotLines, ...orphans].sort();
  }

  /** NAA by LUN name; throws when two LUNs share one. */
  async naas(): Promise<Record<string, string>> {
    const { luns } = await this.nas.state();
    if (new Set(luns.map(({ naa }) => naa)).size !== luns.length) throw new Error("two LUNs have one NAA");
    return Object.fromEntries(luns.map(({ name, naa }) => [name, naa]));
  }

  stop(): Promise<void> {
    return this.nas.stop();
  }

  kill(): Promise<void> {
    return this.nas.kill();
  }

  async #atRest(): Promise<NasState> {
    for (let waitMs = 5; ; waitMs = Math.min(waitMs * 2, 200)) {
      const state = await this.nas.state();
      if (state.jobs.length === 0) return state;
      await sleep(waitMs);
    }
  }
}

async function letterOf(file: string): Promise<string> {
  const bytes = await readFile(file);
  return bytes.equals(Buffer.alloc(bytes.length, bytes.subarray(0, 1))) ? String.fromCharCode(bytes[0] ?? 0) : "mixed";
}
