# What PowerShell itself sees of the module, as one line of JSON.
param([Parameter(Mandatory)][string]$Manifest)
$ErrorActionPreference = 'Stop'
Import-Module $Manifest
$common = [System.Management.Automation.Internal.CommonParameters].GetProperties().Name + 'WhatIf', 'Confirm'

function Get-ParameterFact($Parameter) {
    $sets = @{}
    foreach ($set in $Parameter.ParameterSets.GetEnumerator()) { $sets[$set.Key] = $set.Value.IsMandatory }
    $fact = @{ name = $Parameter.Name; type = $Parameter.ParameterType.Name; mandatoryBySet = $sets; choices = @(); pattern = $null; range = @() }
    foreach ($attribute in $Parameter.Attributes) {
        if ($attribute -is [ValidateSet]) { $fact.choices = @($attribute.ValidValues) }
        if ($attribute -is [ValidatePattern]) { $fact.pattern = $attribute.RegexPattern }
        if ($attribute -is [ValidateRange]) { $fact.range = @($attribute.MinRange, $attribute.MaxRange) }
    }
    $fact
}

function Get-HelpFact($Name) {
    $help = Get-Help $Name -Full
    $described = @{}
    foreach ($parameter in $help.parameters.parameter) { $described[$parameter.name] = (@($parameter.description.Text) -join ' ').Trim() }
    @{
        synopsis    = $help.Synopsis.Trim()
        description = (@($help.description.Text) -join ' ').Trim()
        parameters  = $described
        examples    = @($help.examples.example | ForEach-Object { @{ code = $_.code; remarks = (@($_.remarks.Text) -join ' ').Trim() } })
        inputs      = @($help.inputTypes.inputType.type.name | Where-Object { $_ })
        outputs     = @($help.returnValues.returnValue.type.name | Where-Object { $_ })
        notes       = (@($help.alertSet.alert.Text) -join ' ').Trim()
    }
}

$facts = foreach ($command in Get-Command -Module QnapSnapshot) {
    $parameters = @($command.Parameters.Values | Where-Object { $_.Name -notin $common })
    @{
        name          = $command.Name
        verb          = $command.Verb
        approved      = $command.Verb -in (Get-Verb).Verb
        outputTypes   = @($command.OutputType.Name)
        shouldProcess = $command.Parameters.ContainsKey('WhatIf')
        parameters    = @($parameters | ForEach-Object { Get-ParameterFact $_ })
        help          = Get-HelpFact $command.Name
    }
}
ConvertTo-Json @($facts) -Depth 8 -Compress
