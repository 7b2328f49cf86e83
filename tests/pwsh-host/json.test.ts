import { describe } from "vitest";
import { testCases } from "./cases.ts";

describe("ConvertTo-Json", () => {
  testCases([
    [
      "compressed",
      "[ordered]@{ a = 1; b = @(); c = $null; d = $true; e = 1.0 } | ConvertTo-Json -Compress",
      ['{"a":1,"b":[],"c":null,"d":true,"e":1.0}'],
    ],
    ["no output is null", "@{ a = $(if ($false) { 1 }) } | ConvertTo-Json -Compress", ['{"a":null}']],
    [
      "indented",
      "([pscustomobject]@{ a = 1, 2; b = @{} } | ConvertTo-Json) -split [Environment]::NewLine",
      ["{", '  "a": [', "    1,", "    2", "  ],", '  "b": {}', "}"],
    ],
    ["-AsArray", "1 | ConvertTo-Json -AsArray -Compress; 1, 2 | ConvertTo-Json -Compress", ["[1]", "[1,2]"]],
    [
      "deeper than -Depth is text, with a warning",
      "@{ a = @{ b = @{ c = 1 } } } | ConvertTo-Json -Depth 1 -Compress -WarningAction SilentlyContinue -WarningVariable w; $w.Count",
      ['{"a":{"b":"System.Collections.Hashtable"}}', 1],
    ],
    [
      "enumerations",
      "[DayOfWeek]::Monday | ConvertTo-Json; [DayOfWeek]::Monday | ConvertTo-Json -EnumsAsStrings",
      ["1", '"Monday"'],
    ],
    [
      "dates and special characters",
      '[datetime]::SpecifyKind("2020-01-02T03:04:05", "Utc") | ConvertTo-Json; "a`"b`n\u00fc" | ConvertTo-Json',
      ['"2020-01-02T03:04:05Z"', '"a\\"b\\n\u00fc"'],
    ],
  ]);
});

describe("ConvertFrom-Json", () => {
  testCases([
    [
      "kinds of values",
      "('[1, 1.5, \"x\", true, null, 12345678901234567890]' | ConvertFrom-Json) | ForEach-Object { if ($null -eq $_) { 'null' } else { $_.GetType().Name } }",
      ["Int64", "Double", "String", "Boolean", "null", "BigInteger"],
    ],
    [
      "ISO text is a DateTime",
      '$d = (\'{"t":"2020-01-02T03:04:05Z"}\' | ConvertFrom-Json).t; $d.GetType().Name; "$($d.Kind)"',
      ["DateTime", "Utc"],
    ],
    ["-AsHashtable keeps the order", '(\'{"b":1,"a":{"c":2}}\' | ConvertFrom-Json -AsHashtable).Keys', ["b", "a"]],
    ["lines are one text", "(('{', '\"a\": 1', '}') | ConvertFrom-Json).a", [1]],
    ["each line a JSON", "('{\"a\":1}', '{\"a\":2}' | ConvertFrom-Json).a", [1, 2]],
    [
      "an array is unrolled unless asked not to",
      "@('[1,2]' | ConvertFrom-Json).Count; @('[1,2]' | ConvertFrom-Json -NoEnumerate).Count",
      [2, 1],
    ],
    [
      "not JSON",
      "'{x' | ConvertFrom-Json",
      { error: "System.ArgumentException,Microsoft.PowerShell.Commands.ConvertFromJsonCommand" },
    ],
    [
      "keys that differ by case",
      '\'{"a":1,"A":2}\' | ConvertFrom-Json',
      { error: "KeysWithDifferentCasingInJsonString,Microsoft.PowerShell.Commands.ConvertFromJsonCommand" },
    ],
  ]);
});

describe("CSV, text and data files", () => {
  const setUp =
    "$work = Join-Path ([IO.Path]::GetTempPath()) ([guid]::NewGuid()); $null = New-Item $work -ItemType Directory";
  testCases(
    [
      ["ConvertTo-Csv quotes", "[pscustomobject]@{ a = 1; b = 'x,\"y' } | ConvertTo-Csv", ['"a","b"', '"1","x,""y"']],
      ["ConvertFrom-Csv reads a cell of two lines", '("a,b`n1,`"2`n3`"" | ConvertFrom-Csv).b', ["2\n3"]],
      [
        "Export-Csv -Append, Import-Csv",
        "1, 2 | ForEach-Object { [pscustomobject]@{ n = $_ } | Export-Csv $work/x.csv -Append }; (Import-Csv $work/x.csv).n",
        ["1", "2"],
      ],
      [
        "Select-String",
        "('abc', 'xbx' | Select-String 'b(.)').Matches | ForEach-Object { $_.Groups[1].Value }",
        ["c", "x"],
      ],
      [
        "Select-String in a file",
        "Set-Content $work/t one, two; (Select-String two $work/t).LineNumber; Select-String none $work/t -Quiet",
        [2, false],
      ],
      [
        "Import-PowerShellDataFile",
        "Set-Content $work/d.psd1 \"@{ a = 1; b = @('x') }\"; (Import-PowerShellDataFile $work/d.psd1).b",
        ["x"],
      ],
      [
        "Import-PowerShellDataFile of code",
        "Set-Content $work/e.psd1 '@{ a = Get-Date }'; Import-PowerShellDataFile $work/e.psd1",
        { error: "System.InvalidOperationException,Microsoft.PowerShell.Commands.ImportPowerShellDataFileCommand" },
      ],
      ["Get-FileHash", "Set-Content $work/h x -NoNewline; (Get-FileHash $work/h).Hash.Substring(0, 8)", ["2D711642"]],
      [
        "Out-File and redirection write UTF-8 without a mark",
        "'\u00fc' | Out-File $work/o; 'b' >> $work/o; [IO.File]::ReadAllBytes(\"$work/o\").Count",
        [5],
      ],
      ["Remove what the tests made", "Remove-Item $work -Recurse; Test-Path $work", [false]],
    ],
    setUp,
  );
});
