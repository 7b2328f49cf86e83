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
        Reason        = ConvertTo-WireText $_.reason
        FreezeMs      = $_.freezeMs
        Ours          = [bool]$_.ours
        OperationId   = $_.operationId
        Description   = ConvertTo-WireText $_.description
        Vital         = $_.vital
        ExpireTimeUtc = ConvertTo-UtcTime $_.expireTimeUtc
        Status        = $_.status
        VMs           = $(if ($null -ne $_.vms) { , @($_.vms | ConvertTo-QnapVMInSnapshot) })
        Writers       = $(if ($null -ne $_.writers) { , @($_.writers | ConvertTo-QnapWriterInSnapshot) })
    }
}

filter ConvertTo-QnapWriterInSnapshot {
    [pscustomobject]@{
        PSTypeName  = 'QnapSnapshot.WriterInSnapshot'
        Name        = ConvertTo-WireText $_.name
        Id          = $_.id
        Consistency = $_.consistency
        Reason      = ConvertTo-WireText $_.reason
    }
}

filter ConvertTo-QnapVMInSnapshot {
    [pscustomobject]@{
        PSTypeName  = 'QnapSnapshot.VMInSnapshot'
        Name        = ConvertTo-WireText $_.name
        Consistency = $_.consistency
        Reason      = ConvertTo-WireText $_.reason
        PowerState  = $_.powerState
        Guest       = $_.guest
        Path        = ConvertTo-WireText $_.path
    }
}
