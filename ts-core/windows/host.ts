import { dirname, join } from "node:path";
import { isSea } from "node:sea";
import { QnapError } from "../errors.ts";
import type { Consumer, Consumers, Copies, Scratch } from "../ports.ts";
import type { Intents } from "../vss/intents.ts";
import { windows } from "./names.ts";
import type { HostSession } from "./powershell.ts";

/** The Windows on which this core runs, where there is one. What works with it is loaded when it is first needed. */
export class WindowsHost {
  readonly #intents: Intents;
  #session: Promise<HostSession> | undefined;

  constructor(intents: Intents) {
    this.#intents = intents;
  }

  /** Whether LUNs can be in use here: on Windows, or where a PowerShell is named that stands for one. */
  get isThere(): boolean {
    return executable() !== undefined;
  }

  session(): Promise<HostSession> {
    this.#session ??= startSession();
    return this.#session;
  }

  /** This Windows as one more of those who use LUNs. */
  beside(others: Consumers): Consumers {
    const own = this.isThere ? [windows] : [];
    return {
      names: async () => [...(await others.names()), ...own],
      all: async (say) => [...(await others.all(say)), ...(await Promise.all(own.map(() => this.#consumer())))],
      named: async (name, say) => (name === windows ? this.#consumer() : others.named(name, say)),
    };
  }

  /** Mounts copies on this Windows. */
  async copies(): Promise<Copies<"Windows">> {
    this.#mustBeThere();
    const { WindowsCopies } = await import("./copies.ts");
    return new WindowsCopies(await this.session());
  }

  /** Stamps on a volume of this Windows. */
  async scratch(): Promise<Scratch> {
    this.#mustBeThere();
    const { WindowsScratch } = await import("./scratch.ts");
    return new WindowsScratch(await this.session(), startSession);
  }

  async close(): Promise<void> {
    await (await this.#session)?.close();
  }

  async #consumer(): Promise<Consumer> {
    this.#mustBeThere();
    const { WindowsConsumer } = await import("./consumer.ts");
    return new WindowsConsumer(await this.session(), this.#intents);
  }

  #mustBeThere(): void {
    if (!this.isThere) throw new QnapError("WindowsNotHere");
  }
}

async function startSession(): Promise<HostSession> {
  // With this variable the library behind it writes to standard output, which is the wire.
  delete process.env.DEBUG;
  const { HostSession } = await import("./powershell.ts");
  return new HostSession(executable() ?? "", functionsFolder());
}

/** Beside the packaged core, or beside its sources. */
function functionsFolder(): string {
  if (isSea()) return join(dirname(process.execPath), "../../Host");
  return join(dirname(process.argv[1] ?? ""), "../module/Host");
}

/** Windows PowerShell, which every Windows has, Server Core too; elsewhere only what is configured. */
function executable(): string | undefined {
  const { QNAP_SNAPSHOT_POWERSHELL: configured, SystemRoot = "C:\\Windows" } = process.env;
  if (configured) return configured;
  if (process.platform !== "win32") return undefined;
  return join(SystemRoot, "System32/WindowsPowerShell/v1.0/powershell.exe");
}
