function Register-QnapCompletion {
    # Names of NAS, LUNs, snapshots, vCenters and hosts, and ids of operations behind Tab. Quick, never an error, never a login.
    $nasNames = { Get-QnapCompletion 'getNas' @{} 'name' $args[2] }
    $lunNames = { Get-QnapLunCompletion 'getLun' 'name' $args[2] $args[4] }
    $snapshotNames = { Get-QnapLunCompletion 'getLunSnapshot' 'name' $args[2] $args[4] }
    $snapshotIds = { Get-QnapLunCompletion 'getLunSnapshot' 'snapshotId' $args[2] $args[4] }
    $vCenterNames = { Get-QnapCompletion 'getVMwareSetting' @{} 'server' $args[2] }

    $vmHosts = { Get-VMHostCompletion $args[2] }
    $operationIds = { Get-QnapCompletion 'getOperation' @{} 'operationId' $args[2] }

    $onVCenter = 'Get-QnapVMwareSetting', 'Remove-QnapVMwareSetting', 'Set-QnapVMwareSetting'
    $onNas = 'Connect-QnapNas', 'Disconnect-QnapNas', 'Get-QnapNas', 'Remove-QnapNas', 'Set-QnapNas', 'Test-QnapNas'
    $bySnapshot = 'Mount-QnapLunSnapshot', 'New-QnapLunClone', 'Remove-QnapLunSnapshot', 'Restore-QnapLunSnapshot'
    $byLun = 'Get-QnapLunConnection', 'Get-QnapLunConsumer', 'Get-QnapLunSnapshot', 'New-QnapLunSnapshot', 'Remove-QnapLunClone', 'Test-QnapLun'
    Register-ArgumentCompleter -CommandName $onVCenter -ParameterName Server -ScriptBlock $vCenterNames
    Register-ArgumentCompleter -CommandName Mount-QnapLunSnapshot -ParameterName VMHost -ScriptBlock $vmHosts
    Register-ArgumentCompleter -CommandName Get-QnapOperation, Repair-QnapOperation -ParameterName OperationId -ScriptBlock $operationIds
    Register-ArgumentCompleter -CommandName $onNas -ParameterName Name -ScriptBlock $nasNames
    Register-ArgumentCompleter -CommandName ($bySnapshot + $byLun + 'Get-QnapLun' + 'Dismount-QnapLunSnapshot') -ParameterName Nas -ScriptBlock $nasNames
    Register-ArgumentCompleter -CommandName ($bySnapshot + $byLun) -ParameterName Lun -ScriptBlock $lunNames
    Register-ArgumentCompleter -CommandName Test-QnapNas -ParameterName ScratchLun -ScriptBlock $lunNames
    Register-ArgumentCompleter -CommandName Get-QnapLun, Dismount-QnapLunSnapshot -ParameterName Name -ScriptBlock $lunNames
    Register-ArgumentCompleter -CommandName $bySnapshot -ParameterName SnapshotName -ScriptBlock $snapshotNames
    Register-ArgumentCompleter -CommandName Get-QnapLunSnapshot -ParameterName Name -ScriptBlock $snapshotNames
    Register-ArgumentCompleter -CommandName ($bySnapshot + 'Get-QnapLunSnapshot') -ParameterName SnapshotId -ScriptBlock $snapshotIds
}

function Get-VMHostCompletion {
    # A host that sees several LUNs once.
    param([string]$Word)
    $rows = Get-QnapCompletionRow 'getLunConsumer' @{} | Where-Object kind -EQ 'Host'
    foreach ($name in $rows.name | Sort-Object -Unique) { ConvertTo-QnapCompletion $name $Word }
}

function Get-QnapLunCompletion {
    # Asks only NAS that this session is connected to.
    param([string]$Operation, [string]$Property, [string]$Word, $Bound)
    foreach ($nas in Get-QnapCompletionRow 'getNas' @{}) {
        if (-not $nas.connected -or ($Bound['Nas'] -and $nas.name -ne $Bound['Nas'])) { continue }
        $parameters = @{ nas = $nas.name }
        if ($Operation -eq 'getLunSnapshot' -and $Bound['Lun'] -is [string]) { $parameters.lunName = $Bound['Lun'] }
        Get-QnapCompletion $Operation $parameters $Property $Word
    }
}

function Get-QnapCompletion {
    param([string]$Operation, [hashtable]$Parameters, [string]$Property, [string]$Word)
    foreach ($row in Get-QnapCompletionRow $Operation $Parameters) {
        ConvertTo-QnapCompletion ([string](ConvertTo-WireText $row.$Property)) $Word
    }
}

function ConvertTo-QnapCompletion {
    param([string]$Value, [string]$Word)
    if (-not $Value.StartsWith($Word.Trim('"', "'"), [System.StringComparison]::OrdinalIgnoreCase)) { return }
    $text = if ($Value -match '^[\w.:-]+$') { $Value } else { "'" + $Value.Replace("'", "''") + "'" }
    New-Object System.Management.Automation.CompletionResult $text, $Value, 'ParameterValue', $Value
}

function Get-QnapCompletionRow {
    # Nothing rather than a wait: starting a core, or a NAS that does not answer, must not hold up the key.
    param([string]$Operation, [hashtable]$Parameters)
    if ($null -eq $script:Core -or $script:Core.Process.HasExited) { return }
    try { Invoke-QnapCore $Operation $Parameters -Rows -OnError Ignore -TimeoutMs 1500 } catch { Write-Debug "$_" }
}
