import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { testExamples } from "./examples.ts";
import { type ServerSession, startServerSession } from "./windowsServer.ts";

let session: ServerSession;
beforeAll(async () => {
  session = await startServerSession();
});
afterAll(() => session.stop());
beforeEach(() => session.fresh());

const app = () => join(session.root, "ProgramFiles/QnapSnapshot/app");
const state = "$([IO.Path]::Combine($Windows.Root, 'CommonApplicationData', 'QnapSnapshot'))";

/** What is told of an installation to which something was done. */
async function problems(harm: string | (() => void)): Promise<string[]> {
  await session.get("Install-QnapVssProvider");
  if (typeof harm === "string") await session.get(harm);
  else harm();
  const [provider] = await session.get("Get-QnapVssProvider");
  expect(provider?.Status).toBe("NeedsAttention");
  return provider?.Problem;
}

test("nothing is installed", async () => {
  expect(await session.get("Get-QnapVssProvider")).toMatchObject([
    { Status: "NotInstalled", Version: null, Registered: false, ComApplication: false, Problem: [] },
  ]);
});

test("all is well, and looking changes nothing", async () => {
  await session.get("Install-QnapVssProvider");
  await session.calls();
  expect(await session.get("Get-QnapVssProvider")).toMatchObject([
    {
      Status: "Installed",
      Version: "0.1.0",
      ComApplication: true,
      Service: "Running",
      Registered: true,
      EventSource: true,
      RecoveryTask: true,
      Problem: [],
    },
  ]);
  expect(await session.calls()).toEqual([]);
});

test.each([
  ["$Windows.Com.Clear()", "the COM. application is missing"],
  ["$Windows.Com['QnapSnapshot VSS Provider'].Service = $false", "the service of the COM. application is missing"],
  ["$Windows.Registry.Remove((& (Get-Module QnapSnapshot) { (Get-ProviderPlace).VssKey }))", "is not registered"],
  [
    "$Windows.Registry.Remove((& (Get-Module QnapSnapshot) { (Get-ProviderPlace).EventKey }))",
    "event source is missing",
  ],
  ["$Windows.Tasks.Clear()", "the start-up task is missing"],
])("a part that is missing is told, and what mends it: %s", async (harm, told) => {
  expect(await problems(harm)).toEqual([
    expect.stringMatching(new RegExp(`${told}.*: run Install-QnapVssProvider again$`)),
  ]);
});

test("programs that are gone, changed, or of another version are told", async () => {
  const found = await problems(() => {
    writeFileSync(join(app(), "bin/win-x64/qnap-snapshot-core.exe"), "somebody else's");
    rmSync(join(app(), "Host/Get-HostDisk.ps1"));
  });
  expect(found).toEqual([
    expect.stringMatching(/core\.exe is not the file that was installed: look who changed it/),
    expect.stringMatching(/Get-HostDisk\.ps1 is missing/),
  ]);
  expect(await problems(() => rmSync(join(app(), "install.json")))).toEqual([expect.stringMatching(/are missing/)]);
  const older = JSON.stringify({ version: "0.0.9", files: {} });
  expect(await problems(() => writeFileSync(join(app(), "install.json"), older))).toEqual([
    expect.stringMatching(/version 0\.0\.9 is installed, and this module is version 0\.1\.0/),
  ]);
});

const trusted = "O:BAG:BAD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)";
test.each([
  ["O:S-1-5-21-7-7-7-1001G:BAD:PAI(A;OICI;FA;;;SY)", "belongs to another account .*S-1-5-21-7-7-7-1001"],
  [`${trusted}(A;OICI;FR;;;BU)`, "other accounts .* may use it .BU"],
  [`${trusted}(A;;FA;;;S-1-5-21-7-7-7-1001)`, "other accounts .* may use it .S-1-5-21-7-7-7-1001"],
  [`${trusted}(XA;;FX;;;S-1-1-0;(Member_of {SID(BA)}))`, "other accounts .* may use it"],
  ["O:SYG:SYD:NO_ACCESS_CONTROL", "everybody may write to it"],
  ["", "its owner cannot be read"],
])("a state folder with the rights %s is told", async (sddl, told) => {
  expect(await problems(`$Windows.Acl["${state}"] = ${sddl ? `'${sddl}'` : "' '"}`)).toEqual([
    expect.stringMatching(new RegExp(`is not safe: .*${told}`)),
  ]);
});

test.each([`${trusted}(D;OICI;FA;;;BU)`, "O:S-1-5-18G:SYD:(A;;FA;;;S-1-5-32-544)(A;OICIIO;FA;;;CO)"])(
  "one with the rights %s is as good",
  async (sddl) => {
    await session.get(`$null = Install-QnapVssProvider; $Windows.Acl["${state}"] = '${sddl}'`);
    expect(await session.get("Get-QnapVssProvider")).toMatchObject([{ Status: "Installed", Problem: [] }]);
  },
);

test("programs that others may replace are told", async () => {
  const harm = `$Windows.Acl[[IO.Path]::Combine($Windows.Root, 'ProgramFiles', 'QnapSnapshot')] = '${trusted}(A;OICI;0x1301bf;;;BU)'`;
  expect(await problems(harm)).toEqual([
    expect.stringMatching(/ProgramFiles.QnapSnapshot is not safe: other accounts/),
  ]);
});

test("elsewhere than on Windows it says so", async () => {
  const { errors } = await session.run(
    ". (Get-Module QnapSnapshot) { function Test-Windows { $false } }; Get-QnapVssProvider",
  );
  expect(errors).toMatchObject([{ id: "WindowsOnly,Get-QnapVssProvider", category: "NotImplemented" }]);
});

testExamples("Get-QnapVssProvider", () => session);
