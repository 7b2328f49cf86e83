import { afterAll, beforeAll, expect, test } from "vitest";
import { startNas } from "../sim/nas/start.ts";
import { testExamples } from "./examples.ts";
import { address, credential, type ModuleSession, startSession } from "./session.ts";

let session: ModuleSession;
beforeAll(async () => {
  session = await startSession();
});
afterAll(() => session.stop());

test("gives each LUN as a typed object with its identity and targets", async () => {
  const { luns } = await session.nas.state();
  const found = await session.get("Get-QnapLun | Sort-Object Name");
  expect(found).toMatchObject(luns.map(({ name, naa }) => ({ Name: name, Naa: naa, Nas: session.name, Size: "1 GB" })));
  expect(found).toMatchObject(luns.map(({ targets }) => ({ Targets: [{ Iqn: targets[0]?.iqn, Enabled: true }] })));
  expect(await session.get("(Get-QnapLun sqldata).PSTypeNames[0]")).toEqual(["QnapSnapshot.Lun"]);
});

test("finds by wildcard, by NAA, by several names", async () => {
  const { luns } = await session.nas.state();
  expect(await session.get("(Get-QnapLun *LOG).Name")).toEqual(["sqllog"]);
  expect(await session.get(`(Get-QnapLun -Naa ${luns[0]?.naa}).Name`)).toEqual([luns[0]?.name]);
  expect(await session.get(`(Get-QnapLun naa.${luns[0]?.naa}).Name`)).toEqual([luns[0]?.name]);
  expect(await session.get("(Get-QnapLun sqllog, sqldata).Name")).toEqual(["sqllog", "sqldata"]);
});

test("a name that is not there is an error of its own; the others still come", async () => {
  const { output, errors } = await session.run("Get-QnapLun nowhere, sqldata");
  expect(errors).toMatchObject([{ id: "LunNotFound,Get-QnapLun", category: "ObjectNotFound", target: "nowhere" }]);
  expect(output).toMatchObject([{ Name: "sqldata" }]);
});

test("the default view shows what one looks for", async () => {
  const [table] = await session.get<string>("Get-QnapLun sqldata | Out-String -Width 200");
  expect(table).toMatch(/Name +Nas +Size +NAA +Target +Initiators +Snapshots/);
  expect(table).toMatch(/sqldata +127\.0\.0\.1 +1 GB +[0-9a-f]{32} +sqldata +0/);
});

test("several NAS at once: lists all, or the one that is named; an object knows where it is from", async () => {
  const other = await startNas({ luns: "sqldata:1", args: ["--host", "127.0.0.2"] });
  const login = `${address(other)} -CertificateFingerprint ${other.fingerprint} -Credential ${credential(other)}`;
  await session.get(`Connect-QnapNas ${login}`);
  expect((await session.get<string>("(Get-QnapLun sqldata).Nas")).sort()).toEqual(["127.0.0.1", "127.0.0.2"]);
  expect(await session.get("(Get-QnapLun -Nas 127.0.0.2).Nas")).toEqual(["127.0.0.2"]);
  expect((await session.run("New-QnapLunSnapshot sqldata")).errors).toMatchObject([
    { id: "NasNotChosen,New-QnapLunSnapshot" },
  ]);
  expect(await session.get("(Get-QnapLun -Nas 127.0.0.2 | New-QnapLunSnapshot).Nas")).toEqual(["127.0.0.2"]);
  await session.get("Disconnect-QnapNas 127.0.0.2");
  await other.stop();
});

testExamples("Get-QnapLun", () => session);
