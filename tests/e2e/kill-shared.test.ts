/** Several cores on one machine: what one is at, the others neither touch nor repair. */
import { afterAll, expect, test } from "vitest";
import { CoreFailure, CoreProcess } from "../coreProcess.ts";
import { type ChangeName, changes } from "./support/changes.ts";
import { holdAt } from "./support/interruption.ts";
import { Labs } from "./support/labs.ts";

const labs = new Labs();
afterAll(() => labs.stop());

const begun: { name: ChangeName; n: number }[] = [
  { name: "snapshot of two LUNs", n: 0 },
  { name: "removal of a snapshot", n: 0 },
  { name: "restore without safety copy", n: 1 },
  { name: "restore with safety clone", n: 1 },
  { name: "clone", n: 0 },
  { name: "removal of a mapped clone", n: 2 },
];

interface Operation {
  operationId: string;
  state: string;
}

test.concurrent.each(begun)("a live $name is not recovered, and ends as if nobody had asked", ({ name, n }) =>
  labs.use("qts-5.2", async (lab) => {
    const busy = await lab.connect();
    const change = await changes[name](lab, busy);
    const before = await lab.account();
    const { held, answer } = await holdAt(lab, busy, change, { n, when: "before", fate: "continue" });

    const other = await lab.connect(busy.home);
    const [running] = await other.rows<Operation>("getOperation", { unfinished: true });
    expect(running).toMatchObject({ kind: change.method, state: "Running" });
    const operationId = running?.operationId ?? "";
    expect(await other.rows("repairOperation")).toEqual([]);
    expect(await other.code("repairOperation", { operationId })).toBe("OperationAlive");

    await lab.nas.release(held, "continue");
    expect(await answer).toBe("no error");
    expect(await lab.account(operationId)).toEqual(change.done(before));
    expect(await other.rows("getOperation", { operationId })).toMatchObject([{ state: "Completed" }]);
    expect([await busy.stop(), await other.stop()]).toEqual([0, 0]);
  }),
);

test.concurrent("two cores on one LUN: the second one waits for the first", () =>
  labs.use("qts-5.2", async (lab) => {
    const first = await lab.connect();
    const second = await lab.connect(first.home);
    const take = { luns: [{ name: "sqldata" }], type: "Crash" };
    const { held, answer } = await holdAt(
      lab,
      first,
      { method: "newLunSnapshot", params: take, done: (before) => before },
      { n: 0, when: "before", fate: "continue" },
    );
    await lab.nas.clearFaults();
    const waiting = second.code("newLunSnapshot", take);
    expect(await Promise.race([waiting, new Promise((resolve) => setTimeout(resolve, 1500, "waiting"))])).toBe(
      "waiting",
    );
    await lab.nas.release(held, "continue");
    expect([await answer, await waiting]).toEqual(["no error", "no error"]);
    expect((await lab.nas.state()).snapshots.filter(({ name }) => name.startsWith("QS_sqldata_"))).toHaveLength(2);
    expect([await first.stop(), await second.stop()]).toEqual([0, 0]);
  }));

test.concurrent("two cores on one LUN: the second one gives up after 30 s and says who is at it", () =>
  labs.use("qts-5.2", async (lab) => {
    const first = await lab.connect();
    const second = await lab.connect(first.home);
    const change = await changes["removal of a snapshot"](lab, first);
    const { held, answer } = await holdAt(lab, first, change, { n: 0, when: "before", fate: "continue" });
    const refusal = await second.call(change.method, change.params).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(CoreFailure);
    expect((refusal as CoreFailure).data).toMatchObject({ code: "LunBusy", details: { lun: "sqldata" } });
    expect((refusal as CoreFailure).message).toContain(`process ${first.child.pid}`);
    await lab.nas.release(held, "continue");
    expect(await answer).toBe("no error");
    expect([await first.stop(), await second.stop()]).toEqual([0, 0]);
  }));

test.concurrent("a snapshot that another core took while a restore waited is not destroyed unasked", () =>
  labs.use("hero-h5.3", async (lab) => {
    const first = await lab.connect();
    const second = await lab.connect(first.home);
    const restore = await changes["restore without safety copy"](lab, first);
    const take = { luns: [{ name: "sqldata" }], type: "Crash" };
    const { held, answer } = await holdAt(
      lab,
      first,
      { method: "newLunSnapshot", params: take, done: (before) => before },
      { n: 0, when: "before", fate: "continue" },
    );
    await lab.nas.clearFaults();
    const restoring = second.code(restore.method, restore.params);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await lab.nas.release(held, "continue");
    expect(await answer).toBe("no error");
    expect(await restoring).toBe("NewerSnapshots");
    expect(await lab.content("sqldata")).toBe("B");
    expect((await lab.nas.state()).snapshots).toHaveLength(2);
    expect(await second.rows("getOperation", { unfinished: true })).toEqual([]);
    await Promise.all([first.stop(), second.stop()]);
  }));

test.concurrent("an operation that nobody knows is told so", async () => {
  const core = await CoreProcess.start();
  expect(await core.code("repairOperation", { operationId: "0123456789ab" })).toBe("OperationNotFound");
  await core.stop();
});
