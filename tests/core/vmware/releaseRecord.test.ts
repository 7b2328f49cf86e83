import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { reattach } from "../../../ts-core/vmware/reattach.ts";
import { release } from "../../../ts-core/vmware/release.ts";
import type { VCenter } from "../../../ts-core/vmware/vcenter.ts";
import type { VcenterFault } from "../../sim/vcenter/view.ts";
import { type FurnishedLab, startFurnished } from "./furnished.ts";

let lab: FurnishedLab;
let before: Awaited<ReturnType<FurnishedLab["look"]>>;
beforeAll(async () => {
  lab = await startFurnished({ vms: 5, hosts: 2 });
  before = await lab.look();
});
afterAll(() => lab.stop());

type Stop = Pick<VcenterFault, "kind" | "match" | "skip">;
type Work = (vcenter: VCenter) => Promise<unknown>;

/** The first and the last time that something happens. */
const ends = (count: number, kind: VcenterFault["kind"], match: NonNullable<VcenterFault["match"]>): Stop[] =>
  [...new Set([0, count - 1])].map((skip) => ({ kind, match, skip }));

const releaseStops = [
  ...ends(3, "holdAfter", { method: "ShutdownGuest" }),
  ...ends(6, "holdAfter", { method: "UnregisterVM" }),
  ...ends(6, "holdBefore", { method: "UnregisterVM" }),
  ...ends(2, "holdAfter", { method: "UnmountVmfsVolume" }),
  ...ends(2, "holdAfter", { method: "DetachScsiLun" }),
];
const reattachStops = [
  ...ends(2, "holdAfter", { method: "AttachScsiLun" }),
  ...ends(2, "holdAfter", { method: "MountVmfsVolume" }),
  ...ends(6, "taskHoldBefore", { task: "registerVm" }),
  ...ends(6, "taskHoldAfter", { task: "registerVm" }),
  ...ends(1, "holdAfter", { method: "SetField" }),
  ...ends(1, "holdAfter", { method: "SetEntityPermissions" }),
  ...ends(1, "holdAfter", { method: "ReconfigureComputeResource_Task" }),
  ...ends(3, "holdBefore", { method: "ReconfigureComputeResource_Task" }),
];

/** A way to vCenter that can be cut for good. */
async function openWay(): Promise<{ port: number; cut(): void }> {
  const sockets = new Set<Socket>();
  const { hostname, port } = new URL(lab.sim.url);
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) sockets.add(socket.on("error", () => undefined));
    near.pipe(far).pipe(near);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const cut = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port: (server.address() as AddressInfo).port, cut };
}

/** As if the core were killed there; what stood still then goes on when the function that is given back is called. */
async function stopAt(stop: Stop, work: Work): Promise<() => Promise<void>> {
  const { port, cut } = await openWay();
  await lab.sim.fault({ ...stop, times: 0 });
  work(lab.connect({ port })).catch(() => undefined);
  const [held] = await lab.sim.holds();
  if (held === undefined) throw new Error(`nothing stopped at ${JSON.stringify(stop)}`);
  cut();
  await lab.sim.clearFaults();
  return async () => {
    for (const { id } of await lab.sim.holds(1)) await lab.sim.release(id, "drop");
  };
}

async function expectAsBefore(): Promise<void> {
  const { vms, hosts } = await lab.sim.state();
  expect(hosts.flatMap(({ detached }) => detached)).toEqual([]);
  expect(vms.filter(({ registered }) => !registered).map(({ name }) => name)).toEqual(["forgotten"]);
  expect(await lab.look()).toEqual(before);
}

test.each(releaseStops)("a release that stops at %j is taken back from the record", async (stop) => {
  const record = await lab.record();
  const goOn = await stopAt(stop, (vcenter) => release(vcenter, record, { guestMs: 500 }));
  await goOn();
  const told = await reattach(lab.connect(), record, { powerOnAgain: true });
  expect(told).toMatchObject({ missing: [], lost: [], unregistered: ["[ds-vmstore] forgotten/forgotten.vmx"] });
  await expectAsBefore();
});

test.each(reattachStops)("a reattach that stops at %j is begun again", async (stop) => {
  const record = await lab.record();
  await release(lab.connect(), record, { guestMs: 500 });
  const goOn = await stopAt(stop, (vcenter) => reattach(vcenter, record, { powerOnAgain: true }));
  // Tasks go on in vCenter whoever has begun them: here at the same time as those of the next core.
  if (!stop.kind.startsWith("task")) await goOn();
  const again = reattach(lab.connect(), record, { powerOnAgain: true });
  await pause(100);
  await goOn();
  expect(await again).toMatchObject({ missing: [], lost: [] });
  await expectAsBefore();
});
