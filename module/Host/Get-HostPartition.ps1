function Get-HostPartition {
    # The partitions of a disk, with the attribute bits that VSS may leave in a snapshot.
    param([long]$DiskNumber)
    # A disk without any is an error of its own; every other one means that they are not known.
    try { $partitions = @(Get-Partition -DiskNumber $DiskNumber) }
    catch { if ($_.CategoryInfo.Category -eq 'ObjectNotFound') { return } else { throw } }
    foreach ($partition in $partitions) {
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
