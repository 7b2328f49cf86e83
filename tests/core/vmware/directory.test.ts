import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { Latches } from "../../../ts-core/state/latches.ts";
import { Leases } from "../../../ts-core/state/leases.ts";
import { Secrets } from "../../../ts-core/state/secrets.ts";
import { Settings } from "../../../ts-core/state/settings.ts";
import { VCenterDirectory } from "../../../ts-core/vmware/directory.ts";
import { type SimulatedVcenter, startVcenter } from "../../sim/vcenter/start.ts";
import { makeStateFolder } from "../state/workers.ts";

let sim: SimulatedVcenter;
let folder: string;
let directory: VCenterDirectory;
beforeAll(async () => {
  sim = await startVcenter({ vms: 1 });
});
beforeEach(async () => {
  folder = makeStateFolder();
  directory = newDirectory();
  await sim.reset();
});
afterEach(() => directory.close());
afterAll(() => sim.stop());

const say = { warn: (message: string) => warnings.push(message) };
const warnings: string[] = [];

/** What another process of this machine has. */
function newDirectory() {
  const [leases, secrets] = [new Leases(folder), new Secrets(folder)];
  const latches = new Latches(folder, secrets);
  return new VCenterDirectory({ leases, secrets, latches, settings: new Settings(folder, leases) });
}

const server = "127.0.0.1";
const request = () => {
  const port = Number(new URL(sim.url).port);
  return { server, port, userName: sim.user, password: sim.password, certificateThumbprint: sim.thumbprint };
};
const logIns = async () => (await sim.counts()).Login ?? 0;

test("stores after a log-in that worked, and only then", async () => {
  await expect(directory.store({ ...request(), password: "wrong" }, say)).rejects.toMatchObject({
    code: "VCenterPasswordRefused",
  });
  expect(await directory.names()).toEqual([]);
  expect(await directory.store(request(), say)).toMatchObject({ server, trust: "Pinned", maxPerHost: 8 });
  expect(await directory.names()).toEqual([server]);
  expect(JSON.stringify(await directory.list("127.*"))).not.toContain("sealed");
});

test("setting again changes what is given and keeps the rest, also the password", async () => {
  await directory.store({ ...request(), includeVM: ["web*"], ruleVerdict: { RawDevice: "Refuse" } }, say);
  const row = await directory.store({ server, snapshotMethod: "Quiesce", excludeTag: ["no-snapshot"] }, say);
  expect(row).toMatchObject({ port: request().port, userName: sim.user, certificateThumbprint: sim.thumbprint });
  const { setting } = await newDirectory().open(server, say);
  expect(setting.methods).toEqual({
    method: "Quiesce",
    include: [{ name: "web*" }],
    exclude: [{ tag: "no-snapshot" }],
    overrides: [],
  });
  expect(setting.verdicts).toEqual({ RawDevice: "Refuse" });
});

test("the first time there must be a user and a password", async () => {
  const { password, ...without } = request();
  await expect(directory.store(without, say)).rejects.toMatchObject({ details: { parameter: "credential" } });
});

test("opens with one log-in, however many ask at once, and stays open", async () => {
  await directory.store(request(), say);
  const other = newDirectory();
  await sim.reset();
  await directory.open(server, say);
  expect(await logIns()).toBe(0);
  const [one, two] = await Promise.all([other.open(server, say), other.open("127.0.0.1", say)]);
  expect(two.vcenter).toBe(one.vcenter);
  expect((await other.openAll(say))[0]?.vcenter).toBe(one.vcenter);
  expect(await logIns()).toBe(1);
  const { sessions } = await sim.state();
  await other.close();
  expect((await sim.state()).sessions).toBe(sessions - 1);
});

test("what another process has changed or forgotten holds at once", async () => {
  await directory.store(request(), say);
  const other = newDirectory();
  await other.store({ server, maxPerHost: 2 }, say);
  expect((await directory.open(server, say)).setting.limits.perHost).toBe(2);
  await other.forget(server);
  await expect(directory.open(server, say)).rejects.toMatchObject({ code: "VCenterNotStored" });
  expect(await directory.openAll(say)).toEqual([]);
  await other.close();
});

test("a password that was changed in vCenter is sent once by all processes", async () => {
  await directory.store(request(), say);
  const moved = await startVcenter({ vms: 1, args: ["--listen", `127.0.0.1:0`] });
  const port = Number(new URL(moved.url).port);
  const settings = new Settings(folder, new Leases(folder));
  const [stored] = await settings.listVCenters();
  if (stored) await settings.putVCenter({ ...stored, port, certificateThumbprint: moved.thumbprint });
  const codes: string[] = [];
  for (const each of [newDirectory(), newDirectory()])
    await each.open(server, say).catch((error) => codes.push(error.code));
  expect(codes).toEqual(["VCenterPasswordRefused", "VCenterPasswordLatched"]);
  expect(await moved.counts()).toMatchObject({ Login: 1 });
  await moved.stop();
});

test("a certificate that nobody checks is warned of at each log-in", async () => {
  warnings.length = 0;
  const { certificateThumbprint, ...without } = request();
  await expect(directory.store(without, say)).rejects.toMatchObject({ code: "VCenterCertificateRefused" });
  expect(await directory.store({ ...without, skipCertificateCheck: true }, say)).toMatchObject({ trust: "None" });
  expect(warnings).toHaveLength(1);
  expect(await directory.store({ server, certificateThumbprint }, say)).toMatchObject({ trust: "Pinned" });
  expect(warnings).toHaveLength(1);
  await expect(directory.store({ server, skipCertificateCheck: false }, say)).rejects.toMatchObject({
    code: "VCenterCertificateRefused",
  });
});

test("the same vCenter under another name is refused: its VMs would be held twice", async () => {
  await directory.store(request(), say);
  await expect(directory.store({ ...request(), server: "localhost" }, say)).rejects.toMatchObject({
    code: "VCenterStoredTwice",
    details: { other: server },
  });
  expect(await directory.names()).toEqual([server]);
});

test("forgetting logs out", async () => {
  const { sessions } = await sim.state();
  await directory.store(request(), say);
  await directory.forget(server);
  expect((await sim.state()).sessions).toBe(sessions);
});
