import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runPwsh } from "../pwsh-host/run.ts";
import { type ModuleSession, manifest, startSession } from "./session.ts";

// Each case starts a PowerShell of its own and takes a dozen steps on the NAS.

let session: ModuleSession;
beforeAll(async () => {
  session = await startSession({ luns: "sqldata:1" });
});
afterAll(() => session.stop());

const changing = [
  "New-QnapLunSnapshot sqldata -Confirm",
  "Remove-QnapLunSnapshot -Snapshot $s",
  "Restore-QnapLunSnapshot -Snapshot $s -DestroyNewerSnapshots",
  "New-QnapLunClone -Snapshot $s -Name copy2 -Confirm",
  "Remove-QnapLunClone copy",
  "Repair-QnapOperation -Confirm",
  "Remove-QnapNas 127.0.0.1",
];

test.each(["Continue", "SilentlyContinue"])(
  "a question that cannot be asked is a no, with $ErrorActionPreference %s",
  async (preference) => {
    const script = join(session.home, "try.ps1");
    const lines = changing.map((line) => `$Error.Clear(); ${line}; "asked: $($Error[0].FullyQualifiedErrorId)"`);
    const before = [
      `Import-Module '${manifest}'`,
      `$ErrorActionPreference = 'Stop'`,
      `$null = Connect-QnapNas ${session.login}`,
      `$s = New-QnapLunSnapshot sqldata; $null = New-QnapLunClone -Snapshot $s -Name copy`,
      `$ErrorActionPreference = '${preference}'; 'ready'`,
    ];
    const after = ["Remove-QnapLunClone copy -Confirm:$false; Remove-QnapLunSnapshot $s -Confirm:$false"];
    writeFileSync(script, [...before, ...lines, "'done'", ...after].join("\n"));
    await session.nas.reset();
    const { stdout } = await runPwsh(["-NoProfile", "-NonInteractive", "-File", script], "", {
      QNAP_SNAPSHOT_HOME: session.home,
    });
    expect(stdout.match(/asked: (\w*)/g)).toEqual(changing.map(() => "asked: ConfirmationImpossible"));
    // What the script itself made and removed, and nothing else.
    const kinds = (await session.nas.effects()).map(({ kind }) => kind);
    expect(kinds.filter((kind) => /^snapshot\.create$|recover/.test(kind))).toEqual(["snapshot.create"]);
    const order = stdout.split("\n").filter((line) => /^(ready|done)/.test(line));
    expect(order).toEqual(["ready", "done"]);
    expect((await session.nas.state()).luns.map(({ name }) => name)).toEqual(["sqldata"]);
  },
);
