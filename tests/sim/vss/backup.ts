import type { Args, Machine } from "./machine.ts";
import { type SimComponent, WriterRun } from "./writers.ts";

type Answer = { hr: number } & Args;

const inProgress = 0x80042316;
const badState = 0x80042301;
const notRegistered = 0x80042304;
const holdLimitMs = 10_000;

/** One requestor's backup. */
export class Backup {
  readonly #machine: Machine;
  #runs: WriterRun[] = [];
  #added: Args[] = [];
  #volumes: string[] = [];
  #excluded = new Set<string>();
  #prepared = false;
  #marked = false;
  #held: NodeJS.Timeout | undefined;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  async call(method: string, args: Args): Promise<Answer> {
    const intercepted = await this.#machine.intercept?.(method, args);
    const answer = intercepted === undefined ? await this.#answer(method, args) : { hr: intercepted };
    this.#machine.events.push({ kind: "call", name: method, hr: answer.hr, args });
    return answer;
  }

  async moment(name: string): Promise<void> {
    this.#machine.events.push({ kind: "moment", name });
    const { writerTimeoutMs } = this.#machine;
    if (name === "MarkAttributes") await this.#mark(true);
    if (name === "Freeze") await Promise.all(this.#runs.map((run) => run.freeze(writerTimeoutMs)));
    if (name === "Hold") await this.#hold();
    if (name === "Release") await this.#release();
    if (name === "Thaw") await Promise.all(this.#runs.map((run) => run.thaw()));
    if (name === "UnmarkAttributes") await this.#mark(false);
  }

  /** The requestor is gone, whichever way. */
  async gone(): Promise<void> {
    await this.#end();
    this.#machine.events.push({ kind: "gone", name: "Gone" });
    this.#machine.backups.delete(this);
  }

  async #answer(method: string, args: Args): Promise<Answer> {
    switch (method) {
      case "DisableWriterClasses":
        for (const id of args.classes as string[]) this.#excluded.add(id.toUpperCase());
        return { hr: 0 };
      case "GatherWriterMetadata":
        return { hr: 0, writers: this.#identify() };
      case "AddComponent":
        this.#added.push(args);
        return { hr: 0 };
      case "LoadProvider":
        return { hr: 0, dll: this.#machine.provider.dll };
      case "IsVolumeSupported":
        return { hr: this.#isOurs(args) ? 0 : notRegistered };
      case "StartSnapshotSet":
        return { hr: this.#start() };
      case "AddToSnapshotSet":
        this.#volumes.push(String(args.volume));
        return { hr: this.#isOurs(args) ? 0 : notRegistered };
      case "PrepareForBackup":
        for (const run of this.#runs) run.reach("PrepareBackup", "WaitingForFreeze");
        this.#prepared = true;
        return { hr: 0 };
      case "GatherWriterStatus":
        return { hr: 0, writers: this.#statuses(), components: this.#componentsAdded() };
      case "DoSnapshotSet":
        return { hr: this.#prepared && this.#machine.maker === this ? 0 : badState };
      case "SnapshotSetDone":
        return this.#done(args);
      case "BackupComplete":
        for (const run of this.#runs) run.reach("BackupComplete", "Stable");
        return { hr: 0 };
      case "AbortBackup":
        await this.#end();
        return { hr: 0 };
      default:
        return { hr: 0 };
    }
  }

  #identify(): WriterRun["writer"][] {
    const asked = this.#machine.writers.filter(({ id }) => !this.#excluded.has(id.toUpperCase()));
    this.#runs = asked.map((writer) => new WriterRun(writer));
    for (const run of this.#runs) run.reach("Identify", "Stable");
    return this.#runs.filter(({ hr }) => hr === 0).map(({ writer }) => writer);
  }

  #statuses() {
    return this.#runs.filter(({ hasEnded }) => !hasEnded).map((run) => run.status());
  }

  #isOurs({ providerId }: Args): boolean {
    return String(providerId).toUpperCase() === this.#machine.provider.id;
  }

  #start(): number {
    if (this.#machine.maker && this.#machine.maker !== this) return inProgress;
    this.#machine.maker = this;
    return 0;
  }

  /** Of the writers that failed, what each added component says for itself. */
  #componentsAdded(): { id: string; instanceId: string; components: SimComponent[] }[] {
    return this.#runs.map(({ writer }) => ({
      id: writer.id,
      instanceId: writer.instanceId,
      components: writer.components.filter(({ name }) =>
        this.#added.some((added) => added.instanceId === writer.instanceId && added.name === name),
      ),
    }));
  }

  async #mark(on: boolean): Promise<void> {
    if (this.#marked === on) return;
    this.#marked = on;
    await this.#machine.surroundings.mark?.(this.#volumes, on);
  }

  async #hold(): Promise<void> {
    this.#held = setTimeout(() => void this.#release(), holdLimitMs);
    await this.#machine.surroundings.hold?.(this.#volumes);
  }

  async #release(): Promise<void> {
    if (!this.#held) return;
    clearTimeout(this.#held);
    this.#held = undefined;
    await this.#machine.surroundings.release?.(this.#volumes);
  }

  #done({ result }: Args): Answer {
    const made = Number(result) < 0x80000000;
    for (const run of this.#runs) {
      if (made) run.reach("PostSnapshot", "WaitingForBackupComplete");
      else if (run.hr === 0) run.state = "Stable";
    }
    this.#free();
    return { hr: 0 };
  }

  async #end(): Promise<void> {
    await this.#release();
    await Promise.all(this.#runs.map((run) => run.thaw()));
    await this.#mark(false);
    this.#free();
  }

  #free(): void {
    if (this.#machine.maker === this) this.#machine.maker = undefined;
  }
}
