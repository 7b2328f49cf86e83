import { beforeEach, expect, test } from "vitest";
import { findFirmware } from "../../../ts-core/nas/firmware.ts";
import { Measurements } from "../../../ts-core/nas/measured.ts";
import type { Nas } from "../../../ts-core/nas/nas.ts";
import { Leases } from "../../../ts-core/state/leases.ts";
import { Settings } from "../../../ts-core/state/settings.ts";
import { makeStateFolder } from "../state/workers.ts";

let measurements: Measurements;
beforeEach(() => {
  const folder = makeStateFolder();
  measurements = new Measurements(new Settings(folder, new Leases(folder)));
});

const nasWith = (serialNumber: string, firmwareBuild: string) =>
  ({
    identity: { serialNumber, firmwareBuild, family: "QTS", firmwareVersion: "5.2.9" },
    firmware: findFirmware("QTS", "5.2.9"),
  }) as Nas;
const nas = nasWith("Q1", "20260317");
const yes = { answerIsPointInTime: "yes", trials: 5, requestMs: 310 } as const;

test("what was measured on a NAS is true of that NAS and that build", async () => {
  await measurements.keep(nas, yes);
  expect(await measurements.createAnswerIsPointInTime(nas)).toEqual({ answer: "yes", confidence: "Measured" });
  expect(await measurements.of(nas)).toMatchObject(yes);
  for (const other of [nasWith("Q2", "20260317"), nasWith("Q1", "20260401")]) {
    expect(await measurements.createAnswerIsPointInTime(other)).toEqual({ answer: "unknown", confidence: "Assumed" });
    expect(await measurements.of(other)).toBeUndefined();
  }
});

test("a measurement that found out nothing leaves what the firmware's row says", async () => {
  await measurements.keep(nas, { ...yes, answerIsPointInTime: "unknown" });
  expect(await measurements.createAnswerIsPointInTime(nas)).toEqual({ answer: "unknown", confidence: "Assumed" });
});

test("the last measurement of a NAS counts, beside those of others", async () => {
  await measurements.keep(nas, yes);
  await measurements.keep(nasWith("Q2", "1"), yes);
  await measurements.keep(nas, { ...yes, answerIsPointInTime: "no" });
  expect(await measurements.createAnswerIsPointInTime(nas)).toEqual({ answer: "no", confidence: "Measured" });
  expect(await measurements.createAnswerIsPointInTime(nasWith("Q2", "1"))).toMatchObject({ answer: "yes" });
});
