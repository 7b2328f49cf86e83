import { isIP } from "node:net";
import type { Static } from "typebox";
import { QnapError } from "../errors.ts";
import type { Nas as NasRow } from "../model.ts";
import { type Endpoint, HttpClient } from "../net/http.ts";
import { normalFingerprint, type Trust } from "../net/trust.ts";
import type { ConnectParams } from "../operations/connectNas.ts";
import type { Context } from "../rpc/operation.ts";
import type { Latches } from "../state/latches.ts";
import type { Leases } from "../state/leases.ts";
import type { Secrets } from "../state/secrets.ts";
import type { Settings, StoredNas } from "../state/settings.ts";
import { matcher } from "../wildcard.ts";
import type { Credentials } from "./authLogin.ts";
import { identify, mustBeSame } from "./identity.ts";
import type { Nas } from "./nas.ts";
import { Session } from "./session.ts";

export type ConnectRequest = Static<typeof ConnectParams>;
type Say = Pick<Context, "signal" | "warn">;

interface State {
  leases: Leases;
  secrets: Secrets;
  latches: Latches;
  settings: Settings;
}

/** More than the parallel limit of any firmware row, so that a read never waits behind a set of snapshots. */
const maxSockets = 20;
const defaultPort = { https: 443, http: 8080 };

/** The NAS of this process: those connected in this session, and those stored for the machine, which are opened when needed. */
export class NasDirectory {
  readonly #state: State;
  readonly #open = new Map<string, Nas>();
  readonly #opening = new Map<string, Promise<Nas>>();
  #closed = false;

  constructor(state: State) {
    this.#state = state;
  }

  async connect(request: ConnectRequest, say: Say): Promise<NasRow> {
    const nas = await this.#logIn(
      endpointOf(request),
      credentialsOf(request),
      request.retryRefusedPassword ?? false,
      say,
    );
    await this.#closeOne(nas.name);
    this.#open.set(key(nas.name), nas);
    const stored = (await this.#state.settings.listNas()).some(({ name }) => key(name) === key(nas.name));
    return rowOf(nas, stored);
  }

