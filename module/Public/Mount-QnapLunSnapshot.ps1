function Mount-QnapLunSnapshot {
    <#
    .SYNOPSIS
    Mounts a snapshot beside the original: on an ESXi host as a datastore of its own, or at a folder of this server.

    .DESCRIPTION
    Makes a LUN of its own with the content of the snapshot and maps it to the targets of the original. With -VMHost the ESXi host
    gives it a VMFS signature of its own and mounts it, as snap-xxxxxxxx-name. With -Path this Windows Server finds it as a disk,
    which gets a GUID or signature of its own and is made read-only; its volume is mounted at the folder, several volumes at a
    folder each below it. The original is not touched. Take the VM or file that you want from there, then
    Dismount-QnapLunSnapshot removes everything again.

    With -WhatIf the plan is shown and nothing is changed. What fails is undone at once; what is interrupted, Repair-QnapOperation
    finishes or undoes.

    .PARAMETER Snapshot
    The snapshot, as an object of Get-QnapLunSnapshot or New-QnapLunSnapshot.

    .PARAMETER Lun
    The LUN of a snapshot that is given by name or id: name or NAA as a string, or an object of Get-QnapLun.

    .PARAMETER SnapshotName
    Name of the snapshot, as a string, without wildcards.

    .PARAMETER SnapshotId
    The id that the NAS gave to the snapshot, as a string.

    .PARAMETER VMHost
    Name of the ESXi host that mounts it, as a string: as vCenter shows it, or the first part of that. It must see the original LUN.

    .PARAMETER Path
    Full path of a folder on a drive of this server, as a string: an empty one, or one that is made for it. It must not lie on the LUN
    itself.

    .PARAMETER Name
    Name of the new LUN on the NAS: 1 to 32 letters, digits, '_', '.' or '-', the first one no '.' or '-', as a string. Default: made
    from the name of the LUN and the operation's id.

    .PARAMETER Nas
    Name of the NAS, as a string, for a LUN that is given by name while more than one NAS is known.

    .EXAMPLE
    $snapshot = New-QnapLunSnapshot -Lun vmstore -Type Crash
    $mount = Mount-QnapLunSnapshot -Snapshot $snapshot -VMHost esx1
    $mount | Dismount-QnapLunSnapshot -Confirm:$false

    Mounts the snapshot on the host esx1, and removes the copy again.

    .EXAMPLE
    Get-QnapLunSnapshot vmstore | Select-Object -Last 1 | Mount-QnapLunSnapshot -VMHost esx1 -WhatIf

    Shows what would be done. Nothing is changed.

    .EXAMPLE
    $mount = New-QnapLunSnapshot -Lun sqldata -Type Crash | Mount-QnapLunSnapshot -Path C:\check
    $mount | Dismount-QnapLunSnapshot -Confirm:$false

    Mounts the snapshot of a LUN that this Windows Server uses at C:\check, and removes the copy again.

    .INPUTS
    QnapSnapshot.LunSnapshot from Get-QnapLunSnapshot.

    .OUTPUTS
    QnapSnapshot.MountedSnapshot

    .NOTES
    The vCenter of the host must be stored with Set-QnapVMwareSetting; -Path needs an administrator's PowerShell. Where the firmware has no known call that makes clones
    (QuTS hero h6), it is refused. VMs on the copy are not registered: register the one that you want, and unregister it before the
    copy is dismounted.

    .LINK
    Dismount-QnapLunSnapshot

    .LINK
    New-QnapLunClone
    #>
    [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'Snapshot')]
    [OutputType('QnapSnapshot.MountedSnapshot')]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline, ParameterSetName = 'Snapshot')]
        [Parameter(Mandatory, Position = 0, ValueFromPipeline, ParameterSetName = 'SnapshotPath')]
        [ValidateNotNullOrEmpty()]
        [object]$Snapshot,

        [Parameter(Mandatory, ParameterSetName = 'Name')]
        [Parameter(Mandatory, ParameterSetName = 'Id')]
        [Parameter(Mandatory, ParameterSetName = 'NamePath')]
        [Parameter(Mandatory, ParameterSetName = 'IdPath')]
        [ValidateNotNullOrEmpty()]
        [object]$Lun,

        [Parameter(Mandatory, ParameterSetName = 'Name')]
        [Parameter(Mandatory, ParameterSetName = 'NamePath')]
        [ValidateNotNullOrEmpty()]
        [string]$SnapshotName,

        [Parameter(Mandatory, ParameterSetName = 'Id')]
        [Parameter(Mandatory, ParameterSetName = 'IdPath')]
        [ValidateNotNullOrEmpty()]
        [string]$SnapshotId,

        [Parameter(Mandatory, Position = 1, ParameterSetName = 'Snapshot')]
        [Parameter(Mandatory, Position = 1, ParameterSetName = 'Name')]
        [Parameter(Mandatory, Position = 1, ParameterSetName = 'Id')]
        [ValidateNotNullOrEmpty()]
        [string]$VMHost,

        [Parameter(Mandatory, ParameterSetName = 'SnapshotPath')]
        [Parameter(Mandatory, ParameterSetName = 'NamePath')]
        [Parameter(Mandatory, ParameterSetName = 'IdPath')]
        [ValidateNotNullOrEmpty()]
        [string]$Path,

        [ValidatePattern('^[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}$')]
        [string]$Name,

        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'Id')]
        [Parameter(ParameterSetName = 'NamePath')]
        [Parameter(ParameterSetName = 'IdPath')]
        [ValidateNotNullOrEmpty()]
        [string]$Nas
    )
    process {
        $ref = New-SnapshotRef $PSBoundParameters $Snapshot $PSCmdlet
        $parameters = @{ snapshot = $ref; planOnly = $true }
        if ($VMHost) { $parameters.vmHost = $VMHost }
        if ($Path) { $parameters.path = $Path }
        if ($Name) { $parameters.name = $Name }
        $where = if ($Path) { "at $Path" } else { "on ESXi host '$VMHost'" }
        $call = @{ Operation = 'mountLunSnapshot'; Parameters = $parameters; Cmdlet = $PSCmdlet; TargetObject = $Snapshot }
        $planned = Invoke-QnapCore @call
        if (Confirm-QnapPlan "Mount $(Get-SnapshotLabel $ref) $where" (Get-PlanLine $planned.steps) $PSCmdlet) {
            $parameters.Remove('planOnly')
            (Invoke-QnapCore @call).mounted | ConvertTo-QnapMountedSnapshot
        }
    }
}
