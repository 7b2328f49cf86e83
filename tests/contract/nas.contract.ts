import { expect, test } from "vitest";
import type { Lun, LunSnapshot, Nas, Operation, RestorePlan } from "../../ts-core/model.ts";
import { readLun } from "../../ts-core/nas/luns.ts";
import { unmapLun } from "../../ts-core/nas/mappings.ts";
import { mapAll } from "../../ts-core/snapshots/lunSwitch.ts";
import type { CoreProcess } from "../coreProcess.ts";
import type { Lab } from "../e2e/support/lab.ts";
import { useNas } from "./openNas.ts";

/** A NAS as `Lab` furnishes it, and a core that is connected to it. */
export interface Subject {
  lab: Lab;
  core: CoreProcess;
  /** Whether a call is known that makes clones there. */
  clones: boolean;
}

interface Taken {
  operationId: string;
  skewMs: number;
  snapshots: LunSnapshot[];
}

interface Restored {
  plan: RestorePlan;
  operationId: string;
  safetyCopyName: string | null;
  seconds: number;
}

/**
 * What every NAS must do, whatever its firmware: the promises of ts-core/nas, seen through the core's operations and checked
 * against the NAS's own account.
 */
export function nasContract(subject: () => Subject): void {
  const take = async (name: string, more: object = {}): Promise<Taken> =>
    subject().core.call("newLunSnapshot", { luns: [{ name }], type: "Crash", ...more });
  const refOf = ({ lunName, lunNaa, lunIndex, name, snapshotId }: LunSnapshot) => ({
    lun: { name: lunName, naa: lunNaa, lunIndex },
    name,
    snapshotId,
  });
  const taken = async (name: string): Promise<LunSnapshot> => (await take(name)).snapshots[0] as LunSnapshot;
  const luns = () => subject().core.rows<Lun>("getLun");
  const snapshotsOf = (name: string) => subject().core.rows<LunSnapshot>("getLunSnapshot", { lun: { name } });

  const targetOf = async (name: string) => (await subject().lab.lun(name)).enabledOn[0] ?? -1;

  test("tells what it is", async () => {
    const [nas] = await subject().core.rows<Nas>("getNas");
    expect(nas).toMatchObject({
      connected: true,
      hostName: "nas01",
      serialNumber: expect.stringMatching(/^Q[0-9A-F]{10}$/),
    });
    expect(nas?.firmwareVersion).toMatch(/^h?\d+\.\d+\.\d+$/);
  });

  test("lists its LUNs as they are: size, NAA, target and LUN number", async () => {
    const { luns: told } = await subject().lab.nas.state();
    const expected = told.map(({ lunIndex, name, naa, sizeBytes, targets }) => ({
      lunIndex,
      name,
      naa,
      sizeBytes,
      status: "Ready",
      targets: targets.map(({ targetIndex, iqn, lunNumber, enabled }) => ({ targetIndex, iqn, lunNumber, enabled })),
    }));
    expect(await luns()).toMatchObject(expected);
  });

  test("takes a snapshot as it was asked to, and lists it", async () => {
    const { lab } = subject();
    const more = { name: "before-patch", description: "before patch & <test>", expireAfterMinutes: 90, vital: true };
    const { snapshots, operationId } = await take("sqldata", more);
    const stored = (await lab.nas.state()).snapshots.find(({ name }) => name === snapshots[0]?.name);
    expect(stored).toMatchObject({ expireMin: 90, vital: true, description: "before patch & <test>", status: "ready" });
    expect(snapshots).toMatchObject([
      { snapshotId: String(stored?.snapshotId), consistency: "Crash", ours: true, operationId },
    ]);
    expect(snapshots[0]?.name).toMatch(new RegExp(`^QS_before-patch_\\d{8}T\\d{6}Z_${operationId}$`));
    expect(await snapshotsOf("sqldata")).toEqual(snapshots);
  });

  test("keeps a snapshot for ever unless it is told otherwise", async () => {
    const { name } = await taken("vmstore");
    const stored = (await subject().lab.nas.state()).snapshots.find((snapshot) => snapshot.name === name);
    expect(stored).toMatchObject({ expireMin: 0, vital: false });
    await subject().lab.nas.clock(20 * 365 * 24 * 3600_000);
    expect((await snapshotsOf("vmstore")).map((snapshot) => snapshot.name)).toContain(name);
    await subject().lab.nas.clock(0);
  });

  test("takes a set of every LUN at once", async () => {
    const { core } = subject();
    const names = (await luns()).map(({ name }) => ({ name }));
    const { snapshots } = await core.call<Taken>("newLunSnapshot", { luns: names, type: "Crash" });
    expect(snapshots.map(({ lunName }) => ({ name: lunName }))).toEqual(names);
    expect(new Set(snapshots.map(({ operationId }) => operationId)).size).toBe(1);
  });

  test("lists 250 snapshots once each", async () => {
    const ids = await subject().lab.nas.seedSnapshots({ lun: "neighbour", count: 250, namePrefix: "many" });
    const listed = await subject().core.rows<LunSnapshot>("getLunSnapshot", { lunName: "neighbour", name: "many*" });
    expect(listed.map(({ snapshotId }) => snapshotId).sort()).toEqual(ids.map(String).sort());
    expect(listed.every(({ ours, consistency }) => !ours && consistency === "Unverified")).toBe(true);
  });

  test("has removed a snapshot when it says so", async () => {
    const snapshot = await taken("vmstore");
    await subject().core.call("removeLunSnapshot", { snapshot: refOf(snapshot) });
    expect((await subject().lab.nas.state()).snapshots.some(({ name }) => name === snapshot.name)).toBe(false);
  });

  test("reverts a LUN's bytes; NAA, targets and LUN number stay", async () => {
    const { lab, core } = subject();
    const before = await lab.lun("sqldata");
    const snapshot = await taken("sqldata");
    await lab.fill("sqldata", "B");
    const restored = await core.call<Restored>("restoreLunSnapshot", { snapshot: refOf(snapshot), safetyCopy: "None" });
    expect(restored).toMatchObject({ safetyCopyName: null, plan: { newerSnapshots: [], lunNaa: before.naa } });
    expect(await lab.content("sqldata")).toBe("A");
    expect(await lab.content("neighbour")).toBe("A");
    const { naa, lunIndex, targets, enabledOn } = await lab.lun("sqldata");
    expect({ naa, lunIndex, targets, enabledOn }).toEqual({
      naa: before.naa,
      lunIndex: before.lunIndex,
      targets: before.targets,
      enabledOn: before.enabledOn,
    });
  });

  test("names newer snapshots and refuses to destroy them unasked", async () => {
    const { lab, core } = subject();
    const [old, newer] = [await taken("vmstore"), await taken("vmstore")];
    const account = await lab.account();
    const request = { snapshot: refOf(old), safetyCopy: "None" };
    const { plan } = await core.call<{ plan: RestorePlan }>("restoreLunSnapshot", { ...request, planOnly: true });
    expect(plan.newerSnapshots).toContain(newer.name);
    expect(await core.code("restoreLunSnapshot", request)).toBe("NewerSnapshots");
    expect(await lab.account()).toEqual(account);
  });

  test("keeps a whole copy of what a restore replaces, or says that it cannot", async () => {
    const { lab, core, clones } = subject();
    const snapshot = await taken("sqldata");
    await lab.fill("sqldata", "C");
    const request = { snapshot: refOf(snapshot), safetyCopy: "Auto" };
    if (!clones) return expect(await core.code("restoreLunSnapshot", request)).toBe("SafetyCopyImpossible");
    const { safetyCopyName } = await core.call<Restored>("restoreLunSnapshot", request);
    expect([await lab.content("sqldata"), await lab.content(safetyCopyName ?? "")]).toEqual(["A", "C"]);
    expect((await lab.lun(safetyCopyName ?? "")).targets).toEqual([]);
    await core.call("removeLunClone", { lun: { name: safetyCopyName } });
  });

  test("clones a snapshot whole, with an NAA of its own, or says that it cannot", async () => {
    const { lab, core, clones } = subject();
    await lab.fill("vmstore", "V");
    const snapshot = await taken("vmstore");
    await lab.fill("vmstore", "A");
    const request = { snapshot: refOf(snapshot), name: "copy" };
    if (!clones) return expect(await core.code("newLunClone", request)).toBe("NotSupportedByFirmware");
    const { lun } = await core.call<{ lun: Lun }>("newLunClone", request);
    expect(lun).toMatchObject({
      name: "copy",
      status: "Ready",
      targets: [],
      naa: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(lun.naa).not.toBe(snapshot.lunNaa);
    await core.call("removeLunSnapshot", { snapshot: refOf(snapshot) });
    expect(await lab.content("copy")).toBe("V");
    await core.call("removeLunClone", { lun: { name: "copy" } });
    expect((await lab.account()).filter((line) => /copy|without LUN/.test(line))).toEqual([]);
  });

  test("puts a LUN on targets, shows it there and takes it off again; the number there is the NAS's choice", async () => {
    const { lab } = subject();
    await lab.nas.addLun({ name: "extra", sizeBytes: 1 << 20, target: false });
    const { lunIndex, naa } = await lab.lun("extra");
    await useNas(lab.nas, async (nas) => {
      const lun = await readLun(nas, lunIndex);
      if (!lun) throw new Error("the NAS does not tell about LUN extra");
      const targets = [await targetOf("vmstore"), await targetOf("sqldata")];
      const places = await mapAll({ nas, lun }, targets);
      const told = (await lab.lun("extra")).targets.map(({ iqn, ...place }) => place);
      expect(places).toEqual(told);
      expect(told.map(({ lunNumber, enabled }) => [lunNumber, enabled])).toEqual([
        [1, true],
        [2, true],
      ]);

      await lab.nas.reset();
      expect(await mapAll({ nas, lun }, targets)).toEqual(places);
      expect((await lab.nas.effects()).filter(({ kind }) => kind.startsWith("target."))).toEqual([]);
      for (const { targetIndex } of places) await unmapLun(nas, lunIndex, targetIndex);
      expect(await readLun(nas, lunIndex)).toMatchObject({ naa, targets: [] });
    });
    expect((await lab.lun("extra")).targets).toEqual([]);
    await lab.nas.removeLun("extra");
  });

  test("renews a session that has ended, in the middle of anything", async () => {
    const { lab } = subject();
    await lab.nas.fault({ kind: "expireSession" });
    await taken("vmstore");
    await lab.nas.expireSessions();
    expect(await luns()).toHaveLength(3);
  });

  test("is looked at again right before a write: a LUN that was exchanged meanwhile is left alone", async () => {
    const { lab, core } = subject();
    await lab.nas.addLun({ name: "exchanged", sizeBytes: 1 << 20 });
    const { naa, lunIndex } = await lab.lun("exchanged");
    await lab.nas.removeLun("exchanged");
    await lab.nas.addLun({ name: "exchanged", sizeBytes: 1 << 20 });
    const request = { luns: [{ name: "exchanged", naa, lunIndex }], type: "Crash" };
    // Not found: a NAS that gives an index to nobody else.
    expect(await core.code("newLunSnapshot", request)).toMatch(/^Lun(Changed|NotFound)$/);
    expect((await lab.account()).filter((line) => line.includes("of exchanged"))).toEqual([]);
    await lab.nas.removeLun("exchanged");
  });

  test("has nothing left open, and proves the log-out", async () => {
    const { lab, core } = subject();
    const operations = await core.rows<Operation>("getOperation");
    expect(operations.filter(({ state }) => state !== "Completed" && state !== "Failed")).toEqual([]);
    expect(await core.call("disconnectNas", { name: "127.0.0.1" })).toEqual({ name: "127.0.0.1", loggedOut: true });
    expect((await lab.nas.state()).sessions).toEqual([]);
  });
}
