import { describe } from "vitest";
import { testCases } from "./cases.ts";

describe("choosing and ordering", () => {
  testCases([
    ["Select-Object -First", "1..5 | Select-Object -First 2", [1, 2]],
    [
      "Select-Object -First stops what comes before",
      "$n = 0; 1..9 | ForEach-Object { $n++; $_ } | Select-Object -First 1 | Out-Null; $n",
      [1],
    ],
    ["Select-Object -Skip -Last", "1..5 | Select-Object -Last 2; 1..5 | Select-Object -Skip 3", [4, 5, 4, 5]],
    [
      "Select-Object -SkipLast, -Index",
      "1..4 | Select-Object -SkipLast 3; 1..4 | Select-Object -Index 0, 2",
      [1, 1, 3],
    ],
    [
      "Select-Object, calculated property",
      "[pscustomobject]@{ a = 2; b = 1 } | Select-Object a, @{ n = 'c'; e = { $_.b * 3 } }",
      [{ a: 2, c: 3 }],
    ],
    [
      "Select-Object -ExcludeProperty",
      "[pscustomobject]@{ a = 1; b = 2 } | Select-Object * -ExcludeProperty b",
      [{ a: 1 }],
    ],
    ["Select-Object -ExpandProperty", "[pscustomobject]@{ a = 1, 2 } | Select-Object -ExpandProperty a", [1, 2]],
    [
      "Select-Object -ExpandProperty of nothing",
      "[pscustomobject]@{ a = 1 } | Select-Object -ExpandProperty b",
      { error: "ExpandPropertyNotFound,Microsoft.PowerShell.Commands.SelectObjectCommand" },
    ],
    ["Select-Object -Unique", "1, 2, 1 | Select-Object -Unique", [1, 2]],
    [
      "Select-Object names the type",
      "([pscustomobject]@{ a = 1 } | Select-Object a).PSTypeNames[0]",
      ["Selected.System.Management.Automation.PSCustomObject"],
    ],
    ["Sort-Object", "3, 1, 2 | Sort-Object; 'b', 'A', 'c' | Sort-Object -Descending", [1, 2, 3, "c", "b", "A"]],
    [
      "Sort-Object by two keys",
      "@{x=1;y=1}, @{x=1;y=2}, @{x=0;y=3} | Sort-Object { $_.x }, @{ e = { $_.y }; Descending = $true } | ForEach-Object { $_.y }",
      [3, 2, 1],
    ],
    ["Sort-Object -Unique -Top", "3, 1, 3, 2 | Sort-Object -Unique; 3, 1, 2 | Sort-Object -Top 1", [1, 2, 3, 1]],
    ["Get-Unique", "1, 1, 2, 1 | Get-Unique", [1, 2, 1]],
    ["Group-Object", "'b', 'a', 'b' | Group-Object | ForEach-Object { \"$($_.Name)$($_.Count)\" }", ["a1", "b2"]],
    ["Group-Object -AsHashTable", "(1..4 | Group-Object { $_ % 2 } -AsHashTable)[1]", [1, 3]],
    [
      "Measure-Object",
      "$m = 1..4 | Measure-Object -Sum -Average -Maximum -Minimum; $m.Count, $m.Sum, $m.Average, $m.Maximum, $m.Minimum",
      [4, 10, 2.5, 4, 1],
    ],
    ["Measure-Object -Word", "('one two', 'three' | Measure-Object -Word -Character).Words", [3]],
    [
      "Compare-Object",
      'Compare-Object 1, 2 2, 3 | Sort-Object InputObject | ForEach-Object { "$($_.InputObject)$($_.SideIndicator)" }',
      ["1<=", "3=>"],
    ],
    [
      "Compare-Object -IncludeEqual -Property",
      "Compare-Object @([pscustomobject]@{ a = 1 }) @([pscustomobject]@{ a = 1 }) -Property a -IncludeEqual",
      [{ a: 1, SideIndicator: "==" }],
    ],
  ]);
});

