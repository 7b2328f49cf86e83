import { setTimeout as pause } from "node:timers/promises";
import { isCode, reasonOf } from "../errors.ts";
import { Unconfirmed } from "../net/unconfirmed.ts";
import { isFault, localizedFault } from "./faults.ts";
import type { VimSession } from "./session.ts";
import { element, group, refElement, refElements, typed, type Xml } from "./soap.ts";
import { all, at, flag, type MoRef, moRef, moRefs, text, type XmlNode } from "./xml.ts";

/**
 * After an end that was waited for, others are given this long to end too, and what waits for room begins at once for all: tasks
 * that run side by side stay together, and few calls tell of them. When nothing waits for room, almost no time.
 */
const gatherMs = 80;
const gatherLastMs = 10;
/** An answer that comes so soon tells what had gathered. */
const atOnceMs = 20;
/** New tasks are announced together while others are watched: they run for longer than that. A single one is not kept waiting. */
const announceMs = 450;
const announceAloneMs = 20;
const maxWaitSeconds = 60;
const retryMs = 1_000;
/** Tasks go on while vCenter is away. For longer than this nobody is kept waiting, whatever limit he has himself. */
const silenceMs = 300_000;

interface Waiting {
  task: MoRef;
  call: string;
  done(result: XmlNode | undefined): void;
  failed(error: unknown): void;
}

/** What lives and dies with a log-in: the list of tasks that is watched, and the collector that watches it. */
interface Watch {
  list: MoRef;
  collector: MoRef;
  version: string;
}

/** Waits for all tasks of a session by one list, one filter and one pending WaitForUpdatesEx: nothing is polled. */
export class TaskPump {
  readonly #session: VimSession;
  /** Whether further tasks wait for room. */
  readonly #moreToCome: () => boolean;
  readonly #waiting = new Map<string, Waiting>();
  #added: MoRef[] = [];
  #ended: MoRef[] = [];
  #watch: Watch | undefined;
  #pumping: Promise<void> | undefined;
  #announcing = false;

  constructor(session: VimSession, moreToCome: () => boolean) {
    this.#session = session;
    this.#moreToCome = moreToCome;
  }

