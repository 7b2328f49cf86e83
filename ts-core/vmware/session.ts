import { QnapError } from "../errors.ts";
import type { HttpClient } from "../net/http.ts";
import { Unconfirmed } from "../net/unconfirmed.ts";
import { isFault } from "./faults.ts";
import { guardedLogin, type LoginGuard, type VCenterCredentials } from "./guardedLogin.ts";
import { sendLogin } from "./login.ts";
import { element, envelope, group, refElement, type Xml } from "./soap.ts";
import { type CallOptions, exchange, explained, returned, unreadable } from "./transport.ts";
import { at, type MoRef, moRef, text, type XmlNode } from "./xml.ts";

/** What RetrieveServiceContent tells: the singletons by name, and what the server is. */
export interface ServiceContent {
  ref(name: string): MoRef;
  apiVersion: string;
  instanceUuid: string | undefined;
  isVCenter: boolean;
}

interface LogIn {
  cookie: string;
  /** Names the session to vCenter's own calls about rights. No secret, unlike the cookie. */
  key: string;
}

const serviceInstance: MoRef = { type: "ServiceInstance", id: "ServiceInstance" };

/** One log-in to one vCenter, renewed once when the server no longer accepts it. */
export class VimSession {
  readonly http: HttpClient;
  readonly #credentials: VCenterCredentials;
  #content: Promise<ServiceContent> | undefined;
  #login: Promise<LogIn> | undefined;
  #guard: LoginGuard;

  constructor(http: HttpClient, credentials: VCenterCredentials, guard: LoginGuard) {
    this.http = http;
    this.#credentials = credentials;
    this.#guard = guard;
  }

  get name(): string {
    return this.http.endpoint.name;
  }

  get userName(): string {
    return this.#credentials.userName;
  }

  content(): Promise<ServiceContent> {
    this.#content ??= this.#readContent().catch((error: unknown) => {
      this.#content = undefined;
      throw error;
    });
    return this.#content;
  }

  /** The log-in now in use: views, collectors and paging tokens live and die with it. */
  logIn(): Promise<LogIn> {
    this.#login ??= this.#logIn().catch((error: unknown) => {
      this.#login = undefined;
      throw error;
    });
    return this.#login;
  }

  /** For the REST calls, which have sessions of their own: only after a log-in here has shown that it is right. */
  get authorization(): string {
    const { userName, password } = this.#credentials;
    return `Basic ${Buffer.from(`${userName}:${password}`, "utf8").toString("base64")}`;
  }

  /** Calls a method; gives the `returnval` elements. A fault is thrown as VimFault: then nothing was done. */
  async call(method: string, self: MoRef, args: readonly Xml[] = [], options: CallOptions = {}): Promise<XmlNode[]> {
    const call = { method, self, args };
    const used = await this.logIn();
    try {
      return await exchange(this.http, call, options, used.cookie);
    } catch (error) {
      if (!isFault(error, "NotAuthenticated")) throw error;
    }
    return exchange(this.http, call, options, (await this.#renew(used)).cookie);
  }

  /** Ends the session. True when the server was seen to refuse it afterwards. */
  async logout(timeoutMs = 10_000): Promise<boolean> {
    const used = await this.#login?.catch(() => undefined);
    this.#login = undefined;
    if (used === undefined) return true;
    try {
      const call = { method: "Logout", self: (await this.content()).ref("sessionManager"), args: [] };
      await exchange(this.http, call, { timeoutMs, write: true }, used.cookie);
      return (await this.#keyOf(used.cookie, { timeoutMs })) === undefined;
    } catch (error) {
      if (isFault(error, "NotAuthenticated")) return true;
      if (error instanceof QnapError || error instanceof Unconfirmed) return false;
      throw error;
    }
  }

  async #renew(dead: LogIn): Promise<LogIn> {
    const seen = this.#login;
    const current = await seen?.catch(() => undefined);
    // Whoever waited beside us may have begun a new log-in meanwhile.
    if (current === dead && this.#login === seen) this.#login = undefined;
    return this.logIn();
  }

  /** A retry that the user asked for is good for one log-in. */
  async #logIn(): Promise<LogIn> {
    const guard = this.#guard;
    this.#guard = { ...guard, retryRefusedPassword: false };
    try {
      return await guardedLogin(this.http, this.#credentials, guard, () => this.#attempt());
    } catch (error) {
      throw explained(this.name, "Login", error);
    }
  }

  async #attempt(): Promise<LogIn> {
    const content = await this.content();
    const manager = content.ref("sessionManager");
    if (!content.isVCenter)
      throw new QnapError("VCenterNotSupported", { vcenter: this.name, what: "vCenter interface" });
    const { userName, password } = this.#credentials;
    const args = [element("userName", userName), element("password", password)];
    const answer = await sendLogin(this.http.endpoint, envelope("Login", manager, args));
    const key = text(returned(this.name, "Login", answer.text)[0], "key");
    const { cookie } = answer;
    if (cookie === undefined || key === undefined) throw unreadable(this.name, "Login", "it brings no session");
    if ((await this.#keyOf(cookie)) !== key) throw unreadable(this.name, "Login", "its session is not accepted");
    return { cookie, key };
  }

  /** The key of the session that a cookie stands for; undefined when the server does not know it (any more). */
  async #keyOf(cookie: string, options: CallOptions = {}): Promise<string | undefined> {
    const content = await this.content();
    const manager = content.ref("sessionManager");
    const properties = group("propSet", element("type", manager.type), element("pathSet", "currentSession"));
    const args = [group("specSet", properties, group("objectSet", refElement("obj", manager))), group("options")];
    const call = { method: "RetrievePropertiesEx", self: content.ref("propertyCollector"), args };
    const [answer] = await exchange(this.http, call, options, cookie);
    return text(at(answer, "objects"), "propSet", "val", "key");
  }

  async #readContent(): Promise<ServiceContent> {
    const call = { method: "RetrieveServiceContent", self: serviceInstance, args: [] };
    const [content] = await exchange(this.http, call, {}, undefined);
    return {
      ref: (name) => {
        const found = moRef(content, name);
        if (found === undefined) throw new QnapError("VCenterNotSupported", { vcenter: this.name, what: name });
        return found;
      },
      apiVersion: text(content, "about", "apiVersion") ?? "",
      instanceUuid: text(content, "about", "instanceUuid"),
      isVCenter: text(content, "about", "apiType") === "VirtualCenter",
    };
  }
}
