function Uninstall-QnapVssProvider {
    <#
    .SYNOPSIS
    Removes the VSS hardware provider from this server.

    .DESCRIPTION
    Takes it off VSS and removes the COM+ application and its service, the start-up task, the event source and the programs. Snapshots on
    the NAS stay, and so does the state folder, with the stored NAS and what is known of every snapshot, unless -RemoveState is given.
    Refuses while an operation is under way. What cannot be removed is told; run again, it goes on.

    .PARAMETER RemoveState
    Switch. Removes the machine's state folder too: stored NAS and vCenters, the journal, and the labels of all snapshots.

    .EXAMPLE
    Uninstall-QnapVssProvider -WhatIf

    Shows every step and does nothing.

    .EXAMPLE
    Uninstall-QnapVssProvider -RemoveState -Confirm:$false

    Removes everything that the installation made, without a question.

    .INPUTS
    None.

    .OUTPUTS
    None.

    .NOTES
    Needs an elevated 64-bit PowerShell. The module itself is removed as it was installed.

    .LINK
    Install-QnapVssProvider
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
    [OutputType([void])]
    param(
        [switch]$RemoveState
    )
    Confirm-Windows $PSCmdlet
    $place = Get-ProviderPlace
    $obstacles = @(Get-RightsObstacle) + @(Get-BusyObstacle)
    if ($obstacles.Count -gt 0 -and -not $WhatIfPreference) { Stop-Installation $obstacles $PSCmdlet }
    $steps = @(Get-UninstallStep $place -RemoveState:$RemoveState)
    $lines = @($obstacles | ForEach-Object { "Would be refused: $_" }) + @(Get-PlanLine $steps)
    if (Confirm-QnapPlan "Remove $($place.Name)" $lines $PSCmdlet) {
        if ($RemoveState) { Stop-QnapCore }
        $left = @(Invoke-UninstallStep $steps $place)
        if ($left.Count -gt 0) {
            Stop-QnapCmdlet (New-QnapErrorRecord UninstallIncomplete ("Not everything could be removed: $($left -join '; '). " +
                    'Mend what is named, and run Uninstall-QnapVssProvider again.') InvalidOperation $place.Name) $PSCmdlet
        }
    }
}
