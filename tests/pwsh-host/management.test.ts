import { describe } from "vitest";
import { testCases } from "./cases.ts";

const setUp =
  "$work = Join-Path ([IO.Path]::GetTempPath()) ([guid]::NewGuid()); $null = New-Item $work -ItemType Directory; Set-Content $work/a.txt one, two, three";

describe("items and content", () => {
  testCases(
    [
      [
        "Get-Content",
        "(Get-Content $work/a.txt).Count; Get-Content $work/a.txt -TotalCount 1; Get-Content $work/a.txt -Tail 1",
        [3, "one", "three"],
      ],
      [
        "Get-Content -Raw, -AsByteStream",
        "(Get-Content $work/a.txt -Raw).Length; (Get-Content $work/a.txt -AsByteStream)[0]",
        [14, 111],
      ],
      [
        "Add-, Set-, Clear-Content",
        "Set-Content $work/c x; Add-Content $work/c y; Get-Content $work/c; Clear-Content $work/c; (Get-Item $work/c).Length",
        ["x", "y", 0],
      ],
      ["Set-Content -Encoding", "Set-Content $work/u x -Encoding utf8BOM -NoNewline; (Get-Item $work/u).Length", [4]],
      [
        "New-Item",
        "(New-Item $work/sub/deep -ItemType Directory -Force).Name; (New-Item $work -Name n.txt -Value v).Length",
        ["deep", 1],
      ],
      [
        "New-Item twice",
        "New-Item $work/a.txt",
        { error: "NewItemIOError,Microsoft.PowerShell.Commands.NewItemCommand" },
      ],
      [
        "Get-ChildItem",
        "(Get-ChildItem $work -File -Filter *.txt | Sort-Object Name).Name; (Get-ChildItem $work -Directory).Name; Get-ChildItem $work -Name -Include n*",
        ["a.txt", "n.txt", "sub", "n.txt"],
      ],
      [
        "Get-ChildItem -Recurse -Depth",
        "@(Get-ChildItem $work -Directory -Recurse).Count; @(Get-ChildItem $work -Directory -Depth 0).Count",
        [2, 1],
      ],
      [
        "Rename-, Copy-, Move-Item",
        "Rename-Item $work/n.txt m.txt; Copy-Item $work/m.txt $work/sub; Move-Item $work/m.txt $work/k.txt; Test-Path $work/sub/m.txt, $work/k.txt, $work/m.txt",
        [true, true, false],
      ],
      [
        "-WhatIf changes nothing",
        "Remove-Item $work/a.txt -WhatIf; Set-Content $work/a.txt x -WhatIf; (Get-Content $work/a.txt).Count",
        [3],
      ],
      [
        "Set-Item, environment drive",
        "Set-Item env:QS_TEST 2; $env:QS_TEST; (Get-Item env:QS_TEST).Value; Remove-Item env:QS_TEST; Test-Path env:QS_TEST",
        ["2", "2", false],
      ],
      ["Get-ItemProperty", "(Get-ItemProperty $work/a.txt).Length -gt 0", [true]],
      [
        "errors carry the path's id",
        "Get-Item /no/such",
        { error: "PathNotFound,Microsoft.PowerShell.Commands.GetItemCommand" },
      ],
      [
        "Get-ChildItem of none",
        "Get-ChildItem /no/such",
        { error: "PathNotFound,Microsoft.PowerShell.Commands.GetChildItemCommand" },
      ],
      [
        "Get-Content of none",
        "Get-Content /no/such",
        { error: "PathNotFound,Microsoft.PowerShell.Commands.GetContentCommand" },
      ],
      [
        "Remove-Item of none",
        "Remove-Item /no/such",
        { error: "PathNotFound,Microsoft.PowerShell.Commands.RemoveItemCommand" },
      ],
      ["Remove-Item -Recurse", "Remove-Item $work -Recurse -Force; Test-Path $work", [false]],
    ],
    setUp,
  );
});

