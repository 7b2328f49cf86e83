function Get-HostVolume {
    # The volume on a partition; null where Windows shows none.
    param($Partition)
    foreach ($volume in Get-Volume -Partition $Partition -ErrorAction Ignore) {
        return [pscustomobject]@{
            path       = "$($volume.UniqueId)"
            fileSystem = "$($volume.FileSystem)"
            label      = "$($volume.FileSystemLabel)"
            sizeBytes  = [long]$volume.Size
            freeBytes  = [long]$volume.SizeRemaining
        }
    }
}
