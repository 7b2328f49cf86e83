import { chmod, cp, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Leases } from "../../../ts-core/state/leases.ts";
import { Settings } from "../../../ts-core/state/settings.ts";
import { CoreProcess } from "../../coreProcess.ts";
import { program } from "../../program.ts";
import { type NasOptions, type SimulatedNas, startNas } from "../../sim/nas/start.ts";
import type { SimVolume } from "../../sim/vss/machine.ts";
import { startVssSim, type VssSim } from "../../sim/vss/requestor.ts";
import type { SimWriter } from "../../sim/vss/writers.ts";
import { startPowerShell, type WindowsPowerShell } from "../../sim/windows/powershell.ts";
import { type SimulatedWindows, startWindowsSim } from "../../sim/windows/start.ts";
import { windowsPath } from "../../wine/wine.ts";

const lunBytes = 32 * 1024 * 1024;
const main = program("core.cjs", join(import.meta.dirname, "../../../ts-core/main.ts"));

export interface VssLabOptions {
  /** By LUN the paths of its volumes. */
  luns: Record<string, string[]>;
  nas?: NasOptions;
  /** The provider's core: this source on Linux, or the packaged one under Wine. Default: Linux. */
  provider?: "Linux" | "Wine";
}

/** What a NAS takes seconds for. */
const quick = { createSnapshotMs: 50, deleteSnapshotMs: 20, cloneMs: 50, naaDelayMs: 0 };

/**
 * A Windows Server with disks on a NAS, our VSS provider on it, and requestor and provider under Wine: everything that a snapshot
 * of its LUNs passes through. The state folder is shared by module, core and provider, as on a server.
 */
export class VssLab {
  readonly nas: SimulatedNas;
  readonly windows: SimulatedWindows;
  readonly vss: VssSim;
  readonly home: string;
  readonly writers: SimWriter[] = [];
  /** For whatever starts a core. */
  readonly environment: Record<string, string>;
  readonly #folders: string[];

  private constructor(
    parts: Pick<VssLab, "nas" | "windows" | "vss" | "home" | "environment" | "writers">,
    folders: string[],
  ) {
    this.nas = parts.nas;
    this.windows = parts.windows;
    this.vss = parts.vss;
    this.home = parts.home;
    this.writers = parts.writers;
    this.environment = parts.environment;
    this.#folders = folders;
  }

  static async start({ luns, nas: nasOptions, provider = "Linux" }: VssLabOptions): Promise<VssLab> {
    const nas = await startNas({ iscsi: true, ...nasOptions, quirks: { ...quick, ...nasOptions?.quirks } });
    const naas = new Map<string, string>();
    for (const name of Object.keys(luns)) naas.set(name, (await nas.addLun({ name, sizeBytes: lunBytes })).naa);
    const windows = await startWindowsSim({ nas });
    for (const [name, paths] of Object.entries(luns)) await windows.prepareDisk({ naa: String(naas.get(name)), paths });
    const home = await mkdtemp(join(tmpdir(), "qnap-windows-"));
    const writers: SimWriter[] = [];
    const vss = await startVssSim({
      writers,
      ...surroundings(windows),
      ...(provider === "Linux" && {
        core: { command: [process.execPath, main, "vss-provider"], environment: { QNAP_SNAPSHOT_HOME: home } },
      }),
    });
    const scripts = await mkdtemp(join(tmpdir(), "qnap-requestor-"));
    const environment: Record<string, string> = {
      ...vss.environment,
      QNAP_SNAPSHOT_HOME: home,
      QNAP_SNAPSHOT_POWERSHELL: windows.powershell,
    };
    const lab = new VssLab({ nas, windows, vss, home, writers, environment }, [home, scripts]);
    await lab.#store();
    if (provider === "Wine") environment.QNAP_SNAPSHOT_VSS_REQUESTOR = await lab.#shareState(scripts);
    return lab;
  }

  /** A core as the module starts it. */
  core(): Promise<CoreProcess> {
    return CoreProcess.start(this.home, this.environment);
  }

  /** From here on this NAS's answer is known to be the point in time, as Test-QnapNas would have measured it. */
  async knowPointInTime(answer: "yes" | "no" = "yes"): Promise<void> {
    const core = await this.core();
    await core.rows("getLun");
    const [nas] = await core.rows("getNas");
    await core.stop();
    const { serialNumber, family, firmwareVersion, firmwareBuild } = nas as Record<string, string>;
    await new Settings(this.home, new Leases(this.home)).putMeasurement({
      serialNumber: String(serialNumber),
      firmware: `${family} ${firmwareVersion} build ${firmwareBuild}`,
      timeUtc: new Date().toISOString(),
      answerIsPointInTime: answer,
      trials: 5,
      requestMs: 100,
    });
  }

  /** The NAS is kept for the machine: the provider has nobody to ask for a password. */
  async #store(): Promise<void> {
    const core = await this.core();
    const { hostname, port } = new URL(this.nas.https);
    await core.call("setNas", {
      name: hostname,
      port: Number(port),
      userName: this.nas.user,
      password: this.nas.password,
      certificateFingerprint: this.nas.fingerprint,
    });
    await core.stop();
  }

  /** A Windows core keeps the key of passwords under DPAPI: it gets a copy of that, and shares all else. */
  async #shareState(folder: string): Promise<string> {
    for (const name of ["journal", "catalogue", "latches", "vss", "settings.json"])
      await symlink(join(this.home, name), join(folder, name));
    await cp(join(this.home, "secret.key"), join(folder, "secret.key"));
    const requestor = join(folder, "requestor");
    const lines = [
      "#!/bin/sh",
      `QNAP_SNAPSHOT_HOME='${windowsPath(folder)}' exec ${this.vss.environment.QNAP_SNAPSHOT_VSS_REQUESTOR}`,
    ];
    await writeFile(requestor, `${lines.join("\n")}\n`);
    await chmod(requestor, 0o755);
    return requestor;
  }

  powershell(): WindowsPowerShell {
    return startPowerShell(this.windows, this.environment);
  }

  async stop(): Promise<void> {
    await this.vss.stop();
    await this.windows.stop();
    await this.nas.stop();
    for (const folder of this.#folders) await rm(folder, { recursive: true, force: true });
  }
}

/** VSS holds writes where Windows has its volumes. */
function surroundings(windows: SimulatedWindows) {
  return {
    volumes: async (): Promise<SimVolume[]> => {
      const { disks } = await windows.state();
      return disks.flatMap(({ number, naa, volumes }) =>
        volumes.map(({ path }) => ({ path, disks: [simDisk(number, naa)] })),
      );
    },
    hold: async (volumes: string[]) => void (await Promise.all(volumes.map((path) => windows.freeze(path)))),
    release: async (volumes: string[]) => void (await Promise.all(volumes.map((path) => windows.thaw(path)))),
  };
}

function simDisk(number: number, naa: string) {
  return {
    device: `\\\\.\\PhysicalDrive${number}`,
    vendor: "QNAP",
    product: "iSCSI Storage",
    revision: "4.0",
    serial: naa.toLowerCase(),
    ids: [{ codeSet: 1, type: 3, hex: naa.toLowerCase() }],
  };
}
