# Writes one Markdown page for each cmdlet from its help: docs.ps1 <folder>. Run by build/docs.ts.
param([Parameter(Mandatory)][string]$Folder)
$ErrorActionPreference = 'Stop'
Import-Module ([System.IO.Path]::Combine($PSScriptRoot, '..', 'module', 'QnapSnapshot.psd1'))

function Get-Text($Paragraphs) {
    (@($Paragraphs | ForEach-Object { $_.Text }) -join "`n`n").Trim()
}

function Get-ExampleLine($Example) {
    '```powershell'
    $Example.code
    '```'
    ''
    Get-Text $Example.remarks
    ''
}

function Get-ParameterLine($Parameter) {
    $facts = @($Parameter.type.name)
    if ($Parameter.required -eq 'true') { $facts += 'mandatory' }
    if ($Parameter.position -ne 'named') { $facts += "position $($Parameter.position)" }
    if ($Parameter.pipelineInput -ne 'false') { $facts += "pipeline: $($Parameter.pipelineInput -replace '^true \((.*)\)$', '$1')" }
    "### -$($Parameter.name)"
    ''
    "_$($facts -join ', ')_"
    ''
    Get-Text $Parameter.description
    ''
}

function Get-Page($Name) {
    $help = Get-Help $Name -Full
    "# $Name"
    ''
    $help.Synopsis.Trim()
    ''
    '## Syntax'
    ''
    '```'
    (Get-Command $Name -Syntax).Trim() -split '\r?\n' | Where-Object { $_ }
    '```'
    ''
    '## Description'
    ''
    Get-Text $help.description
    ''
    '## Examples'
    ''
    foreach ($example in $help.examples.example) { Get-ExampleLine $example }
    '## Parameters'
    ''
    foreach ($parameter in $help.parameters.parameter | Where-Object { $_.name -notin 'WhatIf', 'Confirm' }) { Get-ParameterLine $parameter }
    if ((Get-Command $Name).Parameters.ContainsKey('WhatIf')) { 'Supports -WhatIf and -Confirm, and the common parameters.' } else { 'Supports the common parameters.' }
    ''
    '## Input'
    ''
    @($help.inputTypes.inputType | ForEach-Object { $_.type.name }) -join "`n"
    ''
    '## Output'
    ''
    @($help.returnValues.returnValue | ForEach-Object { $_.type.name }) -join "`n"
    ''
    '## Notes'
    ''
    Get-Text $help.alertSet.alert
}

foreach ($command in Get-Command -Module QnapSnapshot) {
    $lines = @("<!-- Made by 'npm run docs' from the help in module/Public/$($command.Name).ps1. -->", '') + @(Get-Page $command.Name)
    $text = (($lines -join "`n") -replace '[ \t]+\n', "`n").TrimEnd() + "`n"
    [System.IO.File]::WriteAllText([System.IO.Path]::Combine($Folder, "$($command.Name).md"), $text)
}
