import { join } from "node:path";
import { describe } from "vitest";
import { testCases } from "./cases.ts";

const sample = join(import.meta.dirname, "sample/Sample.psd1");

describe("a realistic script module", () => {
  testCases(
    [
      [
        "its manifest is valid",
        `(Test-ModuleManifest '${sample}').ExportedFunctions.Keys | Sort-Object`,
        ["Get-Box", "Remove-Box"],
      ],
      ["dot-sourced functions under strict mode", "(Get-Box red).Name", ["red"]],
      [
        "parameters from the pipeline by property name",
        "([pscustomobject]@{ Name = 'blue' } | Get-Box).Name",
        ["blue"],
      ],
      [
        "a terminating error through a helper keeps id and target",
        'try { Get-Box none } catch { $_.FullyQualifiedErrorId; "$($_.CategoryInfo.Category)"; $_.TargetObject }',
        ["box_not_found,Get-Box", "ObjectNotFound", "none"],
      ],
      [
        "Write-Error tells the function and the line",
        "Get-Box broken -ErrorAction SilentlyContinue -ErrorVariable e; $e[0].FullyQualifiedErrorId; $e[0].InvocationInfo.MyCommand.Name",
        ["box_broken,Get-Box", "Get-Box"],
      ],
      ["ValidateSet refuses", "Get-Box red -Kind wrong", { error: "ParameterArgumentValidationError,Get-Box" }],
      [
        "format view by type name",
        "(Get-Box red | Out-String).Trim() -split [Environment]::NewLine | ForEach-Object { $_.TrimEnd() }",
        ["Box Size", "--- ----", "red    3"],
      ],
      [
        "type data: script property, alias, default display set",
        "$b = Get-Box red; $b.Doubled; $b.Box; (($b | Format-List | Out-String).Trim() -replace '\\s+', ' ')",
        [6, "red", "Box : red Size : 3"],
      ],
      [
        "argument completers",
        "(TabExpansion2 'Get-Box -Name r' 15).CompletionMatches | ForEach-Object { $_.CompletionText }",
        ["red"],
      ],
      [
        "TabExpansion2 completes cmdlets and parameters",
        "(TabExpansion2 'Get-Bo' 6).CompletionMatches[0].CompletionText; (TabExpansion2 'Get-Box -Ki' 11).CompletionMatches[0].CompletionText",
        ["Get-Box", "-Kind"],
      ],
      [
        "comment-based help",
        "$h = Get-Help Get-Box -Full; $h.Synopsis; @($h.examples.example).Count; ($h.parameters.parameter | Where-Object name -eq Kind).description[0].Text",
        ["Finds boxes.", 2, "What it is made of."],
      ],
      ["help renders", "(Get-Help Get-Box -Examples | Out-String) -match 'Get-Box red'", [true]],
      [
        "classes",
        "[pscustomobject]@{ s = & (Get-Module Sample) { [Crate]::new(2).Size() } } | Select-Object -ExpandProperty s",
        [8],
      ],
      ["-WhatIf reaches nested functions", "Remove-Box red -WhatIf; (Get-Box red).Name", ["red"]],
      [
        "Remove-Module calls OnRemove",
        "$global:sampleRemoved = $false; Remove-Module Sample; $global:sampleRemoved",
        [true],
      ],
    ],
    `Import-Module '${sample}'`,
  );
});

describe("formatting", () => {
  testCases([
    [
      "Format-Table",
      "([pscustomobject]@{ a = 1; b = 'x' } | Format-Table -AutoSize | Out-String).Trim() -split [Environment]::NewLine",
      ["a b", "- -", "1 x"],
    ],
    [
      "Format-Table -Property with a calculated column",
      "([pscustomobject]@{ a = 1 } | Format-Table @{ n = 'Twice'; e = { $_.a * 2 } } -HideTableHeaders | Out-String).Trim()",
      ["2"],
    ],
    [
      "Format-List",
      "([pscustomobject]@{ a = 1; bb = 2 } | Format-List | Out-String).Trim() -split [Environment]::NewLine",
      ["a  : 1", "bb : 2"],
    ],
    ["Out-String -Stream", "@('x', 'y' | Out-String -Stream)", ["x", "y"]],
    [
      "Out-String -Width",
      "([pscustomobject]@{ a = 'x' * 50 } | Format-Table | Out-String -Width 20).Trim() -split [Environment]::NewLine | ForEach-Object { $_.Trim().Length }",
      [1, 1, 20],
    ],
    [
      "Update-FormatData",
      `Update-FormatData -AppendPath '${join(import.meta.dirname, "sample/Sample.Format.ps1xml")}'; ([pscustomobject]@{ PSTypeName = 'Sample.Box'; Name = 'n'; Size = 1 } | Out-String) -match '(?m)^Box Size'`,
      [true],
    ],
  ]);
});
