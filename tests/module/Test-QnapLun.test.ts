import { afterAll, beforeAll, expect, test } from "vitest";
import type { SimulatedVcenter } from "../sim/vcenter/start.ts";
import { testExamples } from "./examples.ts";
import { type ModuleSession, startSession, vmwareLogin } from "./session.ts";

let session: ModuleSession;
let vcenter: SimulatedVcenter;
beforeAll(async () => {
  session = await startSession({ luns: "ds-prod:1,unused:1", vcenter: { vms: 2 } });
  vcenter = session.vcenter as SimulatedVcenter;
  await session.get(`Set-QnapVMwareSetting ${vmwareLogin(vcenter)}`);
});
afterAll(() => session.stop());

test("a verdict for the LUN and for each VM, and nothing is changed", async () => {
  await vcenter.changeVm("vm002", { tools: "notRunning" });
  await vcenter.reset();
  await session.nas.reset();
  const rows = await session.get("Test-QnapLun ds-prod");
  expect(rows.map(({ Kind, Name, Verdict, Rule }) => [Kind, Name, Verdict, Rule])).toEqual([
    ["Lun", "ds-prod", "OK", null],
    ["VM", "vm002", "Downgrade", "ToolsNotRunning"],
    ["VM", "vm001", "OK", null],
  ]);
  expect([await vcenter.effects(), await session.nas.effects()]).toEqual([[], []]);
});

test("the view shows verdict and whole reason on a console of 120 columns", async () => {
  const shown = (await session.get<string>("Test-QnapLun ds-prod | Out-String -Width 120"))[0] ?? "";
  expect(shown).toMatch(/vm001\s+OK\s+method QuiesceOrFallback/);
  expect(shown.replaceAll(/\s+/g, " ")).toContain("(the NAS does not tell its own)");
});

test("wildcards: every LUN that fits, and nothing where none does", async () => {
  expect(new Set(await session.get("(Test-QnapLun u*).LunName"))).toEqual(new Set(["unused"]));
  expect(await session.get("Test-QnapLun nothing*")).toEqual([]);
});

test("vCenter is away: the NAS's side is told, then the error", async () => {
  await vcenter.down();
  const { output, errors } = await session.run("Test-QnapLun ds-prod");
  await vcenter.up();
  expect(output).toMatchObject([{ Kind: "Lun", Verdict: "OK" }]);
  expect(errors).toMatchObject([{ id: expect.stringMatching(/^VCenter\w+,Test-QnapLun$/), target: "ds-prod" }]);
});

testExamples("Test-QnapLun", () => session);
