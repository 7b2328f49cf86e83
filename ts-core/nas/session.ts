import { QnapError } from "../errors.ts";
import type { HttpClient } from "./http.ts";
import { NoAnswer } from "./http.ts";
import { type Credentials, type LoginGuard, login } from "./login.ts";
import { document, integer, parseXml } from "./xml.ts";

const form = { "content-type": "application/x-www-form-urlencoded" };

/** One log-in to one NAS: a session id, renewed once when the NAS no longer accepts it. */
export class Session {
  readonly http: HttpClient;
  readonly credentials: Credentials;
  readonly #guard: LoginGuard;
  #sid: Promise<string> | undefined;

  constructor(http: HttpClient, credentials: Credentials, guard: LoginGuard) {
    this.http = http;
    this.credentials = credentials;
    this.#guard = guard;
  }

  get name(): string {
    return this.http.endpoint.name;
  }

  /** The session id; requests that come while a log-in is under way wait for that one. */
  sid(): Promise<string> {
    this.#sid ??= login(this.http, this.credentials, this.#guard).catch((error: unknown) => {
      this.#sid = undefined;
      throw error;
    });
    return this.#sid;
  }

  /** A new id in place of one that the NAS did not accept. */
  async renew(dead: string): Promise<string> {
    const current = await this.#sid?.catch(() => undefined);
    if (current === dead) this.#sid = undefined;
    return this.sid();
  }

  /** Whether the NAS accepts this id now. */
  async accepts(sid: string): Promise<boolean> {
    const body = new URLSearchParams({ sid }).toString();
    const answer = await this.http.send({ method: "POST", path: "/cgi-bin/authLogin.cgi", headers: form, body });
    if (answer.status === 401 || answer.status === 403) return false;
    return integer(document(parseXml(answer.text)), "authPassed") === 1;
  }

  /** Ends the session. True when the NAS was seen to refuse the old id: a wrong path answers without logging out. */
  async logout(timeoutMs = 10_000): Promise<boolean> {
    const sid = await this.#sid?.catch(() => undefined);
    this.#sid = undefined;
    if (sid === undefined) return true;
    try {
      const body = new URLSearchParams({ logout: "1", sid }).toString();
      await this.http.send({ method: "POST", path: "/cgi-bin/authLogout.cgi", headers: form, body, timeoutMs });
      return !(await this.accepts(sid));
    } catch (error) {
      if (error instanceof QnapError || error instanceof NoAnswer) return false;
      throw error;
    }
  }

  /** The account's name as the NAS knows it, for messages. */
  get userName(): string {
    return this.credentials.userName;
  }
}
