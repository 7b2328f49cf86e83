filter ConvertTo-QnapLun {
    [pscustomobject]@{
        PSTypeName    = 'QnapSnapshot.Lun'
        Name          = $_.name
        Nas           = $_.nas
        LunIndex      = [int]$_.lunIndex
        Naa           = $_.naa
        SizeBytes     = [long]$_.sizeBytes
        Status        = $_.status
        Thin          = [bool]$_.thin
        SectorBytes   = [int]$_.sectorBytes
        PoolId        = $_.poolId
        SnapshotCount = $_.snapshotCount
        Targets       = @($_.targets | ConvertTo-QnapLunTarget)
        Initiators    = @($_.initiators | ConvertTo-QnapInitiator)
    }
}

filter ConvertTo-QnapLunTarget {
    [pscustomobject]@{
        PSTypeName  = 'QnapSnapshot.LunTarget'
        TargetName  = $_.targetName
        Iqn         = $_.iqn
        LunNumber   = [int]$_.lunNumber
        Enabled     = [bool]$_.enabled
        TargetIndex = [int]$_.targetIndex
    }
}

filter ConvertTo-QnapInitiator {
    [pscustomobject]@{
        PSTypeName = 'QnapSnapshot.Initiator'
        Iqn        = $_.iqn
        Address    = $_.address
        TargetIqn  = $_.targetIqn
    }
}
