import { type Endpoint, HttpClient } from "../net/http.ts";
import type { LoginGuard, VCenterCredentials } from "./guardedLogin.ts";
import { VimSession } from "./session.ts";
import { Slots } from "./slots.ts";
import type { Xml } from "./soap.ts";
import { TaskPump } from "./tasks.ts";
import { unreadable } from "./transport.ts";
import { type MoRef, moRef, type XmlNode } from "./xml.ts";

/** How many tasks may be in flight. ESXi works on eight or so at a time; more only wait there, with their guests held. */
export interface TaskLimits {
  perHost: number;
  perVCenter: number;
}

const maxSockets = 24;

/** One vCenter in use: its session, the pump of its tasks, and the room for VM snapshots, over all LUNs of a set. */
export class VCenter {
  readonly session: VimSession;
  readonly creates: Slots;
  readonly removes: Slots;
  readonly #pump: TaskPump;

  constructor(
    endpoint: Endpoint,
    credentials: VCenterCredentials,
    guard: LoginGuard,
    { perHost, perVCenter }: TaskLimits,
  ) {
    this.session = new VimSession(new HttpClient(endpoint, maxSockets), credentials, guard);
    this.creates = new Slots(perVCenter, perHost);
    this.removes = new Slots(perVCenter, perHost);
    this.#pump = new TaskPump(this.session, () => this.creates.queued + this.removes.queued > 0);
  }

  get name(): string {
    return this.session.name;
  }

  /** Starts a task; throws Unconfirmed when it is not known whether it was started. */
  async start(method: string, self: MoRef, args: readonly Xml[] = []): Promise<MoRef> {
    const [answer] = await this.session.call(method, self, args, { write: true });
    const task = moRef(answer);
    if (task === undefined) throw unreadable(this.name, method, "it names no task");
    return task;
  }

  /** The result of a started task; throws the fault that it ended with, or the signal's reason. */
  outcome(task: MoRef, call: string, signal?: AbortSignal): Promise<XmlNode | undefined> {
    return this.#pump.outcome(task, call, signal);
  }

  /** Starts a task and waits for its end. */
  async run(
    method: string,
    self: MoRef,
    args: readonly Xml[] = [],
    signal?: AbortSignal,
  ): Promise<XmlNode | undefined> {
    return this.outcome(await this.start(method, self, args), method, signal);
  }

  /** Logs out; true when the server was seen to refuse the session afterwards. */
  async close(): Promise<boolean> {
    await this.#pump.close();
    const proven = await this.session.logout();
    this.session.http.close();
    return proven;
  }
}
