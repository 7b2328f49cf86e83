import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { faultName, type Ref, refOf, SoapClient, serviceInstance } from "./vcenter/soapClient.ts";
import { type SimulatedVcenter, startVcenter } from "./vcenter/start.ts";
import type { VcenterFault } from "./vcenter/view.ts";

let vcenter: SimulatedVcenter;
let client: SoapClient;
beforeEach(async () => {
  vcenter = await startVcenter({ vms: 2, hosts: 2, taskMs: 20 });
  client = new SoapClient(vcenter.url);
  await client.login(vcenter.user, vcenter.password);
});
afterEach(async () => {
  client.close();
  await vcenter.stop();
});

const args = "<name>s</name><memory>false</memory><quiesce>false</quiesce>";
const create = async (name = "vm001"): Promise<Ref> =>
  refOf((await client.call("CreateSnapshot_Task", await client.vm(name), args))[0]);
const snapshots = async () => {
  await settled();
  return (await vcenter.state()).vms.map(({ snapshots }) => snapshots.length);
};

async function settled(): Promise<void> {
  while ((await vcenter.state()).tasks.inFlight > 0) await pause(10);
}

test.each<[VcenterFault["kind"], string, number]>([
  ["dropBefore", "socket hang up", 0],
  ["dropAfter", "socket hang up", 1],
  ["cut", "aborted", 1],
  ["garble", "no answer", 1],
  ["expireSession", "NotAuthenticated", 0],
])("%s: the client sees %s; snapshots made: %i", async (kind, seen, made) => {
  await vcenter.fault({ kind });
  expect(await faultName(create())).toContain(seen);
  expect(await snapshots()).toEqual([made, 0]);
});

test("503, a fault of one's choice, and a late answer", async () => {
  await vcenter.fault({ kind: "http", match: { method: "CurrentTime" } });
  expect((await client.post("CurrentTime", serviceInstance)).status).toBe(503);
  await vcenter.fault({ kind: "fault", fault: "NoPermission", match: { vm: "vm002" } });
  expect(await faultName(create("vm001"))).toBe("none");
  expect(await faultName(create("vm002"))).toBe("NoPermission");
  await vcenter.fault({ kind: "latency", ms: 150, match: { method: "CurrentTime" } });
  const begun = Date.now();
  await client.call("CurrentTime", serviceInstance);
  expect(Date.now() - begun).toBeGreaterThanOrEqual(145);
  await expect(vcenter.fault({ kind: "fault", fault: "Nonsense" })).rejects.toThrow("Nonsense");
  await expect(vcenter.fault({ kind: "nonsense" as never })).rejects.toThrow("holdBefore");
});

test("skip lets some pass, times hits that many", async () => {
  await vcenter.fault({ kind: "http", match: { method: "CurrentTime" }, skip: 1, times: 2 });
  const statuses = [];
  for (let n = 0; n < 4; n++) statuses.push((await client.post("CurrentTime", serviceInstance)).status);
  expect(statuses).toEqual([200, 503, 503, 200]);
});

test("a request is held before or after its effect, others go on", async () => {
  await vcenter.fault({ kind: "holdBefore" });
  const dropped = faultName(create());
  const [before] = await vcenter.holds();
  expect(before).toMatchObject({ method: "CreateSnapshot_Task", vm: "vm001", host: "esx1.sim", when: "before" });
  await client.call("CurrentTime", serviceInstance);
  expect(await snapshots()).toEqual([0, 0]);
  await vcenter.release(before?.id ?? 0, "drop");
  expect(await dropped).toContain("socket hang up");
  expect(await snapshots()).toEqual([0, 0]);
  await vcenter.fault({ kind: "holdAfter", match: { kindOfEffect: "vm.snapshotCreate" } });
  const going = faultName(create());
  const [after] = await vcenter.holds();
  expect(await snapshots()).toEqual([1, 0]);
  await vcenter.release(after?.id ?? 0, "continue");
  expect(await going).toBe("none");
});

test("a task is held before or after its effect", async () => {
  await vcenter.fault({ kind: "taskHoldBefore", match: { task: "createSnapshot" } });
  const task = await create();
  const [before] = await vcenter.holds();
  expect(before).toMatchObject({ method: "task createSnapshot", vm: "vm001", when: "before" });
  expect((await vcenter.state()).vms[0]?.snapshots).toEqual([]);
  await vcenter.fault({ kind: "taskHoldAfter", match: { task: "createSnapshot", vm: "vm002" } });
  await vcenter.release(before?.id ?? 0, "continue");
  await client.taskEnd(task);
  const second = await create("vm002");
  const [after] = await vcenter.holds();
  expect((await vcenter.state()).vms[1]?.snapshots).toHaveLength(1);
  expect((await client.get(second, "info.state"))["info.state"]).toBe("running");
  await vcenter.release(after?.id ?? 0, "continue");
  expect(await faultName(client.taskEnd(second))).toBe("none");
});

test("a task fails with the fault that was asked for, or takes longer", async () => {
  await vcenter.fault({ kind: "taskFault", fault: "FilesystemQuiesceFault", match: { vm: "vm001" } });
  expect(await faultName(create().then((task) => client.taskEnd(task)))).toBe("FilesystemQuiesceFault");
  await vcenter.fault({ kind: "taskSlow", ms: 200, match: { vm: "vm001" } });
  const begun = Date.now();
  await client.taskEnd(await create());
  expect(Date.now() - begun).toBeGreaterThanOrEqual(200);
});

test("a host that does not respond cuts its VMs off, and no others", async () => {
  await vcenter.changeHost("esx1.sim", { connection: "notResponding" });
  expect(await faultName(create("vm001"))).toBe("HostNotConnected");
  expect(await faultName(create("vm002"))).toBe("none");
  const vm = await client.get(await client.vm("vm001"), "runtime.connectionState");
  expect(vm["runtime.connectionState"]).toBe("disconnected");
});

test("an outage drops every connection; what was begun goes on, sessions are gone", async () => {
  const task = await create();
  await vcenter.down();
  expect(await faultName(client.get(task, "info"))).toContain("socket hang up");
  const { hostname, port } = new URL(vcenter.url);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  socket.destroy();
  await vcenter.up();
  expect(await faultName(client.get(task, "info"))).toBe("NotAuthenticated");
  expect(await snapshots()).toEqual([1, 0]);
});

test("a guest that ignores the shutdown stays on; another one goes off by itself", async () => {
  await vcenter.fault({ kind: "guestIgnoresShutdown", match: { vm: "vm001" } });
  for (const name of ["vm001", "vm002"]) await client.call("ShutdownGuest", await client.vm(name));
  await pause(200);
  expect((await vcenter.state()).vms.map(({ power }) => power)).toEqual(["poweredOn", "poweredOff"]);
  await vcenter.changeVm("vm001", { tools: "notRunning" });
  expect(await faultName(client.call("ShutdownGuest", await client.vm("vm001")))).toBe("ToolsUnavailable");
});
