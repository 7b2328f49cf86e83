import { afterAll, beforeAll, expect, test } from "vitest";
import { readPermissions } from "../../../ts-core/vmware/belongings.ts";
import { readCluster } from "../../../ts-core/vmware/clusterSettings.ts";
import { type Reattached, reattach } from "../../../ts-core/vmware/reattach.ts";
import { release } from "../../../ts-core/vmware/release.ts";
import { type ReleaseRecord, recordRelease } from "../../../ts-core/vmware/releaseRecord.ts";
import { stepsLeft } from "../../../ts-core/vmware/stepsLeft.ts";
import { type FurnishedLab, permission, startFurnished } from "./furnished.ts";

let lab: FurnishedLab;
let record: ReleaseRecord;
let before: Awaited<ReturnType<FurnishedLab["look"]>>;
let told: Reattached;
beforeAll(async () => {
  lab = await startFurnished({ vms: 30, hosts: 4 });
  before = await lab.look();
  record = await lab.record();
});
afterAll(() => lab.stop());

test("the LUN is given up everywhere, and giving it up again does nothing", async () => {
  await lab.sim.reset();
  await release(lab.vcenter, record, { guestMs: 10_000 });
  const { vms, hosts, datastores } = await lab.sim.state();
  expect(vms.filter(({ registered }) => registered)).toEqual([]);
  expect(hosts.map(({ mounted, detached }) => [mounted, detached])).toEqual(hosts.map(() => [[], [record.naa]]));
  expect(datastores).toEqual([]);
  const effects = (await lab.sim.effects()).length;
  await release(lab.vcenter, record, { guestMs: 10_000 });
  expect((await lab.sim.effects()).length).toBe(effects);
  expect(await stepsLeft(lab.vcenter, record)).toHaveLength(4 * 3 + 31);
});

test("it is taken back as it was, with what hung on the VMs", async () => {
  told = await reattach(lab.vcenter, record);
  expect(await lab.look()).toEqual(before);
  expect(told).toMatchObject({ missing: [], unregistered: ["[ds-vmstore] forgotten/forgotten.vmx"], lost: [] });
  expect(told.registered).toHaveLength(31);
  const now = (name: string) => told.registered.find((one) => one.name === name)?.ref ?? { type: "", id: "" };
  expect(await readPermissions(lab.vcenter.session, now("vm002"))).toEqual([permission]);
  const [datastore] = (await lab.inventory()).datastores;
  expect(datastore?.ref).not.toEqual(record.datastores[0]?.ref);
  expect(datastore?.folder).toEqual(record.datastores[0]?.folder);
  expect(await readPermissions(lab.vcenter.session, datastore?.ref ?? { type: "", id: "" })).toEqual([permission]);
  const [host] = record.hosts;
  const settings = host?.compute ? await readCluster(lab.vcenter.session, host.compute) : [];
  expect(settings).toMatchObject([
    { name: "web apart", type: "ClusterAntiAffinityRuleSpec", enabled: true, vms: [now("vm001"), now("vm002")] },
    { name: "licensed", vms: [now("vm003")] },
    { kind: "DrsOverride", behavior: "manual", vms: [now("vm003")] },
  ]);
  expect(await stepsLeft(lab.vcenter, record)).toEqual([]);
});

test("taking it back again changes nothing, nor does it before it was given up", async () => {
  await lab.sim.reset();
  expect(await reattach(lab.vcenter, record)).toEqual(told);
  expect(await lab.sim.effects()).toEqual([]);
  const fresh = await recordRelease(lab.vcenter.session, await lab.inventory());
  expect((await reattach(lab.vcenter, fresh, { powerOnAgain: true })).lost).toEqual([]);
  expect(await lab.sim.effects()).toEqual([]);
});
