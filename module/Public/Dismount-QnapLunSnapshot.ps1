function Dismount-QnapLunSnapshot {
    <#
    .SYNOPSIS
    Takes a snapshot that Mount-QnapLunSnapshot mounted away again, with its copy on the NAS.

    .DESCRIPTION
    Unmounts and detaches the copy on every ESXi host that sees it, or dismounts its volumes on this server and takes its disk offline;
    then takes it off its targets and removes it from the NAS. The original and the snapshot stay. What was changed on the copy is lost.

    It is refused, before anything is done, while VMs are registered on the copy, an image of it is in a drive, or a file on it is open;
    they are named. With -WhatIf the plan is shown and nothing is changed. If it is interrupted, Repair-QnapOperation finishes it.

    .PARAMETER Mount
    The mounted snapshots, as objects of Mount-QnapLunSnapshot.

    .PARAMETER Name
    Name of the copy, the LUN on the NAS, as a string.

    .PARAMETER Datastore
    Name of the copy's datastore as it was when it was mounted, as a string.

    .PARAMETER Path
    The folder of this server at which the copy is mounted, as a string.

    .PARAMETER Nas
    Name of the NAS, as a string, where copies of one name are mounted from several.

    .EXAMPLE
    $mount = New-QnapLunSnapshot -Lun vmstore -Type Crash | Mount-QnapLunSnapshot -VMHost esx1
    $mount | Dismount-QnapLunSnapshot -Confirm:$false

    Mounts a snapshot, and removes the copy again without asking.

    .EXAMPLE
    $null = New-QnapLunSnapshot -Lun vmstore -Type Crash | Mount-QnapLunSnapshot -VMHost esx1 -Name onefile
    Dismount-QnapLunSnapshot -Name onefile -WhatIf
    Dismount-QnapLunSnapshot -Name onefile -Confirm:$false

    Shows what would be done, and does it. This works from any session of the machine.

    .INPUTS
    QnapSnapshot.MountedSnapshot from Mount-QnapLunSnapshot.

    .OUTPUTS
    None.

    .NOTES
    Only what this machine mounted is dismounted. Every vCenter that is stored for the machine is asked for hosts that see the copy.

    .LINK
    Mount-QnapLunSnapshot
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High', DefaultParameterSetName = 'Mount')]
    [OutputType([void])]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline, ParameterSetName = 'Mount')]
        [ValidateNotNullOrEmpty()]
        [object]$Mount,

        [Parameter(Mandatory, ParameterSetName = 'Name')]
        [ValidateNotNullOrEmpty()]
        [string]$Name,

        [Parameter(Mandatory, ParameterSetName = 'Datastore')]
        [ValidateNotNullOrEmpty()]
        [string]$Datastore,

        [Parameter(Mandatory, ParameterSetName = 'Path')]
        [ValidateNotNullOrEmpty()]
        [string]$Path,

        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'Datastore')]
        [Parameter(ParameterSetName = 'Path')]
        [ValidateNotNullOrEmpty()]
        [string]$Nas
    )
    process {
        $parameters = @{ planOnly = $true }
        if ($Mount) { $parameters.lunNaa = Get-MountNaa $Mount $PSCmdlet }
        if ($Name) { $parameters.lunName = $Name }
        if ($Datastore) { $parameters.datastoreName = $Datastore }
        if ($Path) { $parameters.path = $Path }
        if ($Nas) { $parameters.nas = $Nas }
        $call = @{ Operation = 'dismountLunSnapshot'; Parameters = $parameters; Cmdlet = $PSCmdlet; TargetObject = $Mount; OnError = 'Write' }
        $planned = Invoke-QnapCore @call
        if ($null -eq $planned) { return }
        $what = if ($planned.path) { "the copy at $($planned.path)" } else { "datastore '$(ConvertTo-WireText $planned.datastoreName)'" }
        $caption = "Dismount $what and remove its LUN '$($planned.lunName)'"
        if (Confirm-QnapPlan $caption (Get-PlanLine $planned.steps) $PSCmdlet) {
            $parameters.Remove('planOnly')
            $null = Invoke-QnapCore @call
        }
    }
}
