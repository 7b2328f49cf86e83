function New-SnapshotRef {
    # From an object of Get-QnapLunSnapshot, or from the parameters -Lun, -SnapshotName, -SnapshotId, -Nas of a cmdlet.
    param([System.Collections.IDictionary]$Bound, $Snapshot, $Cmdlet)
    if ($null -eq $Snapshot) {
        $ref = @{ lun = New-LunRef $Bound['Lun'] $Bound['Nas'] $Cmdlet }
        if ($Bound['SnapshotName']) { $ref.name = $Bound['SnapshotName'] }
        if ($Bound['SnapshotId']) { $ref.snapshotId = $Bound['SnapshotId'] }
        return $ref
    }
    $id = Get-PropertyText $Snapshot 'SnapshotId'
    if (-not $id) {
        Stop-QnapCmdlet (New-QnapErrorRecord InvalidParameter ("Parameter Snapshot: '$Snapshot' is no object of Get-QnapLunSnapshot. " +
                'To name a snapshot, use -Lun with -SnapshotName.') InvalidArgument $Snapshot) $Cmdlet
    }
    @{ lun = New-LunRef $Snapshot '' $Cmdlet; name = Get-PropertyText $Snapshot 'Name'; snapshotId = $id }
}

function Get-SnapshotLabel {
    # How messages name a snapshot: "snapshot 'QS_x' of LUN 'sqldata' on nas01".
    param([hashtable]$Ref)
    $name = if ($Ref['name']) { $Ref.name } else { $Ref.snapshotId }
    "snapshot '$name' of $(Get-LunLabel $Ref.lun)"
}

function Get-LunLabel {
    param([hashtable]$Ref)
    $name = if ($Ref['name']) { $Ref.name } else { $Ref.naa }
    $place = if ($Ref['nas']) { " on $($Ref.nas)" } else { '' }
    "LUN '$name'$place"
}
