import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export interface RequestorEvent {
  event: "waiting" | "set" | "done" | "failed";
  phase: string;
  hr: number;
  message: string;
  volume?: string;
  setId: string;
  snapshots: { volume: string; snapshotId: string }[];
  writers: { name: string; state: string; hr: number; message?: string; components: Record<string, unknown>[] }[];
  warnings: { phase: string; hr: number }[];
}

/** The requestor under Wine, as a core starts it. */
export class RequestorRun {
  readonly events: RequestorEvent[] = [];
  readonly child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  /** `environment`: of the simulated VSS. */
  constructor(environment: Record<string, string>, request: object | string) {
    const { QNAP_SNAPSHOT_VSS_REQUESTOR: path = "", ...rest } = environment;
    this.child = spawn(path, [], { env: { ...process.env, ...rest }, stdio: ["pipe", "pipe", "ignore"] });
    if (!this.child.stdout) throw new Error("no pipe");
    this.#lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
    this.say(request);
  }

  say(line: object | string): void {
    this.child.stdin?.write(`${typeof line === "string" ? line : JSON.stringify(line)}\n`);
  }

  async next(): Promise<RequestorEvent> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`it ended after ${JSON.stringify(this.events)}`);
    this.events.push(JSON.parse(value) as RequestorEvent);
    return this.events.at(-1) as RequestorEvent;
  }

  async exitCode(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, "exit");
    return this.child.exitCode;
  }

  /** Says go; the last event, which the exit code must agree with. */
  async toTheEnd(): Promise<RequestorEvent> {
    let last = await this.next();
    while (last.event === "waiting") last = await this.next();
    if (last.event === "set") {
      this.say({ go: true });
      last = await this.next();
    }
    const exitCode = await this.exitCode();
    if (exitCode !== (last.event === "done" ? 0 : 1)) throw new Error(`exit code ${exitCode} after ${last.event}`);
    return last;
  }
}
