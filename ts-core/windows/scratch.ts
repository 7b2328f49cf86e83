import { setTimeout as sleep } from "node:timers/promises";
import { QnapError } from "../errors.ts";
import type { Scratch, StampsRead, Writing } from "../ports.ts";
import { pathsOf, readInventory } from "./inventory.ts";
import type { HostSession } from "./powershell.ts";
import { hasData } from "./rules.ts";

/** Enough for a minute at two stamps a millisecond. */
const slots = 120_000;
/** A writer that nobody stops ends by itself. */
const writeSeconds = 120;
const firstStampMs = 60_000;
const lookMs = 200;

/** Stamps on a volume of this Windows. Who writes them needs a PowerShell of its own, as each does one thing at a time. */
export class WindowsScratch implements Scratch {
  readonly #host: HostSession;
  readonly #newSession: () => Promise<HostSession>;

  constructor(host: HostSession, newSession: () => Promise<HostSession>) {
    this.#host = host;
    this.#newSession = newSession;
  }

  async volume(naa: string): Promise<string> {
    const inventory = await readInventory(this.#host, naa);
    if (!inventory) throw new QnapError("WindowsDiskNotThere", { naa });
    const volumes = inventory.partitions.filter(hasData);
    const [path] = volumes.flatMap(pathsOf);
    if (volumes.length === 1 && path !== undefined) return path.endsWith("\\") ? path : `${path}\\`;
    throw new QnapError("ScratchRefused", {
      naa,
      reason: `it has ${volumes.length} volumes, and one with a path is needed`,
    });
  }

  copyFolder(operationId: string): string {
    return `${process.env.SystemDrive ?? "C:"}\\QnapSnapshot-${operationId}`;
  }

  async write(file: string): Promise<Writing> {
    const writer = await this.#newSession();
    const parameters = { Path: file, Slots: slots, Seconds: writeSeconds };
    const end: { failure?: unknown } = {};
    const ended = writer.act("Start-HostStamp", parameters, 2 * writeSeconds * 1000).then(
      () => ({ failure: undefined }),
      (failure: unknown) => ({ failure }),
    );
    void ended.then((how) => Object.assign(end, how));
    const stop = async () => {
      await this.#host.act("Stop-HostStamp", { Path: file });
      const { failure } = await ended;
      await writer.close();
      if (failure !== undefined) throw failure;
    };
    if (await this.#begins(file, () => "failure" in end)) return { stop };
    await stop();
    throw new QnapError("PowerShellNoAnswer", { call: "Start-HostStamp", reason: `nothing was written to ${file}` });
  }

  async read(file: string, sinceUs = 0): Promise<StampsRead> {
    const [found] = await this.#host.read<StampsRead>("Get-HostStamp", { Path: file, SinceUs: Math.floor(sinceUs) });
    return found ?? { count: 0, timesUs: [] };
  }

  async remove(file: string): Promise<void> {
    await this.#host.act("Remove-HostStamp", { Path: file });
  }

  /** True once stamps are coming. */
  async #begins(file: string, hasEnded: () => boolean): Promise<boolean> {
    const untilMs = performance.now() + firstStampMs;
    while (performance.now() < untilMs && !hasEnded()) {
      await sleep(lookMs);
      const { count } = await this.read(file, Number.MAX_SAFE_INTEGER).catch(() => ({ count: 0 }));
      if (count > 10) return true;
    }
    return false;
  }
}
