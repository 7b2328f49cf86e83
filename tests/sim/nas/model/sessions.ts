import { randomBytes, randomInt } from "node:crypto";
import type { Effects } from "../effects.ts";
import type { Quirks } from "../quirks.ts";

export interface Session {
  sid: string;
  user: string;
  /** The port it was issued on. */
  port: number;
  openedAtMs: number;
  lastSeenMs: number;
}

/** Eight lower-case base-36 characters, as every capture shows. */
const newSid = (): string => Array.from({ length: 8 }, () => randomInt(36).toString(36)).join("");

export const newToken = (): string => randomBytes(16).toString("hex");

/** Sessions live in memory: a reboot ends them. */
export class Sessions {
  readonly #byId = new Map<string, Session>();
  readonly #quirks: Quirks;
  readonly #effects: Effects;

  constructor(quirks: Quirks, effects: Effects) {
    this.#quirks = quirks;
    this.#effects = effects;
  }

  open(user: string, port: number): Session {
    const session = { sid: newSid(), user, port, openedAtMs: Date.now(), lastSeenMs: Date.now() };
    this.#byId.set(session.sid, session);
    this.#effects.add("session.login", session.sid, { user, port });
    return session;
  }

  /** The session if it is alive; using it keeps it alive. */
  use(sid: string): Session | undefined {
    const session = this.#byId.get(sid);
    if (!session) return undefined;
    if (Date.now() - session.lastSeenMs > this.#quirks.get("sidTtlSeconds") * 1000) return this.#expire(session);
    session.lastSeenMs = Date.now();
    return session;
  }

  close(sid: string): void {
    if (this.#byId.delete(sid)) this.#effects.add("session.logout", sid);
  }

  expireAll(): void {
    for (const session of this.#byId.values()) this.#expire(session);
  }

  list(): Session[] {
    return [...this.#byId.values()];
  }

  #expire(session: Session): undefined {
    this.#byId.delete(session.sid);
    this.#effects.add("session.expired", session.sid);
  }
}
