function New-QnapLunClone {
    <#
    .SYNOPSIS
    Makes a new LUN with the content of a snapshot.

    .DESCRIPTION
    Makes a LUN beside the original, with the content of the snapshot and on no target yet, and waits until it is ready. The
    original is not touched. Use it to take single files or one VM out of a snapshot, or to see whether a snapshot is good.
    Remove-QnapLunClone removes it again.

    .PARAMETER Snapshot
    The snapshot, as an object of Get-QnapLunSnapshot or New-QnapLunSnapshot.

    .PARAMETER Lun
    The LUN of a snapshot that is given by name or id: name or NAA as a string, or an object of Get-QnapLun.

    .PARAMETER SnapshotName
    Name of the snapshot, as a string, without wildcards.

    .PARAMETER SnapshotId
    The id that the NAS gave to the snapshot, as a string.

    .PARAMETER Name
    Name of the new LUN: 1 to 32 letters, digits, '_', '.' or '-', the first one no '.' or '-', as a string.

    .PARAMETER Nas
    Name of the NAS, as a string, for a LUN that is given by name while more than one NAS is known.

    .EXAMPLE
    $snapshot = New-QnapLunSnapshot -Lun sqldata
    New-QnapLunClone -Snapshot $snapshot -Name sqltest

    Makes the LUN sqltest with what sqldata holds now.

    .EXAMPLE
    $snapshot = New-QnapLunSnapshot -Lun sqldata
    $clone = New-QnapLunClone -Lun sqldata -SnapshotName $snapshot.Name -Name sqlproof
    Remove-QnapLunClone -Lun $clone -Confirm:$false

    Makes a clone of a snapshot that is given by name, and removes it again.

    .INPUTS
    QnapSnapshot.LunSnapshot from Get-QnapLunSnapshot.

    .OUTPUTS
    QnapSnapshot.Lun

    .NOTES
    On some firmware a clone is a full copy, which takes time and space; on others it depends on its snapshot, which then cannot be
    removed before the clone. Test-QnapNas shows which.

    .LINK
    Remove-QnapLunClone

    .LINK
    Restore-QnapLunSnapshot
    #>
    [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'Snapshot')]
    [OutputType('QnapSnapshot.Lun')]
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

        [Parameter(Mandatory, Position = 1)]
        [ValidatePattern('^[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}$')]
        [string]$Name,

        [Parameter(ParameterSetName = 'Name')]
        [Parameter(ParameterSetName = 'Id')]
        [ValidateNotNullOrEmpty()]
        [string]$Nas
    )
    process {
        $ref = New-SnapshotRef $PSBoundParameters $Snapshot $PSCmdlet
        if (Confirm-QnapAction $PSCmdlet (Get-SnapshotLabel $ref) "Clone as LUN '$Name'") {
            $parameters = @{ snapshot = $ref; name = $Name }
            $made = Invoke-QnapCore newLunClone $parameters -Cmdlet $PSCmdlet -TargetObject $Snapshot
            $made.lun | ConvertTo-QnapLun
        }
    }
}
