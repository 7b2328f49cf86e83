function Install-QnapVssProvider {
    <#
    .SYNOPSIS
    Installs the VSS hardware provider on this Windows Server.

    .DESCRIPTION
    From then on a shadow copy of a volume on a QNAP LUN, whichever backup program asks for it, is a snapshot on the NAS. Looks first
    whether anything stands in the way, and tells all of it at once. Then copies the programs to Program Files, makes a COM+ application
    that runs as a service, registers it with VSS, and makes the event source, the machine's state folder, and a start-up task that
    settles what was interrupted. A step that fails undoes those before it. Run again, it repairs or upgrades.

    .EXAMPLE
    Install-QnapVssProvider -WhatIf

    Shows every step, and what would be refused, and does nothing.

    .EXAMPLE
    Install-QnapVssProvider
    Set-QnapNas nas01 -Credential (Get-Credential admin) -CertificateFingerprint AB:CD:...

    Installs it, and keeps the NAS for the machine: the provider, which runs as SYSTEM, knows no other.

    .INPUTS
    None.

    .OUTPUTS
    QnapSnapshot.VssProvider

    .NOTES
    Needs Windows Server 2012 R2 or later and an elevated 64-bit PowerShell. VSS takes hardware providers on Windows Server only.

    .LINK
    Get-QnapVssProvider

    .LINK
    Uninstall-QnapVssProvider
    #>
    [CmdletBinding(SupportsShouldProcess)]
    [OutputType('QnapSnapshot.VssProvider')]
    param()
    Confirm-Windows $PSCmdlet
    $place = Get-ProviderPlace
    $obstacles = @(Get-InstallObstacle $place)
    if ($obstacles.Count -gt 0 -and -not $WhatIfPreference) { Stop-Installation $obstacles $PSCmdlet }
    $steps = @(Get-InstallStep $place)
    $lines = @($obstacles | ForEach-Object { "Would be refused: $_" }) + @(Get-PlanLine $steps)
    if (Confirm-QnapPlan "Install $($place.Name) $($place.Version)" $lines $PSCmdlet) {
        $isFirst = -not (Test-Path -LiteralPath $place.StateFolder)
        $failed = Invoke-InstallStep $steps $place
        if ($failed) { Stop-FailedInstallation $failed $PSCmdlet }
        if ($isFirst) { Use-MachineState $place $PSCmdlet }
        Remove-OldProvider $place $PSCmdlet
        foreach ($line in Get-RivalLine SnapshotAgent) { $PSCmdlet.WriteWarning("Both may answer for the same LUNs: $line.") }
        Get-ProviderState $place
    }
}
