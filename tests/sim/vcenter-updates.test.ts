import { afterAll, beforeAll, expect, test } from "vitest";
import { faultName, propertiesOf, type Ref, ref, refOf, SoapClient, tag, type Xml } from "./vcenter/soapClient.ts";
import { type SimulatedVcenter, startVcenter } from "./vcenter/start.ts";

let vcenter: SimulatedVcenter;
let client: SoapClient;
beforeAll(async () => {
  vcenter = await startVcenter({ vms: 6, hosts: 2, taskMs: 100 });
  client = new SoapClient(vcenter.url);
  await client.login(vcenter.user, vcenter.password);
});
afterAll(async () => {
  client.close();
  await vcenter.stop();
});

const views = ref("ViewManager", "ViewManager");
const plain = "<name>s</name><memory>false</memory><quiesce>false</quiesce>";

/** A list of tasks, and a collector of its own that watches their state. */
async function watch(tasks: Ref[]): Promise<{ list: Ref; own: Ref }> {
  const [list] = await client.call("CreateListView", views, tasks.map((task) => tag("obj", task)).join(""));
  const [own] = await client.call("CreatePropertyCollector", ref("PropertyCollector", "propertyCollector"));
  const select = `<objectSet>${tag("obj", refOf(list))}<skip>true</skip><selectSet xsi:type="TraversalSpec"><type>ListView</type><path>view</path><skip>false</skip></selectSet></objectSet>`;
  const spec = `<spec><propSet><type>Task</type><pathSet>info.state</pathSet></propSet>${select}</spec><partialUpdates>false</partialUpdates>`;
  await client.call("CreateFilter", refOf(own), spec);
  return { list: refOf(list), own: refOf(own) };
}

async function wait(own: Ref, version: string, options = "<maxWaitSeconds>10</maxWaitSeconds>"): Promise<Xml> {
  const [set] = await client.call(
    "WaitForUpdatesEx",
    own,
    `<version>${version}</version><options>${options}</options>`,
  );
  return set;
}

const start = async (name: string): Promise<Ref> =>
  refOf((await client.call("CreateSnapshot_Task", await client.vm(name), plain))[0]);

const told = (set: Xml): [string, string, unknown][] =>
  set.filterSet.flatMap(({ objectSet }: Xml) =>
    objectSet.map((object: Xml) => [
      object.kind,
      object.obj["#"],
      propertiesOf({ propSet: object.changeSet })["info.state"],
    ]),
  );

test("a task is seen running, and its end is told when it comes", async () => {
  const task = await start("vm001");
  const { own } = await watch([task]);
  const first = await wait(own, "");
  expect(told(first)).toEqual([["enter", task.value, "running"]]);
  const second = await wait(own, first.version);
  const seenMs = Date.now();
  expect(told(second)).toEqual([["modify", task.value, "success"]]);
  const done = (await vcenter.effects()).find(({ kind, vm }) => kind === "vm.snapshotCreate" && vm === "vm001");
  expect(seenMs - (done?.atMs ?? 0)).toBeLessThan(5_000);
});

test("a task that joins the list wakes who waits; unknown ones are answered", async () => {
  const { list, own } = await watch([]);
  const { version } = await wait(own, "");
  const waiting = wait(own, version);
  const task = await start("vm002");
  const unknown = await client.call("ModifyListView", list, tag("add", task) + tag("add", ref("Task", "task-0")));
  expect(unknown.map(refOf)).toEqual([ref("Task", "task-0")]);
  expect(told(await waiting)[0]?.slice(0, 2)).toEqual(["enter", task.value]);
  await client.taskEnd(task);
});

test("an answer that was lost is given again; a version from nowhere is refused", async () => {
  const task = await start("vm003");
  const { own } = await watch([task]);
  const first = await wait(own, "");
  const second = await wait(own, first.version);
  const again = await wait(own, first.version);
  expect(again.version).toBe(second.version);
  expect(told(again)).toEqual(told(second));
  expect(await faultName(wait(own, "77"))).toBe("InvalidCollectorVersion");
});

test("nothing is answered when nothing happened", async () => {
  const { own } = await watch([]);
  const { version } = await wait(own, "");
  expect(await wait(own, version, "<maxWaitSeconds>0</maxWaitSeconds>")).toBeUndefined();
});

test("many changes come in pages", async () => {
  const tasks = await Promise.all(["vm004", "vm005", "vm006"].map(start));
  const { own } = await watch(tasks);
  const limited = "<maxWaitSeconds>10</maxWaitSeconds><maxObjectUpdates>2</maxObjectUpdates>";
  const first = await wait(own, "", limited);
  expect(first.truncated).toBe("true");
  expect(told(first)).toHaveLength(2);
  const second = await wait(own, first.version, limited);
  expect(told(second).map(([, id]) => id)).toContain(tasks[2]?.value);
  await Promise.all(tasks.map((task) => client.taskEnd(task)));
});

test("a wait ends with its session, its collector, or by being cancelled", async () => {
  const { own } = await watch([]);
  const { version } = await wait(own, "");
  const cancelled = faultName(wait(own, version));
  let ended = false;
  void cancelled.then(() => {
    ended = true;
  });
  // Not known from outside: whether the wait has begun yet.
  await expect
    .poll(async () => {
      await client.call("CancelWaitForUpdates", own);
      return ended;
    })
    .toBe(true);
  expect(await cancelled).toBe("RequestCanceled");
  const expired = faultName(wait(own, version));
  await new Promise((resolve) => setTimeout(resolve, 50));
  await vcenter.expireSessions();
  expect(await expired).toBe("NotAuthenticated");
  await client.login(vcenter.user, vcenter.password);
  expect(await faultName(wait(own, version))).toBe("ManagedObjectNotFound");
});