describe("paths, locations, drives", () => {
  testCases([
    [
      "Join-Path",
      "Join-Path /a b; Join-Path /a b c; '/x', '/y' | Join-Path -ChildPath z",
      ["/a/b", "/a/b/c", "/x/z", "/y/z"],
    ],
    [
      "Split-Path",
      "Split-Path /a/b.txt; Split-Path /a/b.txt -Leaf; Split-Path /a/b.txt -LeafBase; Split-Path /a/b.txt -Extension",
      ["/a", "b.txt", "b", ".txt"],
    ],
    ["Split-Path -IsAbsolute", "Split-Path /a -IsAbsolute; Split-Path a -IsAbsolute", [true, false]],
    [
      "Test-Path",
      "Test-Path /tmp -PathType Container; Test-Path /tmp -PathType Leaf; Test-Path /no/such; Test-Path ''",
      [true, false, false, false],
    ],
    [
      "Resolve-, Convert-Path",
      "(Resolve-Path /tm[p]).Path; Convert-Path /tmp; Convert-Path -LiteralPath /tmp",
      ["/tmp", "/tmp", "/tmp"],
    ],
    [
      "Resolve-Path of none",
      "Resolve-Path /no/such",
      { error: "PathNotFound,Microsoft.PowerShell.Commands.ResolvePathCommand" },
    ],
    [
      "Push-, Set-, Pop-Location",
      "Push-Location /tmp; Set-Location /; (Get-Location).Path; Pop-Location; (Get-Location).Path -eq [Environment]::CurrentDirectory",
      ["/", true],
    ],
    [
      "Set-Location of none",
      "Set-Location /no/such",
      { error: "PathNotFound,Microsoft.PowerShell.Commands.SetLocationCommand" },
    ],
    [
      "New-, Get-, Remove-PSDrive",
      "$null = New-PSDrive qs FileSystem /tmp; (Get-PSDrive qs).Root; Test-Path qs:/; Remove-PSDrive qs; @(Get-PSDrive | Where-Object Name -eq qs).Count",
      ["/tmp", true, 0],
    ],
    ["Get-PSProvider", "(Get-PSProvider FileSystem).Name", ["FileSystem"]],
    ["Get-ExecutionPolicy", '"$(Get-ExecutionPolicy)"', ["Unrestricted"]],
  ]);
});

describe("processes and events", () => {
  testCases([
    ["Get-Process", "(Get-Process -Id $PID).Id -eq $PID", [true]],
    [
      "Get-Process of none",
      "Get-Process no-such-process",
      { error: "NoProcessFoundForGivenName,Microsoft.PowerShell.Commands.GetProcessCommand" },
    ],
    [
      "Start-, Stop-, Wait-Process",
      "$p = Start-Process sleep 60 -PassThru; Stop-Process $p.Id; $p | Wait-Process -Timeout 10; $p.HasExited",
      [true],
    ],
    ["Start-Process -Wait", "(Start-Process sh -ArgumentList '-c', '\"exit 3\"' -Wait -PassThru).ExitCode", [3]],
    [
      "Start-Process -RedirectStandardOutput",
      "$f = [IO.Path]::GetTempFileName(); Start-Process echo hi -Wait -RedirectStandardOutput $f; Get-Content $f; Remove-Item $f",
      ["hi"],
    ],
    [
      "Register-ObjectEvent, Wait-Event",
      "$t = [Timers.Timer]::new(20); $t.AutoReset = $false; $null = Register-ObjectEvent $t Elapsed -SourceIdentifier tick; $t.Start(); (Wait-Event tick -Timeout 10).SourceIdentifier; @(Get-Event).Count; Remove-Event tick; Unregister-Event tick; @(Get-EventSubscriber).Count",
      ["tick", 1, 0],
    ],
    [
      "an event's action runs",
      "$got = [Collections.ArrayList]::new(); $t = [Timers.Timer]::new(10); $t.AutoReset = $false; $null = Register-ObjectEvent $t Elapsed -SourceIdentifier act -MessageData $got -Action { $Event.MessageData.Add(1) }; $t.Start(); for ($i = 0; $got.Count -eq 0 -and $i -lt 100; $i++) { Start-Sleep -Milliseconds 20 }; Unregister-Event act; $got.Count",
      [1],
    ],
    [
      "Unregister-Event of none",
      "Unregister-Event no-such",
      { error: "INVALID_SUBSCRIPTION_IDENTIFIER,Microsoft.PowerShell.Commands.UnregisterEventCommand" },
    ],
  ]);
});

describe("secrets", () => {
  testCases([
    [
      "plain text there and back",
      "ConvertTo-SecureString pw -AsPlainText -Force | ConvertFrom-SecureString -AsPlainText",
      ["pw"],
    ],
    [
      "encrypted there and back",
      "$k = [byte[]](1..16); ConvertTo-SecureString pw -AsPlainText | ConvertFrom-SecureString -Key $k | ConvertTo-SecureString -Key $k | ConvertFrom-SecureString -AsPlainText",
      ["pw"],
    ],
    [
      "Get-Credential passes one through",
      "(Get-Credential ([pscredential]::new('u', (ConvertTo-SecureString p -AsPlainText)))).UserName",
      ["u"],
    ],
    [
      "[Credential()] takes one",
      "function f { param([pscredential][Management.Automation.Credential()] $c) $c.GetNetworkCredential().Password }; f ([pscredential]::new('u', (ConvertTo-SecureString p -AsPlainText)))",
      ["p"],
    ],
  ]);
});
