import { join } from "node:path";
import { QnapError, reasonOf } from "../errors.ts";
import type { VMwareSetting } from "../model.ts";
import { readIfThere, replaceFile } from "./files.ts";
import type { Leases } from "./leases.ts";

/** A NAS kept for the machine. Its secrets are sealed. */
export interface StoredNas {
  name: string;
  port: number;
  scheme: "https" | "http";
  userName: string;
  sealedPassword: string;
  sealedTotpSecret?: string;
  certificateFingerprint?: string;
  skipCertificateCheck?: boolean;
}

/** A vCenter kept for the machine. */
export interface StoredVCenter extends VMwareSetting {
  sealedPassword: string;
  /** Tells two names of the same vCenter. */
  instanceUuid: string | null;
}

interface Content {
  nas: StoredNas[];
  vCenters: StoredVCenter[];
}

export class Settings {
  readonly #file: string;
  readonly #leases: Leases;

  constructor(stateFolder: string, leases: Leases) {
    this.#file = join(stateFolder, "settings.json");
    this.#leases = leases;
  }

  async listNas(): Promise<StoredNas[]> {
    return (await this.#read()).nas;
  }

  async putNas(nas: StoredNas): Promise<void> {
    await this.#change((content) => ({ ...content, nas: [...without(content.nas, nas.name), nas] }));
  }

  async removeNas(name: string): Promise<void> {
    await this.#change((content) => ({ ...content, nas: without(content.nas, name) }));
  }

  async listVCenters(): Promise<StoredVCenter[]> {
    return (await this.#read()).vCenters;
  }

  async putVCenter(vCenter: StoredVCenter): Promise<void> {
    await this.#change((content) => {
      return { ...content, vCenters: [...others(content.vCenters, vCenter.server), vCenter] };
    });
  }

  async removeVCenter(server: string): Promise<void> {
    await this.#change((content) => ({ ...content, vCenters: others(content.vCenters, server) }));
  }

  async #change(edit: (content: Content) => Content): Promise<void> {
    const lease = await this.#leases.take("settings", { waitMs: 10_000 });
    if (!lease) throw new QnapError("StateUnwritable", { file: this.#file, reason: "another process is writing it" });
    try {
      await replaceFile(this.#file, `${JSON.stringify(edit(await this.#read()), null, 2)}\n`);
    } finally {
      await lease.release();
    }
  }

  async #read(): Promise<Content> {
    const text = await readIfThere(this.#file);
    if (text === undefined) return { nas: [], vCenters: [] };
    try {
      return contentOf(JSON.parse(text) as Partial<Content> | null);
    } catch (error) {
      throw new QnapError("StateUnreadable", { file: this.#file, reason: reasonOf(error) });
    }
  }
}

/** Files from before vCenters were kept have no list of them. */
function contentOf(read: Partial<Content> | null): Content {
  const content = { vCenters: [], ...read };
  if (!Array.isArray(content.nas) || !content.nas.every(isStoredNas)) throw new Error("it is no list of NAS");
  const { vCenters } = content;
  if (!Array.isArray(vCenters) || !vCenters.every(isStoredVCenter)) throw new Error("it is no list of vCenters");
  return content as Content;
}

function isStoredNas(nas: Partial<StoredNas> | null): boolean {
  return [nas?.name, nas?.scheme, nas?.userName, nas?.sealedPassword].every((field) => typeof field === "string");
}

function without(list: StoredNas[], name: string): StoredNas[] {
  return list.filter((nas) => nas.name.toLowerCase() !== name.toLowerCase());
}

function isStoredVCenter(vCenter: Partial<StoredVCenter> | null): boolean {
  const texts = [vCenter?.server, vCenter?.userName, vCenter?.sealedPassword];
  return texts.every((field) => typeof field === "string");
}

function others(list: StoredVCenter[], server: string): StoredVCenter[] {
  return list.filter((one) => one.server.toLowerCase() !== server.toLowerCase());
}
