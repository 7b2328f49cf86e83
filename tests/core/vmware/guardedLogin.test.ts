import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { newGuard, startLab, type VmwareLab } from "./lab.ts";

let lab: VmwareLab;
beforeAll(async () => {
  lab = await startLab({ vms: 1 });
});
beforeEach(() => lab.sim.reset());
afterAll(() => lab.stop());

const logIns = async () => (await lab.sim.counts()).Login ?? 0;

test("a refused password is sent once, however many ask at once, and not by the next session either", async () => {
  const guard = newGuard();
  const connect = () => lab.connect({ password: "wrong", guard }).session.logIn();
  const codes = (await Promise.allSettled([connect(), connect(), connect()])).map(
    (one) => one.status === "rejected" && one.reason.code,
  );
  expect(codes.sort()).toEqual(["VCenterPasswordLatched", "VCenterPasswordLatched", "VCenterPasswordRefused"]);
  expect(await logIns()).toBe(1);
  await lab.connect({ guard }).session.logIn();
});

test("another address of the same vCenter does not get the password either", async () => {
  const guard = newGuard();
  const logIn = (host: string) => lab.connect({ password: "wrong", guard, host }).session.logIn();
  await expect(logIn("127.0.0.1")).rejects.toMatchObject({ code: "VCenterPasswordRefused" });
  await expect(logIn("localhost")).rejects.toMatchObject({ code: "VCenterPasswordLatched" });
  expect(await logIns()).toBe(1);
});

test("a retry that the user asks for sends it once more", async () => {
  const guard = newGuard();
  await expect(lab.connect({ password: "wrong", guard }).session.logIn()).rejects.toThrow();
  const again = lab.connect({ password: "wrong", guard: { ...guard, retryRefusedPassword: true } }).session;
  await expect(again.logIn()).rejects.toMatchObject({ code: "VCenterPasswordRefused" });
  await expect(again.logIn()).rejects.toMatchObject({ code: "VCenterPasswordLatched" });
  expect(await logIns()).toBe(2);
});

test("no answer latches nothing", async () => {
  await lab.sim.fault({ kind: "dropBefore", match: { method: "Login" } });
  const { session } = lab.connect();
  await expect(session.logIn()).rejects.toMatchObject({ code: "VCenterNoAnswer" });
  await session.logIn();
});
