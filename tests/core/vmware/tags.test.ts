import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { attachTags, readTagIds, readTags } from "../../../ts-core/vmware/tags.ts";
import { newGuard, startLab, type VmwareLab } from "./lab.ts";

describe.each([
  ["8.0.2.0", "/api/session"],
  ["6.7.3", "/rest/com/vmware/cis/session"],
])("vCenter %s", (apiVersion, sessionPath) => {
  let lab: VmwareLab;
  let refs: { type: string; id: string }[];
  beforeAll(async () => {
    lab = await startLab({ vms: 3, apiVersion });
    const { vms } = await lab.sim.state();
    const names = vms.map(({ name }) => name);
    await lab.sim.tag("Gold", ...names.slice(0, 2));
    await lab.sim.tag("no-snapshot", ...names.slice(0, 1));
    refs = vms.map(({ ref }) => ({ type: "VirtualMachine", id: ref }));
  });
  beforeEach(() => lab.sim.reset());
  afterAll(() => lab.stop());

  const id = (index: number) => refs[index]?.id ?? "";

  test("the names of the tags of each VM, and the REST session is ended", async () => {
    const tags = await readTags(lab.vcenter.session, refs);
    expect([...(tags.get(id(0)) ?? [])].sort()).toEqual(["Gold", "no-snapshot"]);
    expect([tags.get(id(1)), tags.has(id(2))]).toEqual([["Gold"], false]);
    expect(await lab.sim.counts()).toMatchObject({ [`POST ${sessionPath}`]: 1, [`DELETE ${sessionPath}`]: 1 });
  });

  test("tags are hung on a VM by their ids, and those that hang there already are left", async () => {
    const ids = (await readTagIds(lab.vcenter.session, refs)).get(id(0)) ?? [];
    const vm = refs[1] ?? { type: "", id: "" };
    await attachTags(lab.vcenter.session, vm, ids);
    expect((await readTagIds(lab.vcenter.session, [vm])).get(vm.id)).toEqual(ids);
    const attached = (await lab.sim.effects()).filter(({ kind }) => kind === "tag.attach");
    expect(attached).toMatchObject([{ detail: { tag: "no-snapshot", object: vm.id } }]);
  });

  test("a tag that is gone does not keep the others from the VM, and is told", async () => {
    const ids = (await readTagIds(lab.vcenter.session, refs)).get(id(0)) ?? [];
    const vm = refs[2] ?? { type: "", id: "" };
    const gone = "urn:vmomi:InventoryServiceTag:gone:GLOBAL";
    await expect(attachTags(lab.vcenter.session, vm, [gone, ...ids])).rejects.toMatchObject({
      code: "VCenterRefused",
      details: { call: `attach ${gone}` },
    });
    expect((await readTagIds(lab.vcenter.session, [vm])).get(vm.id)).toEqual(ids);
  });

  test("a refused password is told before the REST API hears it", async () => {
    const wrong = lab.connect({ password: "no", guard: newGuard() });
    await expect(readTags(wrong.session, refs)).rejects.toMatchObject({ code: "VCenterPasswordRefused" });
    expect(Object.keys(await lab.sim.counts())).not.toContain("POST /api/session");
  });
});

test("a vCenter without a REST API is told", async () => {
  const lab = await startLab({ vms: 1, apiVersion: "6.0" });
  const read = readTags(lab.vcenter.session, [{ type: "VirtualMachine", id: "vm-1" }]);
  await expect(read).rejects.toMatchObject({ code: "VCenterNotSupported" });
  await lab.stop();
});
