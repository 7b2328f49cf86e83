import { afterAll, beforeAll, expect, test } from "vitest";
import { CoreProcess } from "../coreProcess.ts";
import { type SimulatedNas, startNas } from "../sim/nas/start.ts";

let first: SimulatedNas;
let second: SimulatedNas;
let core: CoreProcess;

beforeAll(async () => {
  [first, second] = await Promise.all([
    startNas({ profile: "qts-5.2", luns: "sqldata:1,only:1" }),
    startNas({ profile: "hero-h5.3", luns: "sqldata:1" }),
  ]);
  core = await CoreProcess.start();
  await core.connect(first);
  await core.connect(second, { name: "localhost" });
});
afterAll(async () => {
  await core.stop();
  await Promise.all([first.stop(), second.stop()]);
});

test("a LUN by name is looked for on every NAS to read, and must be of one NAS to change", async () => {
  await core.call("newLunSnapshot", { luns: [{ nas: "127.0.0.1", name: "sqldata" }], type: "Crash" });
  await core.call("newLunSnapshot", { luns: [{ nas: "localhost", name: "sqldata" }], type: "Crash" });
  const rows = await core.rows<{ nas: string }>("getLunSnapshot", { lun: { name: "sqldata" } });
  expect(rows.map(({ nas }) => nas).sort()).toEqual(["127.0.0.1", "localhost"]);
  expect(await core.rows("getLunSnapshot", { lun: { name: "only" } })).toEqual([]);
  expect(await core.code("getLunSnapshot", { lun: { name: "nowhere" } })).toBe("LunNotFound");
  expect(await core.code("newLunSnapshot", { luns: [{ name: "sqldata" }], type: "Crash" })).toBe("NasNotChosen");
});

test("a clone that has snapshots of its own is left as it is", async () => {
  const [snapshot] = await core.rows<{ name: string }>("getLunSnapshot", {
    lun: { nas: "localhost", name: "sqldata" },
  });
  const source = { lun: { nas: "localhost", name: "sqldata" }, name: snapshot?.name };
  await core.call("newLunClone", { snapshot: source, name: "copy" });
  const copy = { nas: "localhost", name: "copy" };
  const taken = await core.call<{ snapshots: { name: string }[] }>("newLunSnapshot", { luns: [copy], type: "Crash" });
  expect(await core.code("removeLunClone", { lun: copy })).toBe("LunHasSnapshots");
  expect(await core.rows("getOperation", { unfinished: true })).toEqual([]);
  await core.call("removeLunSnapshot", { snapshot: { lun: copy, name: taken.snapshots[0]?.name } });
  expect(await core.code("removeLunClone", { lun: copy })).toBe("no error");
});