  /** The result of a task; throws the fault it ended with, or Unconfirmed when vCenter does not tell (any more). */
  outcome(task: MoRef, call: string, signal?: AbortSignal): Promise<XmlNode | undefined> {
    return new Promise((resolve, reject) => {
      const stop = () => this.#settle(task.id)?.failed(signal?.reason);
      const tidy = () => signal?.removeEventListener("abort", stop);
      const done = (result: XmlNode | undefined) => {
        tidy();
        resolve(result);
      };
      const failed = (error: unknown) => {
        tidy();
        reject(error);
      };
      this.#waiting.set(task.id, { task, call, done, failed });
      signal?.addEventListener("abort", stop, { once: true });
      if (signal?.aborted) return stop();
      // Still on the list, as we had stopped waiting for it: adding it again would tell nothing, so the list is made anew.
      if (this.#watch && this.#ended.some(({ id }) => id === task.id)) void this.#abandon(this.#watch);
      this.#added.push(task);
      this.#start();
    });
  }

  /** Lets go of what the server keeps for us. Nobody may be waiting any more. */
  async close(): Promise<void> {
    const watch = this.#watch;
    this.#watch = undefined;
    if (watch === undefined) return;
    // It ends with the session anyway.
    await this.#session.call("DestroyPropertyCollector", watch.collector).catch(() => undefined);
    await this.#session.call("DestroyView", watch.list).catch(() => undefined);
    await this.#pumping;
  }

  #start(): void {
    this.#pumping ??= this.#pump().finally(() => {
      this.#pumping = undefined;
      if (this.#waiting.size > 0) this.#start();
    });
    this.#announce();
  }

  async #pump(): Promise<void> {
    let heardMs = Date.now();
    while (this.#waiting.size > 0) {
      try {
        this.#watch ??= await this.#open();
        this.#announce();
        await this.#next(this.#watch);
        heardMs = Date.now();
      } catch (error) {
        this.#watch = undefined;
        if (!passes(error) || Date.now() > heardMs + silenceMs) this.#giveUp(error);
        if (this.#waiting.size > 0) await pause(retryMs);
      }
    }
  }

  /** The tasks cannot be watched, which says nothing about them. */
  #giveUp(error: unknown): void {
    for (const [id, { call, failed }] of [...this.#waiting]) {
      this.#settle(id);
      failed(new Unconfirmed(call, `its task cannot be watched: ${reasonOf(error)}`));
    }
  }

  async #open(): Promise<Watch> {
    const content = await this.#session.content();
    this.#added = [];
    this.#ended = [];
    const tasks = [...this.#waiting.values()].map(({ task }) => task);
    const [made] = await this.#session.call("CreateListView", content.ref("viewManager"));
    const [own] = await this.#session.call("CreatePropertyCollector", content.ref("propertyCollector"));
    const watch = { list: told(made), collector: told(own), version: "" };
    await this.#modify(watch.list, tasks, []);
    await this.#session.call("CreateFilter", watch.collector, [filter(watch.list), element("partialUpdates", false)]);
    return watch;
  }

  /** One answer of WaitForUpdatesEx: at most a page of changes. */
  async #next(watch: Watch): Promise<void> {
    const options = group("options", element("maxWaitSeconds", maxWaitSeconds));
    const args = [element("version", watch.version), options];
    const startMs = performance.now();
    const [update] = await this.#session.call("WaitForUpdatesEx", watch.collector, args);
    watch.version = text(update, "version") ?? watch.version;
    const atOnce = update !== undefined && performance.now() - startMs < atOnceMs;
    const gathered = atOnce || flag(update, "truncated");
    if (!gathered) await pause(this.#moreToCome() ? gatherMs : gatherLastMs);
    for (const set of all(update, "filterSet")) {
      for (const object of all(set, "objectSet")) this.#heed(object);
    }
  }

  #heed(object: XmlNode): void {
    const id = moRef(object, "obj")?.id ?? "";
    const change = (name: string) => {
      const found = all(object, "changeSet").find((one) => text(one, "name") === name);
      return found === undefined ? undefined : at(found, "val");
    };
    const state = text(change("info.state"));
    if (state === "success") this.#settle(id)?.done(change("info.result"));
    if (state === "error") {
      const waiting = this.#settle(id);
      waiting?.failed(localizedFault(this.#session.name, waiting.call, change("info.error")));
    }
    if (text(object, "kind") === "leave") this.#lost(id);
  }

  #settle(id: string): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return undefined;
    this.#waiting.delete(id);
    this.#ended.push(waiting.task);
    return waiting;
  }

  #lost(id: string): void {
    const waiting = this.#settle(id);
    waiting?.failed(new Unconfirmed(waiting.call, "vCenter no longer knows its task"));
  }

  #announce(): void {
    if (!this.#announcing) void this.#announceAll();
  }

  /** Tells the collector of new tasks. Where that fails, another watch begins with all that are waited for. */
  async #announceAll(): Promise<void> {
    this.#announcing = true;
    while (this.#watch !== undefined && this.#added.length > 0) {
      const watch = this.#watch;
      await pause(this.#waiting.size > this.#added.length ? announceMs : announceAloneMs);
      if (this.#watch !== watch) continue;
      await this.#modify(watch.list, this.#added.splice(0), this.#ended.splice(0)).catch(() => this.#abandon(watch));
    }
    this.#announcing = false;
  }

  /** Makes the pending WaitForUpdatesEx end, so that the pump opens anew. */
  async #abandon(watch: Watch): Promise<void> {
    if (this.#watch === watch) this.#watch = undefined;
    await this.#session.call("DestroyPropertyCollector", watch.collector).catch(() => undefined);
  }

  async #modify(list: MoRef, added: readonly MoRef[], ended: readonly MoRef[]): Promise<void> {
    const changes = [refElements("add", added), refElements("remove", ended)];
    const unknown = await this.#session.call("ModifyListView", list, changes);
    for (const { id } of moRefs(unknown)) this.#lost(id);
  }
}

/** Only the state and what comes with its end: progress would wake us for nothing. */
function filter(list: MoRef): Xml {
  const paths = ["info.state", "info.result", "info.error"].map((path) => element("pathSet", path));
  const select = [
    element("name", "tasks"),
    element("type", "ListView"),
    element("path", "view"),
    element("skip", false),
  ];
  const from = group(
    "objectSet",
    refElement("obj", list),
    element("skip", true),
    typed("selectSet", "TraversalSpec", ...select),
  );
  return group("spec", group("propSet", element("type", "Task"), ...paths), from);
}

function told(node: XmlNode | undefined): MoRef {
  const ref = moRef(node);
  if (ref === undefined) throw new Error("vCenter gave no reference");
  return ref;
}

/** The connection or the session was lost; the tasks go on in vCenter. Whoever waits sets the limit. */
function passes(error: unknown): boolean {
  return (
    isFault(error, "ManagedObjectNotFound", "NotAuthenticated", "RequestCanceled", "InvalidCollectorVersion") ||
    isCode(error, "VCenterUnreachable", "VCenterNoAnswer", "VCenterAnswerUnreadable")
  );
}
