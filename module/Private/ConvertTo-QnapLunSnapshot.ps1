filter ConvertTo-QnapLunSnapshot {
    [pscustomobject]@{
        PSTypeName    = 'QnapSnapshot.LunSnapshot'
        Name          = ConvertTo-WireText $_.name
        Nas           = $_.nas
        LunName       = $_.lunName
        LunIndex      = [int]$_.lunIndex
        LunNaa        = $_.lunNaa
        SnapshotId    = $_.snapshotId
        CreateTime    = ConvertTo-NasTime $_.createTime
        CreateTimeUtc = ConvertTo-UtcTime $_.createTimeUtc
        Consistency   = $_.consistency
        FreezeMs      = $_.freezeMs
        Ours          = [bool]$_.ours
        OperationId   = $_.operationId
        Description   = ConvertTo-WireText $_.description
        Vital         = $_.vital
        ExpireTimeUtc = ConvertTo-UtcTime $_.expireTimeUtc
        Status        = $_.status
    }
}
