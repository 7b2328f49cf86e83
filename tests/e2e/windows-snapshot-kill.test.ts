/** The core is killed while VSS is at a set of two LUNs: what it began is finished or undone, and never half there. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { runCore } from "../coreProcess.ts";
import { VssLab } from "./support/vssLab.ts";

let lab: VssLab;

beforeAll(async () => {
  lab = await VssLab.start({ luns: { sqldata: ["F:\\"], sqllog: ["G:\\"] } });
});
afterAll(() => lab?.stop());
beforeEach(() => {
  lab.vss.machine.events.length = 0;
  return () => {
    lab.vss.machine.intercept = undefined;
  };
});

const request = { luns: [{ name: "sqldata" }, { name: "sqllog" }], type: "Application" };

/** Kills the core when the requestor makes this call of VSS, which then goes on. */
async function killAt(method: string): Promise<string> {
  const core = await lab.core();
  const running = core.call("newLunSnapshot", request).catch((error: unknown) => String(error));
  lab.vss.machine.intercept = async (called) => {
    if (called !== method) return undefined;
    lab.vss.machine.intercept = undefined;
    await core.kill();
    return undefined;
  };
  await running;
  await expect.poll(() => lab.vss.machine.events.at(-1)?.name, { timeout: 60_000 }).toBe("Gone");
  const fresh = await lab.core();
  const [operation] = await fresh.rows("getOperation");
  await fresh.stop();
  expect(operation).toMatchObject({ kind: "newLunSnapshot", state: "Interrupted" });
  return String(operation?.operationId);
}

async function afterRepair(operationId: string) {
  const { exitCode, lines } = await runCore(lab.home, "recover", lab.environment);
  expect({ exitCode, lines }).toMatchObject({ exitCode: 0 });
  const core = await lab.core();
  const operation = (await core.rows("getOperation")).find((one) => one.operationId === operationId);
  const snapshots = (await core.rows("getLunSnapshot")).filter((one) => one.operationId === operationId);
  await core.stop();
  return { state: operation?.state, snapshots };
}

test.each(["GatherWriterMetadata", "PrepareForBackup"])("before it said go, at %s: undone", async (method) => {
  const { state, snapshots } = await afterRepair(await killAt(method));
  expect({ state, snapshots }).toEqual({ state: "Undone", snapshots: [] });
  expect(lab.vss.machine.events.some(({ name }) => name === "CommitSnapshots")).toBe(false);
});

test.each(["DoSnapshotSet", "BackupComplete"])(
  "after it said go, at %s: all of the set, as good as is known",
  async (method) => {
    const { state, snapshots } = await afterRepair(await killAt(method));
    // VSS may still have called on the provider, which refuses an operation that is dead.
    if (state === "Undone") expect({ method, snapshots }).toEqual({ method: "DoSnapshotSet", snapshots: [] });
    else {
      expect(state).toBe("Completed");
      expect(snapshots).toHaveLength(2);
      for (const one of snapshots)
        expect(one).toMatchObject({ consistency: "Crash", reason: expect.stringContaining("interrupted") });
    }
  },
);
