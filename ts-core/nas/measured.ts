import type { Measurement, Settings } from "../state/settings.ts";
import type { Answer, Confidence } from "./firmware.ts";
import { firmwareName, type Nas } from "./nas.ts";

export interface PointInTime {
  answer: Answer;
  confidence: Confidence | "Measured";
}

/** What Test-QnapNas -ScratchLun measured on the NAS of this machine. Another firmware build makes it void. */
export class Measurements {
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Of this NAS with the firmware that it runs now. */
  async of(nas: Nas): Promise<Measurement | undefined> {
    const { serialNumber } = nas.identity;
    const kept = await this.#settings.listMeasurements();
    return kept.find((each) => each.serialNumber === serialNumber && each.firmware === buildName(nas));
  }

  async keep(nas: Nas, found: Omit<Measurement, "serialNumber" | "firmware" | "timeUtc">): Promise<void> {
    const { serialNumber } = nas.identity;
    const timeUtc = new Date().toISOString();
    await this.#settings.putMeasurement({ serialNumber, firmware: buildName(nas), timeUtc, ...found });
  }

  /** Whether the answer to a create means that the point in time exists: as measured here, else as the firmware's row says. */
  async createAnswerIsPointInTime(nas: Nas): Promise<PointInTime> {
    const measured = await this.of(nas);
    if (measured && measured.answerIsPointInTime !== "unknown")
      return { answer: measured.answerIsPointInTime, confidence: "Measured" };
    return nas.firmware.createAnswerIsPointInTime;
  }
}

/** Only a whole build is one firmware. */
export function buildName(nas: Nas): string {
  return `${firmwareName(nas)} build ${nas.identity.firmwareBuild ?? "not told"}`;
}
