function Remove-QnapLunSnapshot {
    <#
    .SYNOPSIS
    Removes snapshots that QnapSnapshot made.

    .DESCRIPTION
    Removes a snapshot from the NAS and waits until it is gone. Only snapshots are removed of which both the name and the record of
    this machine say that QnapSnapshot made them; those of others are refused. A snapshot that cannot be removed is an error of its
    own; the others that come down the pipeline are still removed.

    .PARAMETER Snapshot
    The snapshots, as objects of Get-QnapLunSnapshot or New-QnapLunSnapshot.

    .PARAMETER Lun
    The LUN of a snapshot that is given by name or id: name or NAA as a string, or an object of Get-QnapLun.

    .PARAMETER SnapshotName
    Name of the snapshot, as a string, without wildcards.

    .PARAMETER SnapshotId
    The id that the NAS gave to the snapshot, as a string.

    .PARAMETER Nas
    Name of the NAS, as a string, for a LUN that is given by name while more than one NAS is known.

    .PARAMETER Force
    Switch. Also removes a snapshot whose name says that it is ours while this machine has no record of it, for example because
    another machine made it.

    .EXAMPLE
    Get-QnapLunSnapshot -Lun sqldata -Name QS_nightly_* | Remove-QnapLunSnapshot -Confirm:$false

    Removes the nightly snapshots of the LUN sqldata without asking.

    .EXAMPLE
    $snapshot = New-QnapLunSnapshot -Lun sqldata
    Remove-QnapLunSnapshot -Lun sqldata -SnapshotName $snapshot.Name -Confirm:$false

    Removes a snapshot by its name.

    .INPUTS
    QnapSnapshot.LunSnapshot from Get-QnapLunSnapshot.

    .OUTPUTS
    None.

    .NOTES
    A NAS answers before a snapshot is gone; large ones take minutes. Ctrl-C stops the waiting, not the NAS.

    .LINK
    Get-QnapLunSnapshot

    .LINK
    New-QnapLunSnapshot
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High', DefaultParameterSetName = 'Snapshot')]
    [OutputType([void])]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline, ParameterSetName = 'Snapshot')]
        [ValidateNotNullOrEmpty()]
        [object[]]$Snapshot,

        [Parameter(Mandatory, ParameterSetName = 'Name')]
        [Parameter(Mandatory, ParameterSetName = 'Id')]
        [ValidateNotNullOrEmpty()]
        [object]$Lun,

        [Parameter(Mandatory, ParameterSetName = 'Name')]
        [ValidateNotNullOrEmpty()]
        [string]$SnapshotName,

        [Parameter(Mandatory, ParameterSetName = 'Id')]
        [ValidateNotNullOrEmpty()]
        [string]$SnapshotId,

        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'Id')]
        [ValidateNotNullOrEmpty()]
        [string]$Nas,

        [switch]$Force
    )
    process {
        foreach ($item in @($Snapshot)) {
            $ref = New-SnapshotRef $PSBoundParameters $item $PSCmdlet
            $parameters = @{ snapshot = $ref }
            if ($Force) { $parameters.force = $true }
            if ($WhatIfPreference) { $parameters.planOnly = $true }
            $call = @{ Operation = 'removeLunSnapshot'; Parameters = $parameters; Cmdlet = $PSCmdlet; TargetObject = $item; OnError = 'Write' }
            if ($WhatIfPreference -and -not (Invoke-QnapCore @call)) { continue }
            if (Confirm-QnapAction $PSCmdlet (Get-SnapshotLabel $ref) 'Remove') { $null = Invoke-QnapCore @call }
        }
    }
}
