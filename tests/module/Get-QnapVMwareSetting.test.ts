import { afterAll, beforeAll, expect, test } from "vitest";
import type { SimulatedVcenter } from "../sim/vcenter/start.ts";
import { testExamples } from "./examples.ts";
import { type ModuleSession, startSession, vmwareLogin } from "./session.ts";

let session: ModuleSession;
let vcenter: SimulatedVcenter;
beforeAll(async () => {
  session = await startSession({ connect: false, vcenter: { vms: 1 } });
  vcenter = session.vcenter as SimulatedVcenter;
  await session.get(`Set-QnapVMwareSetting ${vmwareLogin(vcenter)} -ExcludeVM 'test*'`);
});
afterAll(() => session.stop());

test("lists what is stored, without a word to vCenter and without the password", async () => {
  await vcenter.reset();
  const rows = await session.get("Get-QnapVMwareSetting 127.*");
  expect(rows).toMatchObject([
    { Server: "127.0.0.1", CertificateThumbprint: vcenter.thumbprint, ExcludeVM: ["test*"] },
  ]);
  expect(JSON.stringify(rows)).not.toMatch(/password/i);
  expect(await session.get("Get-QnapVMwareSetting nothing*")).toEqual([]);
  expect(await vcenter.counts()).toEqual({});
});

test("a name that is not stored is an error", async () => {
  const { output, errors } = await session.run("Get-QnapVMwareSetting nothing, 127.0.0.1");
  expect(errors).toMatchObject([{ id: "VCenterNotStored,Get-QnapVMwareSetting", target: "nothing" }]);
  expect(output).toHaveLength(1);
});

test("its names are offered behind Tab", async () => {
  const line = "Set-QnapVMwareSetting -Server 12";
  const offered = `(TabExpansion2 '${line}' ${line.length}).CompletionMatches.CompletionText`;
  expect(await session.get(offered)).toEqual(["127.0.0.1"]);
});

testExamples("Get-QnapVMwareSetting", () => session);