  /** Keeps it only after a log-in that worked. */
  async store(request: ConnectRequest, say: Say): Promise<NasRow> {
    const sealedPassword = await this.#state.secrets.seal(request.password);
    const sealedTotpSecret =
      request.totpSecret === undefined ? undefined : await this.#state.secrets.seal(request.totpSecret);
    await this.connect(request, say);
    const { name, userName, certificateFingerprint, skipCertificateCheck } = request;
    const { port, scheme } = endpointOf(request);
    await this.#state.settings.putNas({
      name,
      port,
      scheme,
      userName,
      sealedPassword,
      ...(sealedTotpSecret === undefined ? {} : { sealedTotpSecret }),
      ...(certificateFingerprint === undefined ? {} : { certificateFingerprint }),
      ...(skipCertificateCheck === undefined ? {} : { skipCertificateCheck }),
    });
    return rowOf(await this.open(name, say), true);
  }

  /** Connected and stored NAS whose name fits the pattern. */
  async list(pattern: string): Promise<NasRow[]> {
    const fits = matcher(pattern);
    const stored = await this.#state.settings.listNas();
    const isStored = (name: string) => stored.some((other) => key(other.name) === key(name));
    const connected = [...this.#open.values()].map((nas) => rowOf(nas, isStored(nas.name)));
    const others = stored.filter(({ name }) => !this.#open.has(key(name))).map(storedRow);
    return [...connected, ...others].filter(({ name }) => fits(name));
  }

  /** The names of all NAS that can be opened. */
  async names(): Promise<string[]> {
    return (await this.list("*")).map(({ name }) => name);
  }

  /** A live NAS by name; without a name, the only one there is. */
  async open(name: string | undefined, say: Say): Promise<Nas> {
    const wanted = name ?? (await this.#onlyOne());
    const found = this.#open.get(key(wanted));
    if (found) return found;
    const pending = this.#opening.get(key(wanted)) ?? this.#openStored(wanted, say);
    this.#opening.set(key(wanted), pending);
    return pending.finally(() => this.#opening.delete(key(wanted)));
  }

  /** True when the NAS was seen to refuse the old session. */
  async disconnect(name: string): Promise<boolean> {
    if (!this.#open.has(key(name))) throw new QnapError("NasNotConnected", { nas: name });
    return this.#closeOne(name);
  }

  async forget(name: string): Promise<void> {
    const known = (await this.#state.settings.listNas()).some((nas) => key(nas.name) === key(name));
    if (!known) throw new QnapError("NasNotConnected", { nas: name });
    await this.#state.settings.removeNas(name);
    await this.#closeOne(name);
  }

  /** Logs out everywhere, for good: what an abandoned operation still asks for is refused. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#open.values()].map(({ name }) => this.#closeOne(name)));
  }

  async #onlyOne(): Promise<string> {
    const names = await this.names();
    if (names.length > 1) throw new QnapError("NasNotChosen", { names });
    const [only] = names;
    if (only === undefined) throw new QnapError("NoNasKnown");
    return only;
  }

  async #openStored(name: string, say: Say): Promise<Nas> {
    const stored = (await this.#state.settings.listNas()).find((nas) => key(nas.name) === key(name));
    if (!stored) throw new QnapError("NasNotConnected", { nas: name });
    const { secrets } = this.#state;
    const totpSecret =
      stored.sealedTotpSecret === undefined ? undefined : await secrets.unseal(stored.sealedTotpSecret);
    const credentials = {
      userName: stored.userName,
      password: await secrets.unseal(stored.sealedPassword),
      totpSecret,
    };
    const endpoint: Endpoint = {
      name: stored.name,
      host: stored.name,
      port: stored.port,
      scheme: stored.scheme,
      trust: trustOf(stored, stored.scheme),
    };
    const nas = await this.#logIn(endpoint, credentials, false, say);
    this.#open.set(key(nas.name), nas);
    return nas;
  }

  async #logIn(
    endpoint: Endpoint,
    credentials: Credentials,
    retryRefusedPassword: boolean,
    { signal, warn }: Say,
  ): Promise<Nas> {
    if (endpoint.scheme === "http")
      warn(`The password and all data travel unprotected to ${endpoint.name}: plain HTTP.`);
    else if (endpoint.trust.kind === "None")
      warn(`The certificate of ${endpoint.name} is not checked: anybody in between can read the password.`);
    if (this.#closed) throw new QnapError("NasNotConnected", { nas: endpoint.name });
    const { leases, latches } = this.#state;
    const session = new Session(new HttpClient(endpoint, maxSockets), credentials, {
      leases,
      latches,
      retryRefusedPassword,
    });
    try {
      const { identity, firmware } = await identify(session, signal);
      session.judgeNewLogins((sid) => mustBeSame(session, identity, sid));
      return { name: endpoint.name, session, identity, firmware, volumeIds: new Map() };
    } catch (error) {
      await session.logout();
      session.http.close();
      throw error;
    }
  }

  async #closeOne(name: string): Promise<boolean> {
    const nas = this.#open.get(key(name));
    if (!nas) return false;
    this.#open.delete(key(name));
    const loggedOut = await nas.session.logout();
    nas.session.http.close();
    return loggedOut;
  }
}

function endpointOf(request: ConnectRequest): Endpoint {
  const scheme = request.allowHttp ? "http" : "https";
  if (isIP(request.name) === 0 && !/^[A-Za-z0-9._-]+$/.test(request.name)) {
    throw new QnapError("InvalidParameter", {
      parameter: "name",
      reason: "a host name or an address is wanted, without scheme, port or path",
    });
  }
  return {
    name: request.name,
    host: request.name,
    port: request.port ?? defaultPort[scheme],
    scheme,
    trust: trustOf(request, scheme),
  };
}

function trustOf(
  from: { certificateFingerprint?: string; skipCertificateCheck?: boolean },
  scheme: Endpoint["scheme"],
): Trust {
  if (scheme === "http") return { kind: "None" };
  if (from.certificateFingerprint !== undefined) return { kind: "Pinned", fingerprint: from.certificateFingerprint };
  return from.skipCertificateCheck ? { kind: "None" } : { kind: "System" };
}

function credentialsOf({ userName, password, oneTimePassword, totpSecret }: ConnectRequest): Credentials {
  return { userName, password, oneTimePassword, totpSecret };
}

function rowOf({ name, session, identity }: Nas, stored: boolean): NasRow {
  const { host, port, scheme, trust } = session.http.endpoint;
  return {
    name,
    address: host,
    port,
    scheme,
    connected: true,
    stored,
    userName: session.userName,
    ...shown(trust),
    ...identity,
  };
}

function storedRow(nas: StoredNas): NasRow {
  const unknown = {
    family: null,
    firmwareVersion: null,
    firmwareBuild: null,
    model: null,
    hostName: null,
    serialNumber: null,
  };
  const { name, port, scheme, userName } = nas;
  return {
    name,
    address: name,
    port,
    scheme,
    connected: false,
    stored: true,
    userName,
    ...shown(trustOf(nas, scheme)),
    ...unknown,
  };
}

function shown(trust: Trust): Pick<NasRow, "trust" | "certificateFingerprint"> {
  return {
    trust: trust.kind,
    certificateFingerprint: trust.kind === "Pinned" ? normalFingerprint(trust.fingerprint) : null,
  };
}

function key(name: string): string {
  return name.toLowerCase();
}
