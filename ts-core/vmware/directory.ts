import { isDeepStrictEqual } from "node:util";
import { QnapError } from "../errors.ts";
import type { VMwareSetting } from "../model.ts";
import type { SettingRequest } from "../operations/setVMwareSetting.ts";
import type { Context } from "../rpc/operation.ts";
import type { Latches } from "../state/latches.ts";
import type { Leases } from "../state/leases.ts";
import type { Secrets } from "../state/secrets.ts";
import type { Settings, StoredVCenter } from "../state/settings.ts";
import { matcher } from "../wildcard.ts";
import { settingOf, type VCenterSetting } from "./setting.ts";
import { changed, rowOf, whole } from "./storedSetting.ts";
import type { VCenter } from "./vcenter.ts";

export type { VCenterSetting };

type Say = Pick<Context, "warn">;

export interface OpenVCenter {
  vcenter: VCenter;
  setting: VCenterSetting;
}

interface Opened extends OpenVCenter {
  stored: StoredVCenter;
}

interface State {
  leases: Leases;
  secrets: Secrets;
  latches: Latches;
  settings: Settings;
}

/** The vCenters that are stored for the machine; each is logged in to when it is first needed, and stays open. */
export class VCenterDirectory {
  readonly #state: State;
  /** Also those whose setting has changed since: somebody may still work with them. */
  readonly #opened: Opened[] = [];
  readonly #opening = new Map<string, Promise<Opened>>();

  constructor(state: State) {
    this.#state = state;
  }

  async names(): Promise<string[]> {
    return (await this.#stored()).map(({ server }) => server);
  }

  /** Those whose server fits the pattern. */
  async list(pattern: string): Promise<VMwareSetting[]> {
    const fits = matcher(pattern);
    return (await this.#stored()).filter(({ server }) => fits(server)).map(rowOf);
  }

  /** What is not given stays as it is stored. Keeps it only after a log-in that worked. */
  async store(request: SettingRequest, say: Say): Promise<VMwareSetting> {
    const before = await this.#find(request.server);
    const wanted = changed(before, request, await this.#sealedPassword(before, request));
    const opened = await this.#logIn(wanted, say, request.retryRefusedPassword);
    const { instanceUuid = null } = await opened.vcenter.session.content();
    const stored = { ...wanted, instanceUuid };
    this.#opened.push({ ...opened, stored });
    await this.#mustBeNew(stored);
    await this.#state.settings.putVCenter(stored);
    return rowOf(stored);
  }

  /** Under two names its VMs would be held twice, and its datastores given up twice. */
  async #mustBeNew({ server, instanceUuid }: StoredVCenter): Promise<void> {
    const same = (await this.#stored()).filter((one) => instanceUuid !== null && one.instanceUuid === instanceUuid);
    const other = same.find((one) => key(one.server) !== key(server));
    if (other) throw new QnapError("VCenterStoredTwice", { vcenter: server, other: other.server });
  }

  async forget(server: string): Promise<void> {
    await this.#mustFind(server);
    await this.#state.settings.removeVCenter(server);
    const gone = this.#opened.filter(({ stored }) => key(stored.server) === key(server));
    for (const one of gone) this.#opened.splice(this.#opened.indexOf(one), 1);
    await Promise.all(gone.map(({ vcenter }) => vcenter.close()));
  }

  /** As it is stored now: another process may have changed it. */
  async open(server: string, say: Say): Promise<OpenVCenter> {
    const stored = await this.#mustFind(server);
    const found = this.#opened.find((one) => isDeepStrictEqual(one.stored, stored));
    if (found) return found;
    const id = JSON.stringify(stored);
    const pending = this.#opening.get(id) ?? this.#openStored(stored, say);
    this.#opening.set(id, pending);
    return pending.finally(() => this.#opening.delete(id));
  }

  async openAll(say: Say): Promise<OpenVCenter[]> {
    return Promise.all((await this.names()).map((server) => this.open(server, say)));
  }

  async close(): Promise<void> {
    await Promise.all(this.#opened.splice(0).map(({ vcenter }) => vcenter.close()));
  }

  async #openStored(stored: StoredVCenter, say: Say): Promise<Opened> {
    const opened = await this.#logIn(stored, say);
    this.#opened.push(opened);
    return opened;
  }

  async #logIn(stored: StoredVCenter, { warn }: Say, retryRefusedPassword = false): Promise<Opened> {
    const setting = settingOf(stored);
    const { server: name, port, userName, trust, limits } = setting;
    if (trust.kind === "None")
      warn(`The certificate of ${name} is not checked: anybody in between can read the password.`);
    const password = await this.#state.secrets.unseal(stored.sealedPassword);
    const { VCenter } = await import("./vcenter.ts");
    const endpoint = { name, host: name, port, scheme: "https" as const, trust };
    const guard = { ...this.#state, retryRefusedPassword };
    const vcenter = new VCenter(endpoint, { userName, password }, guard, limits);
    try {
      await vcenter.session.logIn();
      return { vcenter, setting, stored };
    } catch (error) {
      await vcenter.close();
      throw error;
    }
  }

  async #sealedPassword(
    before: StoredVCenter | undefined,
    { server, userName, password }: SettingRequest,
  ): Promise<string> {
    if (password !== undefined && (userName ?? before?.userName)) return this.#state.secrets.seal(password);
    if (before && password === undefined) return before.sealedPassword;
    const reason = `is wanted for '${server}', which is not stored yet`;
    throw new QnapError("InvalidParameter", { parameter: "credential", reason });
  }

  async #stored(): Promise<StoredVCenter[]> {
    return (await this.#state.settings.listVCenters()).map(whole);
  }

  async #find(server: string): Promise<StoredVCenter | undefined> {
    return (await this.#stored()).find((one) => key(one.server) === key(server));
  }

  async #mustFind(server: string): Promise<StoredVCenter> {
    const found = await this.#find(server);
    if (!found) throw new QnapError("VCenterNotStored", { vcenter: server });
    return found;
  }
}

function key(server: string): string {
  return server.toLowerCase();
}
