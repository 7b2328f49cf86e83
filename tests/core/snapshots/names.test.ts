import fc from "fast-check";
import { expect, test } from "vitest";
import { operationIdIn, ownCloneName, snapshotName } from "../../../ts-core/snapshots/names.ts";
import { newOperationId } from "../../../ts-core/state/journal.ts";

const label = fc.oneof(fc.string({ unit: "binary", maxLength: 300 }), fc.string({ unit: "grapheme" }), fc.string());
const date = fc.date({ min: new Date("2000-01-01"), max: new Date("2199-12-31"), noInvalidDate: true });

test("any label: at most 63 characters, letters that every NAS takes, and the operation id comes back", () => {
  fc.assert(
    fc.property(label, date, (label, now) => {
      const operationId = newOperationId(now.getTime());
      const name = snapshotName(label, operationId, now);
      expect(name).toMatch(/^QS_[A-Za-z0-9_.-]{1,60}$/);
      expect(operationIdIn(name)).toBe(operationId);
    }),
    { numRuns: 1_000 },
  );
});

test("a plain label stands in the name, with the time in UTC", () => {
  const name = snapshotName("sqldata", "0123456789ab", new Date("2026-03-04T05:06:07.890Z"));
  expect(name).toBe("QS_sqldata_20260304T050607Z_0123456789ab");
});

test.each([
  "",
  "QS_",
  "sqldata",
  "QS_sqldata",
  "QS_sqldata_20260304T050607Z",
  "QS_sqldata_20260304T050607Z_0123456789a",
  "QS_sqldata_20260304T050607Z_0123456789abc",
  "QS_sqldata_20260304T050607Z_0123456789AB",
  "xQS_sqldata_20260304T050607Z_0123456789ab",
  "QS_sqldata_20260304T050607Z_0123456789ab ",
  "QS_größe_20260304T050607Z_0123456789ab",
  "QS_sqldata_20260304T050607Z_0123456789ab\n",
])("%j is not a name of ours", (name) => {
  expect(operationIdIn(name)).toBeUndefined();
});

test("a name of megabytes is judged at once", () => {
  const startMs = performance.now();
  expect(operationIdIn(`QS_${"_20260304T050607Z".repeat(100_000)}`)).toBeUndefined();
  expect(performance.now() - startMs).toBeLessThan(20_000);
});

test("a safety clone's name is short, whatever the LUN's", () => {
  fc.assert(
    fc.property(label, (label) => {
      expect(ownCloneName(label, newOperationId())).toMatch(/^QS_[A-Za-z0-9_.-]{1,16}_[0-9a-z]{12}$/);
    }),
  );
});
