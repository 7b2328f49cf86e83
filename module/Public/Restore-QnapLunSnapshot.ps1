function Restore-QnapLunSnapshot {
    <#
    .SYNOPSIS
    Reverts an iSCSI LUN to one of its snapshots.

    .DESCRIPTION
    Brings the LUN back to the state of the snapshot. Before that a safety copy of the present content is made, and the LUN is
    disabled on its targets; afterwards its identity is checked and it is enabled again under the same LUN number. With -WhatIf
    the whole plan is shown and nothing is changed; otherwise the plan stands in the question that is asked first.

    Where a vCenter of Set-QnapVMwareSetting has a datastore on the LUN, its VMs are shut down and unregistered, and the datastore is
    unmounted and detached on every host before the revert; afterwards it is attached and mounted again and the VMs are registered
    where they were. VMs that were not registered are named in NotAdded and not added.

    Where the Windows Server on which this runs has the LUN as a disk, its Hyper-V VMs are saved, its volumes flushed and dismounted and
    the disk taken offline before the revert; afterwards it comes online once its NAA and GUID are proven, volumes are at their paths
    again, and VMs are registered in place. The iSCSI log-in stays: other LUNs of the target are not touched. While a service, a
    program or an open file uses a volume, it is refused and the user named.

    It is refused while initiators are logged in to a target of the LUN (see -Force), and where it would destroy newer snapshots
    (see -DestroyNewerSnapshots); the plan says so beforehand. If it is interrupted, Repair-QnapOperation finishes or undoes it.
    An error ends the pipeline: what comes after a restore must not go on without it.

    .PARAMETER Snapshot
    The snapshot, as an object of Get-QnapLunSnapshot or New-QnapLunSnapshot.

    .PARAMETER Lun
    The LUN of a snapshot that is given by name or id: name or NAA as a string, or an object of Get-QnapLun.

    .PARAMETER SnapshotName
    Name of the snapshot, as a string, without wildcards.

    .PARAMETER SnapshotId
    The id that the NAS gave to the snapshot, as a string.

    .PARAMETER Nas
    Name of the NAS, as a string, for a LUN that is given by name while more than one NAS is known.

    .PARAMETER SafetyCopy
    How the present content is kept. Auto: a snapshot, or a full-copy clone where the revert would destroy that snapshot. Snapshot,
    Clone: that kind only. None: the present content is lost. Default: Auto.

    .PARAMETER DestroyNewerSnapshots
    Switch. Goes on where the revert destroys, or on this firmware may destroy, the snapshots that are newer than this one.

    .PARAMETER DestroyNewerVMs
    Switch. Goes on where VMs lie on the LUN now that the snapshot does not hold: the revert destroys them.

    .PARAMETER RevertVMSnapshot
    Switch. Afterwards each VM is reverted to the VM snapshot that was made for this LUN snapshot and has come back with it, and
    that VM snapshot is removed. Without it the VM snapshots stay, to be reverted to by hand.

    .PARAMETER PowerOn
    Switch. Starts the VMs that ran when the snapshot was taken. Without it they stay off.

    .PARAMETER Force
    Switch. Goes on while initiators are logged in, and without a vCenter that does not answer or is not stored. Use it once
    you know that they gave the LUN up: a file system that is in use while its LUN is reverted gets damaged.

    .EXAMPLE
    $snapshot = New-QnapLunSnapshot -Lun sqldata
    Restore-QnapLunSnapshot -Snapshot $snapshot -WhatIf

    Shows the plan. Nothing is changed.

    .EXAMPLE
    $snapshot = New-QnapLunSnapshot -Lun sqldata
    Restore-QnapLunSnapshot -Snapshot $snapshot -Confirm:$false

    Reverts the LUN sqldata without asking.

    .EXAMPLE
    $snapshot = New-QnapLunSnapshot -Lun ds-prod -Type Application
    Restore-QnapLunSnapshot -Snapshot $snapshot -SafetyCopy None -RevertVMSnapshot -PowerOn -Confirm:$false

    Brings a VMware datastore back, with its VMs as they were when they were quiesced, and starts them.

    .INPUTS
    QnapSnapshot.LunSnapshot from Get-QnapLunSnapshot.

    .OUTPUTS
    QnapSnapshot.RestoreResult

    .NOTES
    Whether a revert destroys newer snapshots differs by firmware; where it is not known, it counts as destroying.
    To take single files or one VM out of a snapshot, New-QnapLunClone leaves the LUN as it is.

    .LINK
    New-QnapLunClone

    .LINK
    Repair-QnapOperation
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High', DefaultParameterSetName = 'Snapshot')]
    [OutputType('QnapSnapshot.RestoreResult')]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline, ParameterSetName = 'Snapshot')]
        [ValidateNotNullOrEmpty()]
        [object]$Snapshot,

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

        [ValidateSet('Auto', 'Snapshot', 'Clone', 'None')]
        [string]$SafetyCopy = 'Auto',

        [switch]$DestroyNewerSnapshots,

        [switch]$DestroyNewerVMs,

        [switch]$RevertVMSnapshot,

        [switch]$PowerOn,

        [switch]$Force
    )
    process {
        $ref = New-SnapshotRef $PSBoundParameters $Snapshot $PSCmdlet
        $parameters = @{ snapshot = $ref; safetyCopy = Resolve-Choice $PSCmdlet SafetyCopy $SafetyCopy; planOnly = $true }
        if ($DestroyNewerSnapshots) { $parameters.destroyNewerSnapshots = $true }
        if ($DestroyNewerVMs) { $parameters.destroyNewerVMs = $true }
        if ($RevertVMSnapshot) { $parameters.revertVMSnapshot = $true }
        if ($PowerOn) { $parameters.powerOn = $true }
        if ($Force) { $parameters.force = $true }
        $call = @{ Operation = 'restoreLunSnapshot'; Parameters = $parameters; Cmdlet = $PSCmdlet; TargetObject = $Snapshot }
        $planned = Invoke-QnapCore @call
        if (Confirm-QnapRestore $planned.plan $planned.refusals $PSCmdlet) {
            $parameters.Remove('planOnly')
            Invoke-QnapCore @call | ConvertTo-QnapRestoreResult
        }
    }
}
