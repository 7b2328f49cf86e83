import { afterEach, expect, test } from "vitest";
import { findFirmware } from "../../../ts-core/nas/firmware.ts";
import type { Nas } from "../../../ts-core/nas/nas.ts";
import { deleteSnapshot, listSnapshots } from "../../../ts-core/nas/snapshots.ts";
import { type Asked, newSession, startFakeNas } from "./fakeNas.ts";

const lun = { lunIndex: 3, name: "sqldata", naa: "6e843b6cd1e5b91dfa0cd4a0adbe37d7" };
let nas: Nas;
let fake: Awaited<ReturnType<typeof startFakeNas>>;
afterEach(() => {
  nas.session.http.close();
  fake.stop();
});

async function start(answer: (asked: Asked) => string, family: "QES" | "QuTS hero" = "QES"): Promise<void> {
  fake = await startFakeNas((asked) =>
    asked.path.endsWith("authLogin.cgi")
      ? "<QDocRoot><authPassed>1</authPassed><authSid>abc123</authSid></QDocRoot>"
      : answer(asked),
  );
  const firmware = findFirmware(family, family === "QES" ? "2.1" : "h5.3");
  if (!firmware) throw new Error("not in the firmware table");
  const known = { firmwareVersion: "2.1", firmwareBuild: null, model: "", hostName: null, serialNumber: "Q1" };
  const { session } = newSession(fake.port);
  nas = { name: "nas01", session, firmware, identity: { family, ...known }, volumeIds: new Map() };
}

const row = (id: number) => `<row><snapshot_id>${id}</snapshot_id><snapshot_name>s${id}</snapshot_name></row>`;
const rows = (from: number, to: number) =>
  `<QDocRoot><authPassed>1</authPassed><result>0</result><SnapshotList>${Array.from({ length: Math.max(0, to - from) }, (_, i) => row(from + i)).join("")}</SnapshotList></QDocRoot>`;

/** What a NAS answers that never sends more than `most` rows. */
function page(total: number, most: number) {
  return ({ form }: Asked) => {
    const start = Number(form.get("snap_start"));
    return rows(start, Math.min(total, start + Math.min(most, Number(form.get("snap_count")))));
  };
}

async function listed(): Promise<string[]> {
  const found: string[] = [];
  for await (const batch of listSnapshots(nas, lun)) found.push(...batch.map(({ snapshotId }) => snapshotId));
  return found;
}

test.each([
  [130, 100],
  [130, 50],
  [130, 1],
  [0, 100],
  [200, 100],
])("of %d snapshots all are listed, where the NAS sends %d at a time", async (total, most) => {
  await start(page(total, most));
  expect(await listed()).toEqual(Array.from({ length: total }, (_, id) => String(id)));
});

test("a NAS that does not page is listed once", async () => {
  await start(() => rows(0, 130));
  expect(await listed()).toHaveLength(130);
  expect(fake.asked.filter(({ form }) => form.has("snap_start"))).toHaveLength(2);
});

test("what a NAS says about a refusal does not reach a terminal's control", async () => {
  const message = "in\u001b[2J use\u0007\r\n";
  await start(() => JSON.stringify({ error_code: -14, error_message: message }), "QuTS hero");
  const reason = "in [2J use";
  await expect(deleteSnapshot(nas, "7")).rejects.toMatchObject({ details: { reason } });
  await expect(deleteSnapshot(nas, "7")).rejects.toThrow(`code -14: ${reason}.`);
});

test("nor does an answer that cannot be read", async () => {
  await start(() => "\u001b[2J\u0007", "QuTS hero");
  await expect(listed()).rejects.toThrow(/^\P{Cc}+$/u);
});
