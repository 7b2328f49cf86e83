import fc from "fast-check";
import { XMLValidator } from "fast-xml-parser";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Caller } from "./nas/caller.ts";
import { type SimulatedNas, startNas } from "./nas/start.ts";

let nas: SimulatedNas;
let caller: Caller;

beforeAll(async () => {
  nas = await startNas({ profile: "hero-h5.3", luns: "sqldata:1", quirks: { lockoutAfter: 0 } });
  caller = await Caller.login(nas);
});
afterAll(() => nas.stop());

const value = fc.oneof(fc.constantFrom("0", "1", "-1", "10001", "sqldata", "yes"), fc.string({ unit: "binary" }));
const words = (...names: string[]) => fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 6 });

const cgiCall = fc.record({
  path: fc.constantFrom(
    ...["iscsi_portal_setting", "iscsi_lun_setting", "iscsi_target_setting", "snapshot", "disk_manage"].map(
      (name) => `disk/${name}.cgi`,
    ),
  ),
  func: fc.constantFrom(
    ...["extra_get", "get_all", "add_lun", "edit_lun", "remove_lun", "add_target", "edit_target", "remove_target"],
    ...["add_init", "edit_init", "remove_init", "create_snapshot", "del_snapshot", "clone_qsnapshot"],
    ...["instant_clone_qsnapshot", "recover_snapshot", "get_return", "constructor", "__proto__"],
  ),
  parameters: words(
    ...["LUNIndex", "lunID", "LUNName", "LUNCapacity", "targetIndex", "targetName", "targetIQN", "initiatorIQN"],
    ...["initiatorIndex", "snapshotID", "snapshot_name", "new_name", "poolID", "volumeID", "snapshot_list", "lun_info"],
    ...["targetInfo", "Pool_Info", "expire_min", "vital", "LUNEnable", "snap_start", "bCHAPEnable", "cginame"],
  ),
});

test("whatever a client sends to a CGI, the NAS answers well-formed XML", async () => {
  await fc.assert(
    fc.asyncProperty(cgiCall, async ({ path, func, parameters }) => {
      const { status, doc, text } = await caller.cgi(path, { func, ...parameters });
      expect(status).toBe(200);
      expect(XMLValidator.validate(text)).toBe(true);
      expect(doc.authPassed).toBe("1");
    }),
    { numRuns: 300 },
  );
  await expectAlive();
});

const restCall = fc.record({
  method: fc.constantFrom("GET", "POST", "PUT", "DELETE"),
  path: fc.constantFrom(
    ...["iscsi/v1/luns", "iscsi/v1/luns/0", "iscsi/v1/targets", "iscsi/v1/targets/0", "iscsi/v1/targets/0/luns/0"],
    ...["iscsi/v1/targets/0/acls/0", "storage/v1/volumes", "storage/v1/volumes/1", "storage/v1/volumes/1/label"],
    ...[
      "storage/v1/volumes/1/reshaping",
      "snapmgr/v1/volumes/1/snapshots",
      "snapmgr/v1/snapshots/99999999999999999999",
    ],
  ),
  body: fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom("label", "type", "iscsi", "capacity"), fc.jsonValue())),
});

test("whatever a client sends over REST, the NAS answers JSON or 404", async () => {
  await fc.assert(
    fc.asyncProperty(restCall, async ({ method, path, body }) => {
      const response = await fetch(`${nas.http}/api/${path}`, {
        method,
        headers: { sid: caller.sid },
        ...(method !== "GET" && { body: JSON.stringify(body) }),
      });
      expect([200, 404]).toContain(response.status);
      if (response.status === 200) expect(await response.json()).toHaveProperty("error_code");
    }),
    { numRuns: 300 },
  );
  await expectAlive();
});

test("odd log-ins and odd paths", async () => {
  const names = ["user", "pwd", "plain_pwd", "sid", "service", "security_code", "qtoken", "remme", "get_question"];
  await fc.assert(
    fc.asyncProperty(words(...names), async (parameters) => {
      const { status, doc } = await caller.post("authLogin.cgi", parameters);
      expect(status).toBe(200);
      expect(doc.authPassed).toBe("0");
    }),
  );
  for (const path of ["//", "/%", "/cgi-bin/", "/cgi-bin/../etc/passwd", "/cgi-bin/disk/constructor", "/api/"]) {
    expect([400, 404]).toContain((await caller.get(path)).status);
  }
  await expectAlive();
});

async function expectAlive(): Promise<void> {
  expect((await caller.read({ targetList: 1 })).result).toBe(0);
}
