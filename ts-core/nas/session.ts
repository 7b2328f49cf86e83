import { QnapError, reasonOf } from "../errors.ts";
import type { HttpClient } from "../net/http.ts";
import { NoAnswer } from "../net/http.ts";
import type { Credentials } from "./authLogin.ts";
import { type LoginGuard, login } from "./login.ts";
import { document, integer, parseXml } from "./xml.ts";

const form = { "content-type": "application/x-www-form-urlencoded" };
const logoutTimeoutMs = 10_000;

/** One log-in to one NAS: a session id, renewed once when the NAS no longer accepts it. */
export class Session {
  readonly http: HttpClient;
  /** The account's name as the NAS knows it, for messages. */
  readonly userName: string;
  #credentials: Credentials;
  #guard: LoginGuard;
  #sid: Promise<string> | undefined;
  #ended = false;
  #judge: ((sid: string) => Promise<void>) | undefined;
  #loginsBarred = false;

  constructor(http: HttpClient, credentials: Credentials, guard: LoginGuard) {
    this.http = http;
    this.userName = credentials.userName;
    this.#credentials = credentials;
    this.#guard = guard;
  }

  get name(): string {
    return this.http.endpoint.name;
  }

  /** The session id; requests that come while a log-in is under way wait for that one. After a log-out there is no new one. */
  async sid(): Promise<string> {
    if (this.#ended) throw new QnapError("NasNotConnected", { nas: this.name });
    this.#sid ??= this.#logIn().catch((error: unknown) => {
      this.#sid = undefined;
      throw error;
    });
    return this.#sid;
  }

  /** From now on each new session id is judged before any call goes on with it; what `judge` throws ends the call. */
  judgeNewLogins(judge: (sid: string) => Promise<void>): void {
    this.#judge = judge;
  }

  /** Bars log-ins, or allows them again: each leaves marks on a disk of this host, and must not while its volumes are frozen. */
  barLogins(barred: boolean): void {
    this.#loginsBarred = barred;
  }

  async #logIn(): Promise<string> {
    if (this.#loginsBarred)
      throw new QnapError("NasNoAnswer", { nas: this.name, call: "log-in", reason: "not while volumes are frozen" });
    const sid = await this.#newSid();
    try {
      await this.#judge?.(sid);
      return sid;
    } catch (error) {
      await this.#end(sid, logoutTimeoutMs).catch(() => undefined);
      throw error;
    }
  }

  /** What is good for one log-in is used for one: sent again, it would count as a wrong one and lock this machine out. */
  #newSid(): Promise<string> {
    const [credentials, guard] = [this.#credentials, this.#guard];
    this.#credentials = { ...credentials, oneTimePassword: undefined };
    this.#guard = { ...guard, retryRefusedPassword: false };
    return login(this.http, credentials, guard);
  }

  /** A new id in place of one that the NAS did not accept. */
  async renew(dead: string): Promise<string> {
    const seen = this.#sid;
    const current = await seen?.catch(() => undefined);
    // Whoever waited beside us may have begun a new log-in meanwhile.
    if (current === dead && this.#sid === seen) this.#sid = undefined;
    return this.sid();
  }

  /** Whether the NAS accepts this id now. */
  async accepts(sid: string, timeoutMs?: number): Promise<boolean> {
    return (await this.standing(sid, timeoutMs)) !== "Dead";
  }

  /** How the NAS sees the owner of this id now: a dead id, an account without the rights of an administrator, or a good one. */
  async standing(sid: string, timeoutMs?: number): Promise<"Dead" | "NoAdministrator" | "Good"> {
    const body = new URLSearchParams({ sid }).toString();
    try {
      const answer = await this.http.send({
        method: "POST",
        path: "/cgi-bin/authLogin.cgi",
        headers: form,
        body,
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      });
      if (answer.status === 401 || answer.status === 403) return "Dead";
      if (answer.status !== 200) throw new Error(`HTTP ${answer.status}`);
      const account = document(parseXml(answer.text));
      if (integer(account, "authPassed") !== 1) return "Dead";
      return integer(account, "isAdmin") === 0 ? "NoAdministrator" : "Good";
    } catch (error) {
      if (error instanceof QnapError) throw error;
      throw new QnapError("NasNoAnswer", { nas: this.name, call: "session check", reason: reasonOf(error) }, error);
    }
  }

  /** Ends the session. True when the NAS was seen to refuse the old id: a wrong path answers without logging out. */
  async logout(timeoutMs = logoutTimeoutMs): Promise<boolean> {
    this.#ended = true;
    const sid = await this.#sid?.catch(() => undefined);
    this.#sid = undefined;
    if (sid === undefined) return true;
    try {
      await this.#end(sid, timeoutMs);
      return !(await this.accepts(sid, timeoutMs));
    } catch (error) {
      if (error instanceof QnapError || error instanceof NoAnswer) return false;
      throw error;
    }
  }

  async #end(sid: string, timeoutMs: number): Promise<void> {
    const body = new URLSearchParams({ logout: "1", sid }).toString();
    await this.http.send({ method: "POST", path: "/cgi-bin/authLogout.cgi", headers: form, body, timeoutMs });
  }
}
