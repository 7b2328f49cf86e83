/** Writers of the simulated server: what they hold, how they fare from step to step, and applications that play one. */
import { once } from "node:events";

export type Step = "Identify" | "PrepareBackup" | "Freeze" | "Thaw" | "PostSnapshot" | "BackupComplete";

export interface SimComponent {
  name: string;
  logicalPath?: string;
  caption?: string;
  type?: "Database" | "FileGroup";
  /** For backup; default: yes. */
  selectable?: boolean;
  /** Paths as the writer says them, such as `\\?\Volume{GUID}\data` or `%SystemRoot%\NTDS`. */
  files?: string[];
  databases?: string[];
  logs?: string[];
  /** What it says for itself after the writer's failure. */
  hr?: number;
  message?: string;
}

export interface SimWriter {
  id: string;
  instanceId: string;
  name: string;
  components: SimComponent[];
  fails?: { at: Step; hr: number; message?: string };
  /** Its process ends there: VSS hears nothing of it any more. */
  ends?: Step;
  /** An application that plays the writer: resolves when it is frozen. VSS gives all of them `writerTimeoutMs`. */
  freeze?(): Promise<void>;
  thaw?(): Promise<void>;
}

const timedOut = 0x800423f2;

/** One writer during one backup. */
export class WriterRun {
  readonly writer: SimWriter;
  state = "Stable";
  hr = 0;
  hasEnded = false;
  message: string | undefined;
  #frozen = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #letGo = new AbortController();

  constructor(writer: SimWriter) {
    this.writer = writer;
  }

  reach(step: Step, next: string): void {
    const { fails } = this.writer;
    this.hasEnded ||= this.writer.ends === step;
    if (this.hr !== 0) return;
    if (fails?.at === step) this.#fail(step, fails.hr, fails.message);
    else this.state = next;
  }

  async freeze(timeoutMs: number): Promise<void> {
    this.reach("Freeze", "WaitingForThaw");
    if (this.hr !== 0) return;
    this.#frozen = true;
    this.#timer = setTimeout(() => void this.#giveUp(), timeoutMs);
    const letGo = once(this.#letGo.signal, "abort");
    await Promise.race([this.writer.freeze?.(), letGo]).catch(() => this.#fail("Freeze", timedOut));
  }

  async thaw(): Promise<void> {
    await this.#unfreeze();
    this.reach("Thaw", "WaitingForPostSnapshot");
  }

  status() {
    const { id, instanceId, name } = this.writer;
    return { id, instanceId, name, state: this.state, hr: this.hr, ...(this.message && { message: this.message }) };
  }

  /** Frozen for too long: it thaws by itself. */
  async #giveUp(): Promise<void> {
    this.#fail("Freeze", timedOut);
    await this.#unfreeze();
  }

  async #unfreeze(): Promise<void> {
    if (!this.#frozen) return;
    clearTimeout(this.#timer);
    this.#frozen = false;
    this.#letGo.abort();
    await this.writer.thaw?.();
  }

  #fail(step: Step, hr: number, message?: string): void {
    this.state = `FailedAt${step}`;
    this.hr = hr;
    this.message = message;
  }
}
