function Get-HostPartition {
    # The partitions of a disk, with the attribute bits that VSS may leave in a snapshot.
    param([long]$DiskNumber)
    foreach ($partition in Get-Partition -DiskNumber $DiskNumber -ErrorAction Ignore) {
        [pscustomobject]@{
            diskNumber           = $DiskNumber
            number               = [long]$partition.PartitionNumber
            guid                 = "$($partition.Guid)".ToLowerInvariant()
            offsetBytes          = [long]$partition.Offset
            sizeBytes            = [long]$partition.Size
            gptType              = "$($partition.GptType)".ToLowerInvariant()
            mbrType              = [long]$partition.MbrType
            readOnly             = [bool]$partition.IsReadOnly
            hidden               = [bool]$partition.IsHidden
            noDefaultDriveLetter = [bool]$partition.NoDefaultDriveLetter
            shadowCopy           = [bool]$partition.IsShadowCopy
            boot                 = [bool]$partition.IsBoot
            system               = [bool]$partition.IsSystem
            accessPaths          = @($partition.AccessPaths | Where-Object { $_ })
            volume               = Get-HostVolume $partition
        }
    }
}
