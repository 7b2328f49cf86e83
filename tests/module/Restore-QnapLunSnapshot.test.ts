import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testExamples } from "./examples.ts";
import {
  converse,
  type ModuleSession,
  startSession,
  startVmwareSession,
  type VmwareSession,
  vmwareLogin,
} from "./session.ts";

let session: ModuleSession;
beforeAll(async () => {
  session = await startSession();
});
afterAll(() => session.stop());

test("-WhatIf shows the whole plan and changes nothing", async () => {
  await session.get("$null = New-QnapLunSnapshot sqldata -Name whatif");
  await session.nas.reset();
  const { output, screen } = await session.run(
    "Get-QnapLunSnapshot sqldata QS_whatif* | Restore-QnapLunSnapshot -WhatIf",
  );
  const lines = screen.trim().split(/\r?\n/);
  expect(output).toEqual([]);
  expect(lines[0]).toMatch(/^What if: Restore LUN 'sqldata' on 127\.0\.0\.1 from snapshot 'QS_whatif_/);
  expect(lines.length).toBeGreaterThan(4);
  expect(lines.slice(1).every((line) => line.startsWith("What if: "))).toBe(true);
  expect(screen).toMatch(/\d\. .*[Rr]evert/);
  expect(screen).toContain("Disable LUN 'sqldata' on target 'sqldata' (LUN number 0)");
  expect((await session.nas.effects()).filter(({ kind }) => !kind.startsWith("session."))).toEqual([]);
});

test("reverts, keeps a safety copy, and gives plan, copy and time", async () => {
  const [result] = await session.get(
    "$s = New-QnapLunSnapshot sqllog; Restore-QnapLunSnapshot -Snapshot $s -Confirm:$false",
  );
  expect(result).toMatchObject({
    LunName: "sqllog",
    Nas: session.name,
    SafetyCopyName: expect.any(String),
    Seconds: expect.any(Number),
  });
  expect(result).toMatchObject({ Plan: { SnapshotName: result?.SnapshotName, Steps: expect.any(Array) } });
  expect((await session.nas.effects()).map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(["target.disableLun", "target.enableLun"]),
  );
});

test("newer snapshots are named, and destroyed only when allowed", async () => {
  await session.get("$null = New-QnapLunSnapshot sqldata -Name older; $null = New-QnapLunSnapshot sqldata -Name newer");
  const older = "Get-QnapLunSnapshot sqldata QS_older* | Restore-QnapLunSnapshot -Confirm:$false";
  const { errors } = await session.run(older);
  expect(errors).toMatchObject([{ id: "NewerSnapshots,Restore-QnapLunSnapshot", category: "InvalidOperation" }]);
  expect(errors[0]?.message).toContain("QS_newer_");
  const plan = await session.run(`${older} -WhatIf`);
  expect(plan.screen).toMatch(/What if: Would be refused: .*QS_newer_.*-DestroyNewerSnapshots/);
  expect((await session.run(`${older} -WhatIf -DestroyNewerSnapshots`)).screen).not.toContain("refused");
  const [result] = await session.get<{ Plan: { NewerSnapshots: string[] } }>(
    `${older} -DestroyNewerSnapshots -SafetyCopy clone`,
  );
  expect(result?.Plan.NewerSnapshots).toEqual([expect.stringMatching(/^QS_newer_/)]);
});

test("asks first: without an answer nothing is reverted", async () => {
  await session.nas.reset();
  const { errors } = await session.run("New-QnapLunSnapshot sqllog | Restore-QnapLunSnapshot");
  expect(errors[0]?.id).toMatch(/^ConfirmationImpossible/);
  expect((await session.nas.effects()).map(({ kind }) => kind)).not.toContain("target.disableLun");
});

test.each([
  ["y", true],
  ["n", false],
])("the question holds the plan; the answer is '%s'", async (answer, reverted) => {
  await session.nas.reset();
  const script = `$null = Connect-QnapNas ${session.login}; $s = New-QnapLunSnapshot sqllog; Restore-QnapLunSnapshot $s`;
  const { stdout } = await converse(session, script, answer);
  expect(stdout).toMatch(/Restore LUN 'sqllog' on 127\.0\.0\.1[\s\S]*1\. [\s\S]*[Rr]evert/);
  expect((await session.nas.effects()).some(({ kind }) => kind === "target.disableLun")).toBe(reverted);
});

test("a snapshot given by name that is not there is an error", async () => {
  const { errors } = await session.run("Restore-QnapLunSnapshot -Lun sqldata -SnapshotName nothing -Confirm:$false");
  expect(errors).toMatchObject([{ id: "SnapshotNotFound,Restore-QnapLunSnapshot" }]);
});

describe("with a vCenter", () => {
  let vmware: VmwareSession;
  beforeAll(async () => {
    vmware = await startVmwareSession();
  });
  afterAll(() => vmware.stop());

  test("says what came back, and which VMs were not added", async () => {
    await vmware.get("$global:s = New-QnapLunSnapshot ds-prod -Type Application");
    await vmware.vcenter.deleteVm("vm002");
    const restore = "Restore-QnapLunSnapshot $s -SafetyCopy None -Confirm:$false";
    const { errors } = await vmware.run(restore);
    expect(errors).toEqual([]);
    const [result] = await vmware.get(`$s = New-QnapLunSnapshot ds-prod -Type Application; ${restore} -PowerOn`);
    expect(result).toMatchObject({
      Outcome: [expect.stringMatching(/^3 VM\(s\) registered/)],
      NotAdded: ["[ds-prod] vm002/vm002.vmx"],
    });
  });

  test("its vCenter is stored no more: VMs that are on record are not reverted beneath it", async () => {
    await vmware.get("$global:s = New-QnapLunSnapshot ds-prod -Type Application");
    await vmware.get("Remove-QnapVMwareSetting 127.0.0.1 -Confirm:$false");
    const restore = "Restore-QnapLunSnapshot $s -SafetyCopy None";
    const { screen } = await vmware.run(`${restore} -WhatIf`);
    expect(screen).toMatch(/Would be refused: The snapshot holds \d VM\(s\), but no vCenter/);
    await vmware.nas.reset();
    const { errors } = await vmware.run(`${restore} -Confirm:$false`);
    expect(errors).toMatchObject([
      { id: "VMsWithoutVCenter,Restore-QnapLunSnapshot", category: "ResourceUnavailable" },
    ]);
    const start = "New-QnapLunSnapshot sqldata | Restore-QnapLunSnapshot -PowerOn -Confirm:$false";
    expect((await vmware.run(start)).errors[0]?.message).toMatch(/^VMs are to be started, but no vCenter/);
    expect((await vmware.nas.effects()).map(({ kind }) => kind)).not.toContain("target.disableLun");
    expect((await vmware.run(`${restore} -Force -WhatIf`)).screen).not.toContain("Would be refused");
    await vmware.get(`Set-QnapVMwareSetting ${vmwareLogin(vmware.vcenter)}`);
  });

  testExamples("Restore-QnapLunSnapshot", () => vmware);
});
