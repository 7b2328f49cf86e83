import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { QnapError } from "../../../ts-core/errors.ts";
import { findFirmware } from "../../../ts-core/nas/firmware.ts";
import { countJobs } from "../../../ts-core/nas/jobs.ts";
import type { Nas } from "../../../ts-core/nas/nas.ts";
import { createSnapshot, deleteSnapshot, listSnapshots } from "../../../ts-core/nas/snapshots.ts";
import { volumeIdOf } from "../../../ts-core/nas/volumes.ts";
import { Unconfirmed } from "../../../ts-core/net/unconfirmed.ts";
import { newSession, startFakeNas } from "./fakeNas.ts";

const naa = "6e843b6cd1e5b91dfa0cd4a0adbe37d7";
const lun = { lunIndex: 3, name: "sqldata", naa };
const passed = "<QDocRoot><authPassed>1</authPassed><authSid>abc123</authSid></QDocRoot>";
const firmware = findFirmware("QuTS hero", "h5.3");
let body = "{}";
let fake: Awaited<ReturnType<typeof startFakeNas>>;
let session: ReturnType<typeof newSession>["session"];

beforeAll(async () => {
  fake = await startFakeNas(({ path }) => (path.startsWith("/api") ? body : passed));
  session = newSession(fake.port).session;
});
afterAll(() => {
  session.http.close();
  fake.stop();
});

function newNas(known = true): Nas {
  if (!firmware) throw new Error("the firmware table has no QuTS hero");
  const identity = {
    family: "QuTS hero",
    firmwareVersion: "h5.3",
    firmwareBuild: null,
    model: "",
    hostName: null,
    serialNumber: "Q1",
  } as const;
  return { name: "nas01", session, identity, firmware, volumeIds: new Map(known ? [[naa, 9]] : []) };
}

const junk = fc.oneof(fc.jsonValue(), fc.constantFrom(-1, 1e300, "../..", "a b", "", "1", 1, 3, "3", true, null));
const row = fc.dictionary(
  fc.constantFrom(
    "snapshot_id",
    "snapshot_name",
    "create_time",
    "snapshot_description",
    "vital",
    "status",
    "advance",
    "volume_id",
    "lun_index",
  ),
  fc.oneof(junk, fc.record({ instant_clone_name: junk })),
);
const answer = fc.oneof(
  fc.record(
    {
      collection: fc.oneof(junk, fc.array(fc.oneof(row, junk))),
      single: junk,
      error_code: fc.oneof(junk, fc.constant(0)),
      error_message: junk,
      error_data: junk,
    },
    { requiredKeys: [] },
  ),
  junk,
);

/** The value, or an error that the product means: nothing else may be thrown. */
async function meant<T>(run: () => Promise<T>): Promise<T | undefined> {
  try {
    return await run();
  } catch (error) {
    expect(error instanceof QnapError || error instanceof Unconfirmed, String((error as Error).stack)).toBe(true);
    if (error instanceof QnapError) expect(error.code).not.toBe("Internal");
    return undefined;
  }
}

function withAnswers(check: () => Promise<void>): Promise<void> {
  const garbled = fc.tuple(fc.json(), fc.nat()).map(([text, length]) => text.slice(0, length % (text.length + 1)));
  const bodies = fc.oneof({ weight: 4, arbitrary: answer.map((value) => JSON.stringify(value)) }, garbled);
  return fc.assert(
    fc.asyncProperty(bodies, async (text) => {
      body = text;
      await check();
    }),
    { numRuns: 150 },
  );
}

test("a snapshot list of any shape gives well-formed snapshots, or an error that names the call", () =>
  withAnswers(async () => {
    const found = await meant(async () => {
      const rows = [];
      for await (const batch of listSnapshots(newNas(), lun)) rows.push(...batch);
      return rows;
    });
    for (const snapshot of found ?? []) {
      expect(snapshot.snapshotId).toBeTypeOf("string");
      expect(snapshot.name).toBeTypeOf("string");
      expect(snapshot.createTime ?? "2000-01-01T00:00:00").toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
      expect([true, false, null]).toContain(snapshot.vital);
      expect(["Ready", "Removing", "Unknown"]).toContain(snapshot.status);
      expect(snapshot.clones.every((name) => typeof name === "string")).toBe(true);
    }
  }));

test("a volume list of any shape gives the LUN's own volume, or an error", () =>
  withAnswers(async () => {
    const found = await meant(() => volumeIdOf(newNas(false), lun));
    if (found === undefined) return;
    const rows = (JSON.parse(body) as { collection: { lun_index?: unknown; volume_id?: unknown }[] }).collection;
    expect(rows.filter((row) => row?.volume_id === found).some((row) => Number(row.lun_index) === 3)).toBe(true);
  }));

test("writes and jobs answered with anything end in success or in an error that the product means", () =>
  withAnswers(async () => {
    await meant(() => createSnapshot(newNas(), lun, { name: "x", description: "", expireMinutes: 0, vital: false }));
    await meant(() => deleteSnapshot(newNas(), "7"));
    expect((await meant(() => countJobs(newNas()))) ?? 0).toBeGreaterThanOrEqual(0);
  }));

test.each([null, "", false, " ", [], "0x0"])("%j is no LUN index, though it counts as 0", async (lunIndex) => {
  body = JSON.stringify({ collection: [{ volume_id: 9, lun_index: lunIndex }], error_code: 0 });
  const first = { lunIndex: 0, name: "sqldata", naa };
  await expect(volumeIdOf(newNas(false), first)).rejects.toMatchObject({ code: "NasAnswerUnreadable" });
});

const spec = { name: "x", description: "", expireMinutes: 0, vital: false };

test("a code that comes as text is a code", async () => {
  body = '{"error_code":"-14","error_message":"in use"}';
  await expect(createSnapshot(newNas(), lun, spec)).rejects.toMatchObject({ code: "NasError" });
  body = '{"error_code":"0"}';
  await createSnapshot(newNas(), lun, spec);
});

test.each([null, "", "no", true, {}, [-14], -1.5, "0x0"])(
  "an error_code of %j is neither success nor refusal",
  async (code) => {
    body = JSON.stringify({ error_code: code, collection: [] });
    await expect(createSnapshot(newNas(), lun, spec)).rejects.toBeInstanceOf(Unconfirmed);
    await expect(countJobs(newNas())).rejects.toMatchObject({ code: "NasAnswerUnreadable" });
  },
);

test("an id cannot lead to another call", async () => {
  body = JSON.stringify({ error_code: 0 });
  await deleteSnapshot(newNas(), "../../storage/v1/volumes/9");
  expect(fake.asked.at(-1)?.path).toBe("/api/snapmgr/v1/snapshots/..%2F..%2Fstorage%2Fv1%2Fvolumes%2F9");
});
