/** A snapshot beside its original, over both simulators. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { CoreFailure, CoreProcess } from "../coreProcess.ts";
import { startVcenter } from "../sim/vcenter/start.ts";
import { type Mounted, MountLab } from "./support/mountLab.ts";

let lab: MountLab;
let core: CoreProcess;
let before: string[];

async function start(profile: Parameters<typeof MountLab.start>[0]): Promise<void> {
  lab = await MountLab.start(profile);
  core = await lab.connect();
  before = await lab.account();
}

async function stop(): Promise<void> {
  await core.stop();
  await lab.stop();
}

const failure = (method: string, params: object): Promise<CoreFailure> =>
  core.call(method, params).then(
    () => expect.unreachable(`${method} did not fail`),
    (error: CoreFailure) => error,
  );
const mountWith = (more: object) => failure("mountLunSnapshot", { ...lab.request, ...more });
const dismount = () => core.call("dismountLunSnapshot", { lunName: "copy" });

describe.each(["qts-5.2", "hero-h5.3"] as const)("%s", (profile) => {
  beforeAll(() => start(profile));
  afterAll(stop);
  afterEach(async () => {
    expect(await lab.account()).toEqual(before);
  });

  test("the copy shows the VMs as they were; the original goes on; dismounting leaves nothing", async () => {
    const mounted = await lab.mount(core);
    expect(mounted.datastoreName).toMatch(/^snap-[0-9a-f]{8}-prod$/);
    const { vms, datastores } = await lab.vcenter.state();
    const found = vms.filter(({ name }) => name === "vm001");
    expect(found.map(({ datastore, registered, disks }) => [datastore, registered, disks[0]?.data]).sort()).toEqual([
      ["prod", true, "after"],
      [mounted.datastoreName, false, "before"],
    ]);
    expect(datastores.find(({ name }) => name === mounted.datastoreName)).toMatchObject({
      uuid: mounted.vmfsUuid,
      extents: [mounted.lunNaa],
      corrupt: false,
    });
    expect(datastores.find(({ name }) => name === "prod")).toMatchObject({ mounted: true, corrupt: false });
    await dismount();
    expect(await core.rows("getOperation", { unfinished: true })).toEqual([]);
  });

  test("two copies of one snapshot stand side by side, and another session dismounts them", async () => {
    const first = await lab.mount(core);
    const second = await core.call<{ mounted: Mounted }>("mountLunSnapshot", {
      ...lab.request,
      name: "other",
      vmHost: "ESX2",
    });
    expect(second.mounted).toMatchObject({ vmHost: "esx2.sim", lunName: "other" });
    expect(second.mounted.vmfsUuid).not.toBe(first.vmfsUuid);
    const another = await lab.connect(core.home);
    await another.call("dismountLunSnapshot", { datastoreName: first.datastoreName });
    await another.call("dismountLunSnapshot", { lunNaa: second.mounted.lunNaa });
    await another.stop();
  });
});

describe("refused with nothing changed, or undone at once", () => {
  beforeAll(() => start("qts-5.2"));
  afterAll(stop);

  test.each([
    ["a host that no vCenter knows", { vmHost: "esx9" }, "VMHostNotFound"],
    ["a name that is taken", { name: "neighbour" }, "LunNameTaken"],
  ])("%s", async (_, more, code) => {
    expect((await mountWith(more)).data.code).toBe(code);
    expect(await lab.account()).toEqual(before);
  });

  test("a host of that name on two vCenters", async () => {
    const twin = await startVcenter({
      vms: 0,
      nas: lab.nas.control,
      datastores: { prod: "vmstore" },
      args: ["--listen", "127.0.0.2:0"],
    });
    await lab.storeVcenter(core, twin);
    const { data } = await mountWith({});
    expect(data).toMatchObject({ code: "VMHostAmbiguous", details: { count: 2 } });
    await core.call("removeVMwareSetting", { server: "127.0.0.2" });
    await twin.stop();
  });

  test("while a VM is registered on the copy, or an image of it is in a drive: they are named", async () => {
    const { datastoreName } = await lab.mount(core);
    const mounted = await lab.account();
    await lab.vcenter.addVm({ name: "rescued", datastore: datastoreName });
    await lab.vcenter.changeDatastore(datastoreName, { files: ["iso/tools.iso"] });
    await lab.vcenter.changeVm("vm002", { iso: `[${datastoreName}] iso/tools.iso` });
    const { data } = await failure("dismountLunSnapshot", { lunName: "copy" });
    expect(data).toMatchObject({
      code: "CopyInUse",
      details: {
        reasons: [
          "VM 'rescued' is registered on it",
          `VM 'vm002': it has [${datastoreName}] iso/tools.iso in a drive; take it out`,
        ],
      },
    });
    await lab.vcenter.deleteVm("rescued", "keep");
    await lab.vcenter.changeVm("vm002", { iso: "" });
    expect(await lab.account()).toEqual(mounted);
    await dismount();
    expect(await lab.account()).toEqual(before);
  });

  test("dismounting when the vCenter of its hosts is not stored any more: nobody could tell whether they use it", async () => {
    await lab.mount(core);
    const mounted = await lab.account();
    await core.call("removeVMwareSetting", { server: "127.0.0.1" });
    expect((await failure("dismountLunSnapshot", { lunName: "copy" })).data.code).toBe("VCenterNotStored");
    expect(await lab.account()).toEqual(mounted);
    await lab.storeVcenter(core);
    await dismount();
  });

  test("removing the mounted copy, also with force", async () => {
    await lab.mount(core);
    const mounted = await lab.account();
    const { data } = await failure("removeLunClone", { lun: { name: "copy" }, force: true });
    expect(data).toMatchObject({ code: "CloneMounted", details: { host: "esx1.sim" } });
    expect(await lab.account()).toEqual(mounted);
    await dismount();
  });

  test("dismounting while a host of the copy does not answer: it cannot be made to give it up", async () => {
    await lab.mount(core);
    await lab.vcenter.changeHost("esx2.sim", { connection: "notResponding" });
    const { data } = await failure("dismountLunSnapshot", { lunName: "copy" });
    expect(data.details.reasons).toEqual([expect.stringMatching(/^host 'esx2\.sim': it is notResponding/)]);
    await lab.vcenter.changeHost("esx2.sim", { connection: "connected" });
    await dismount();
    expect(await lab.account()).toEqual(before);
  });

  test.each([
    [
      "the NAS refuses to map the copy",
      "NasError",
      () => lab.nas.fault({ kind: "code", code: -1, times: 0, match: { func: "add_lun" } }),
    ],
    [
      "the host refuses the signature",
      "VCenterRefused",
      () =>
        lab.vcenter.fault({
          kind: "fault",
          fault: "HostConfigFault",
          match: { method: "ResolveMultipleUnresolvedVmfsVolumes" },
        }),
    ],
  ])("%s", async (_, code, fault) => {
    await (fault as () => Promise<number>)();
    expect((await mountWith({})).data.code).toBe(code);
    await lab.clear();
    expect(await lab.account()).toEqual(before);
    const [operation] = await core.rows("getOperation");
    expect(operation).toMatchObject({ kind: "mountLunSnapshot", state: "Undone" });
  });

  test("an answer that is lost is looked for: mounted and dismounted all the same", async () => {
    await lab.vcenter.fault({ kind: "dropAfter", match: { method: "ResolveMultipleUnresolvedVmfsVolumes" } });
    await lab.nas.fault({ kind: "dropAfter", match: { func: "add_lun" } });
    await lab.mount(core);
    for (const method of ["UnmountVmfsVolume", "DetachScsiLun"])
      await lab.vcenter.fault({ kind: "dropAfter", match: { method } });
    await dismount();
    expect(await lab.account()).toEqual(before);
  });
});

test("a firmware without a call for clones: refused before anything is done", async () => {
  await start("hero-h6.0");
  expect((await mountWith({})).data.code).toBe("NotSupportedByFirmware");
  expect(await lab.account()).toEqual(before);
  await stop();
});
