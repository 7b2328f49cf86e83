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

/** What was measured on a NAS, by its serial number: true of that firmware build only. */
export interface Measurement {
  serialNumber: string;
  firmware: string;
  timeUtc: string;
  /** Whether the answer to a create means that the point in time exists. */
  answerIsPointInTime: "yes" | "no" | "unknown";
  trials: number;
  /** The longest that a create took until its answer. */
  requestMs: number;
}

interface Content {
  nas: StoredNas[];
  vCenters: StoredVCenter[];
  measurements: Measurement[];
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

  async listMeasurements(): Promise<Measurement[]> {
    return (await this.#read()).measurements;
  }

  /** One a NAS: what was true of another firmware is of no use any more. */
  async putMeasurement(measurement: Measurement): Promise<void> {
    const other = ({ serialNumber }: Measurement) => serialNumber !== measurement.serialNumber;
    await this.#change((content) => ({
      ...content,
      measurements: [...content.measurements.filter(other), measurement],
    }));
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
    if (text === undefined) return { nas: [], vCenters: [], measurements: [] };
    try {
      return contentOf(JSON.parse(text) as Partial<Content> | null);
    } catch (error) {
      throw new QnapError("StateUnreadable", { file: this.#file, reason: reasonOf(error) });
    }
  }
}

/** Files from before vCenters or measurements were kept have no list of them. */
function contentOf(read: Partial<Content> | null): Content {
  const content = { vCenters: [], measurements: [], ...read };
  if (!Array.isArray(content.nas) || !content.nas.every(isStoredNas)) throw new Error("it is no list of NAS");
  const { vCenters, measurements } = content;
  if (!Array.isArray(vCenters) || !vCenters.every(isStoredVCenter)) throw new Error("it is no list of vCenters");
  if (!Array.isArray(measurements) || !measurements.every(isMeasurement))
    throw new Error("it is no list of measurements");
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

function isMeasurement(measurement: Partial<Measurement> | null): boolean {
  const answers = ["yes", "no", "unknown"];
  return (
    [measurement?.serialNumber, measurement?.firmware].every((field) => typeof field === "string") &&
    answers.includes(String(measurement?.answerIsPointInTime)) &&
    typeof measurement?.requestMs === "number"
  );
}

function others(list: StoredVCenter[], server: string): StoredVCenter[] {
  return list.filter((one) => one.server.toLowerCase() !== server.toLowerCase());
}
