function Get-HostDisk {
    # The disks with this NAA (page 0x83): none, one, or one a path where MPIO is missing.
    param([string]$Naa)
    foreach ($disk in Get-Disk) {
        if ("$($disk.UniqueId)".Trim() -ne $Naa) { continue }
        [pscustomobject]@{
            number         = [long]$disk.Number
            naa            = $Naa.ToLowerInvariant()
            serial         = "$($disk.SerialNumber)".Trim()
            model          = "$($disk.FriendlyName)".Trim()
            bus            = "$($disk.BusType)"
            sizeBytes      = [long]$disk.Size
            offline        = [bool]$disk.IsOffline
            readOnly       = [bool]$disk.IsReadOnly
            clustered      = [bool]$disk.IsClustered
            boot           = [bool]$disk.IsBoot
            system         = [bool]$disk.IsSystem
            partitionStyle = "$($disk.PartitionStyle)"
            guid           = "$($disk.Guid)".ToLowerInvariant()
            signature      = [long]$disk.Signature
        }
    }
}