describe("making and looking at objects", () => {
  testCases([
    ["New-Object keeps an array whole", "(New-Object 'double[]' 3).Length", [3]],
    [
      "New-Object -Property",
      "(New-Object psobject -Property @{ x = 1 }).x; (New-Object System.UriBuilder -Property @{ Host = 'nas' }).Host",
      [1, "nas"],
    ],
    [
      "New-Object of an unknown type",
      "New-Object No.Such",
      { error: "TypeNotFound,Microsoft.PowerShell.Commands.NewObjectCommand" },
    ],
    [
      "New-Object whose constructor throws",
      "New-Object uri 'http://['",
      { error: "ConstructorInvokedThrowException,Microsoft.PowerShell.Commands.NewObjectCommand" },
    ],
    ["Get-Verb", "(Get-Verb Restore).Group", ["Data"]],
    [
      "Add-Member",
      "$o = [pscustomobject]@{}; $o | Add-Member n 2; $o | Add-Member ScriptProperty d { $this.n * 2 }; ($o | Add-Member @{ k = 7 } -PassThru).k; $o.d",
      [7, 4],
    ],
    [
      "Add-Member twice",
      "[pscustomobject]@{ a = 1 } | Add-Member a 2",
      { error: "MemberAlreadyExists,Microsoft.PowerShell.Commands.AddMemberCommand" },
    ],
    [
      "Get-Member",
      "[pscustomobject]@{ b = 1; a = 'x' } | Get-Member -MemberType NoteProperty | ForEach-Object { $_.Name }",
      ["a", "b"],
    ],
    ["Get-Member says definitions", "([pscustomobject]@{ a = 'x' } | Get-Member a).Definition", ["string a=x"]],
    [
      "Update-TypeData",
      "Update-TypeData -TypeName Test.Twice -MemberType ScriptProperty -MemberName Twice -Value { $this.n * 2 } -Force; ([pscustomobject]@{ PSTypeName = 'Test.Twice'; n = 4 }).Twice",
      [8],
    ],
    ["Tee-Object", "1, 2 | Tee-Object -Variable seen | Out-Null; $seen", [1, 2]],
    [
      "Get-Random, New-Guid",
      "Get-Random -Minimum 3 -Maximum 4; @(1..5 | Get-Random -Count 2).Count; (New-Guid).GetType().Name",
      [3, 2, "Guid"],
    ],
    [
      "Get-Date",
      "Get-Date '2020-02-03T04:05:06' -Format 'yyyy/MM/dd HH:mm'; (Get-Date -UnixTimeSeconds 0).ToUniversalTime().Year",
      ["2020/02/03 04:05", 1970],
    ],
    [
      "New-TimeSpan",
      "(New-TimeSpan -Days 1 -Hours 2).TotalHours; (New-TimeSpan '2020-01-01' '2020-01-03').Days",
      [26, 2],
    ],
    ["Measure-Command", "(Measure-Command { Start-Sleep -Milliseconds 40 }).TotalMilliseconds -ge 35", [true]],
  ]);
});

describe("variables, aliases, expressions", () => {
  testCases([
    ["Set- and Get-Variable", "Set-Variable v 5; Get-Variable v -ValueOnly; (Get-Variable v).Name", [5, "v"]],
    ["Set-Variable in the caller's scope", "function Set-It { Set-Variable w 9 -Scope 1 }; $w = 1; Set-It; $w", [9]],
    ["New-Variable, ReadOnly", "New-Variable r 1 -Option ReadOnly; $r = 2", { error: "VariableNotWritable" }],
    [
      "New-Variable twice",
      "New-Variable t 1; New-Variable t 2",
      { error: "VariableAlreadyExists,Microsoft.PowerShell.Commands.NewVariableCommand" },
    ],
    [
      "Clear- and Remove-Variable",
      "$z = 1; Clear-Variable z; $null -eq $z; Remove-Variable z; Test-Path variable:z",
      [true, false],
    ],
    [
      "Get-Variable of none",
      "Get-Variable nosuch",
      { error: "VariableNotFound,Microsoft.PowerShell.Commands.GetVariableCommand" },
    ],
    ["Set-Alias", "Set-Alias say Write-Output; (Get-Alias say).Definition; say hi", ["Write-Output", "hi"]],
    [
      "Get-Alias of none",
      "Get-Alias nosuch",
      { error: "ItemNotFoundException,Microsoft.PowerShell.Commands.GetAliasCommand" },
    ],
    ["Invoke-Expression runs in the caller's scope", "Invoke-Expression '$inner = 3'; $inner", [3]],
    ["Get-Culture", "(Get-UICulture).Name", ["en-US"]],
    [
      "module-qualified names",
      "Microsoft.PowerShell.Utility\\Write-Output ok; (Get-Module Microsoft.PowerShell.Utility).Name",
      ["ok", "Microsoft.PowerShell.Utility"],
    ],
    [
      "a bare runspace finds the cmdlets",
      "$p = [powershell]::Create([initialsessionstate]::CreateDefault2()); $p.AddScript('2, 1 | Sort-Object').Invoke()",
      [1, 2],
    ],
  ]);
});
