import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { CoreProcess } from "../../coreProcess.ts";
import { startVmwareLab, type VmwareLab } from "../../e2e/support/vmwareLab.ts";

let lab: VmwareLab;
let core: CoreProcess;
beforeAll(async () => {
  lab = await startVmwareLab({ luns: "empty:1" }, { vms: 4, hosts: 2 });
  core = await lab.connect();
});
beforeEach(() => lab.vcenter.reset());
afterAll(async () => {
  await core.stop();
  await lab.stop();
});

interface Check {
  kind: string;
  name: string;
  rule: string | null;
  verdict: string;
  reason: string;
}
const check = (name = "vmstore") => core.rows<Check>("testLun", { lun: { name } });
const about = (checks: Check[], name: string) => checks.filter((one) => one.name === name);
const server = "127.0.0.1";

test("the LUN comes first, then each VM with its method and the label to expect; nothing is changed", async () => {
  const [lun, ...vms] = await check();
  expect(lun).toMatchObject({ kind: "Lun", name: "vmstore", rule: null, verdict: "OK" });
  expect(lun?.reason).toMatch(/^ready; 0 snapshots; documented limits/);
  expect(vms.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual([
    "vm001 OK",
    "vm002 OK",
    "vm003 OK",
    "vm004 OK",
  ]);
  expect(about(vms, "vm001")[0]?.reason).toBe("method QuiesceOrFallback; Application can be expected");
  expect(about(vms, "vm002")[0]?.reason).toBe("method QuiesceOrFallback; FileSystem can be expected");
  expect((await lab.vcenter.effects()).map(({ kind }) => kind)).toEqual([]);
});

test("a verdict for each VM and rule, as the stored policy wants it", async () => {
  await lab.vcenter.changeVm("vm002", { tools: "notRunning" });
  await lab.vcenter.changeVm("vm003", { disk: { rdm: "physicalMode" } });
  const found = await check();
  expect(about(found, "vm002")).toMatchObject([{ rule: "ToolsNotRunning", verdict: "Downgrade" }]);
  expect(about(found, "vm003")).toMatchObject([{ rule: "RawDevice", verdict: "Downgrade" }]);
  const policy = { snapshotMethod: "Quiesce", excludeVM: ["vm001"], ruleVerdict: { RawDevice: "Refuse" } };
  await core.call("setVMwareSetting", { server, ...policy });
  const judged = await check();
  expect(about(judged, "vm001")[0]?.reason).toBe("method None; Crash can be expected");
  expect(about(judged, "vm002")).toMatchObject([{ verdict: "Refuse" }]);
  expect(about(judged, "vm003")).toMatchObject([{ verdict: "Refuse", reason: expect.stringContaining("raw device") }]);
});

test("a LUN that no vCenter knows cannot have an application-consistent snapshot", async () => {
  expect(await check("empty")).toMatchObject([
    { kind: "Lun", verdict: "OK" },
    { kind: "Lun", rule: "LunNotUsed", verdict: "Refuse", reason: expect.stringContaining(`in ${server}`) },
  ]);
});

test("a LUN that the NAS is still working on is refused", async () => {
  await core.call("newLunSnapshot", { luns: [{ name: "empty" }], type: "Crash", name: "first" });
  const [first] = await core.rows<{ snapshotId: string }>("getLunSnapshot", { lunName: "empty" });
  await lab.nas.quirk("cloneMs", 60_000);
  const busy = await lab.connect();
  const snapshot = { lun: { name: "empty" }, snapshotId: first?.snapshotId };
  const cloning = busy.call("newLunClone", { snapshot, name: "copy" }).catch(() => undefined);
  await expect.poll(async () => (await lab.nas.state()).luns.map(({ name }) => name)).toContain("copy");
  expect(await check("copy")).toMatchObject([{ rule: "LunNotReady", verdict: "Refuse" }, { rule: "LunNotUsed" }]);
  await busy.kill();
  await cloning;
});

test("at a documented limit the NAS may refuse one more", async () => {
  for (let i = 0; i < 15; i++) await core.call("newLunSnapshot", { luns: [{ name: "empty" }], type: "Crash" });
  const [lun] = await check("empty");
  expect(lun).toMatchObject({
    rule: "SnapshotSlots",
    verdict: "Warn",
    reason: expect.stringContaining("16 snapshots"),
  });
});
