filter ConvertTo-QnapMountedSnapshot {
    [pscustomobject]@{
        PSTypeName   = 'QnapSnapshot.MountedSnapshot'
        Path         = $_.path
        Datastore    = ConvertTo-WireText $_.datastoreName
        VmfsUuid     = $_.vmfsUuid
        VMHost       = $_.vmHost
        VCenter      = $_.vcenter
        Nas          = $_.nas
        LunName      = $_.lunName
        LunIndex     = [int]$_.lunIndex
        LunNaa       = $_.lunNaa
        SourceLun    = $_.sourceLun
        SnapshotName = ConvertTo-WireText $_.snapshotName
        OperationId  = $_.operationId
    }
}
