/** A backup program's shadow copies: the requestor, the provider's DLL and its core, and what is on the NAS afterwards. */
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CoreProcess, makeHome } from "../coreProcess.ts";
import { Lab } from "../e2e/support/lab.ts";
import { program } from "../program.ts";
import type { LinuxCore } from "../sim/vss/core.ts";
import { startVssSim, type VssSim } from "../sim/vss/requestor.ts";
import { RequestorRun } from "../sim/vss/requestorRun.ts";
import { windowsPath } from "./wine.ts";

const [data, store] = ["1", "2"].map((digit) => `\\\\?\\Volume{00000000-0000-0000-0000-00000000000${digit}}\\`) as [
  string,
  string,
];
const main = program("core.cjs", join(import.meta.dirname, "../../ts-core/main.ts"));
const writers = [
  {
    ...{ id: "{A65FAA63-5EA8-4EBC-9DBD-A0C4DB26912A}", instanceId: "{A65FAA63-5EA8-4EBC-9DBD-000000000001}" },
    ...{
      name: "SqlServerWriter",
      components: [{ name: "orders", databases: [`${data}orders`], logs: [`${store}orders`] }],
    },
  },
];

let lab: Lab;
let home: string;
let sim: VssSim;
let before: string[];

beforeEach(async () => {
  lab = await Lab.start("qts-5.2");
  home = makeHome();
  const core = await CoreProcess.start(home);
  const { https, user: userName, password, fingerprint: certificateFingerprint } = lab.nas;
  const { hostname: name, port } = new URL(https);
  await core.call("setNas", { name, port: Number(port), userName, password, certificateFingerprint });
  await core.stop();
  before = await lab.account();
});
afterEach(async () => {
  await sim.stop();
  await lab.stop();
});

/** What a LUN says of itself on a host. */
const diskOf = (device: number, naa: string) => ({
  ...{
    device: `\\\\.\\PhysicalDrive${device}`,
    vendor: "QNAP",
    product: "iSCSI Storage",
    revision: "4.0",
    serial: naa,
  },
  ids: [{ codeSet: 1, type: 3, hex: naa }],
});

async function start(core?: LinuxCore): Promise<void> {
  const naas = await lab.naas();
  const volumes = [
    { path: data, disks: [diskOf(1, naas.sqldata ?? "")] },
    { path: store, disks: [diskOf(2, naas.vmstore ?? "")] },
  ];
  sim = await startVssSim({ volumes: () => volumes, rescan: shown, writers, ...(core && { core }) });
}

/** The host finds the LUNs that are called vss. */
async function shown() {
  const { luns } = await lab.nas.state();
  return luns.filter(({ name }) => name.startsWith("vss")).map(({ naa }, i) => diskOf(10 + i, naa));
}

const onLinux = (): LinuxCore => ({
  command: [process.execPath, main, "vss-provider"],
  environment: { QNAP_SNAPSHOT_HOME: home },
});

async function operations() {
  const core = await CoreProcess.start(home);
  const rows = await core.rows("getOperation");
  await core.stop();
  return rows;
}

test("two LUNs: two snapshots on the NAS, and the operation is known", async () => {
  await start(onLinux());
  const done = await new RequestorRun(sim.environment, { volumes: [data, store] }).toTheEnd();
  expect(done).toMatchObject({
    event: "done",
    hr: 0,
    writers: [{ state: "Stable", hr: 0, components: [{ selected: true }] }],
  });
  await expect.poll(operations, { timeout: 20_000 }).toMatchObject([{ kind: "vssShadowCopy", state: "Completed" }]);
  const made = ["snapshot (new) of sqldata", "snapshot (new) of vmstore"];
  expect(await lab.account(String((await operations())[0]?.operationId))).toEqual([...before, ...made].sort());
});

test("a shadow copy that is imported: a LUN named vss while the backup runs, nothing afterwards", async () => {
  await start(onLinux());
  let during: string[] = [];
  sim.machine.intercept = async (method) => {
    if (method === "BackupComplete") during = (await lab.nas.state()).luns.map(({ name }) => name);
    return undefined;
  };
  const done = await new RequestorRun(sim.environment, { volumes: [data], transportable: false }).toTheEnd();
  expect(done).toMatchObject({ event: "done", hr: 0 });
  expect(during.filter((name) => name.startsWith("vss"))).toHaveLength(1);
  await expect.poll(() => lab.account(), { timeout: 30_000 }).toEqual(before);
});

test("a LUN of no NAS that is stored is refused before writers are told anything", async () => {
  const core = await CoreProcess.start(home);
  await core.call("removeNas", { name: new URL(lab.nas.https).hostname });
  await core.stop();
  await start(onLinux());
  const failed = await new RequestorRun(sim.environment, { volumes: [data] }).toTheEnd();
  expect(failed).toMatchObject({
    phase: "IsVolumeSupported",
    message: "VSS_E_VOLUME_NOT_SUPPORTED_BY_PROVIDER",
    volume: data,
  });
  expect(sim.machine.events.map(({ name }) => name)).not.toContain("PrepareForBackup");
  expect(await lab.account()).toEqual(before);
});

test("the core as it is packaged for Windows does the same", async () => {
  await start();
  const environment = { ...sim.environment, QNAP_SNAPSHOT_HOME: windowsPath(home) };
  const done = await new RequestorRun(environment, { volumes: [data, store] }).toTheEnd();
  expect(done).toMatchObject({ event: "done", hr: 0 });
  const made = (await lab.account()).filter((line) => line.startsWith("snapshot"));
  expect(made).toMatchObject([expect.stringMatching(/of sqldata$/), expect.stringMatching(/of vmstore$/)]);
});
