function Get-HostLun {
    # Everything on this server that hangs on the LUN with this NAA, in one answer.
    param([string]$Naa)
    $disks = @(Get-HostDisk $Naa)
    if ($disks.Count -eq 0) { return }
    [pscustomobject]@{
        naa         = $Naa.ToLowerInvariant()
        disks       = $disks
        partitions  = @($disks | ForEach-Object { Get-HostPartition $_.number })
        sessions    = @($disks | ForEach-Object { Get-HostSession $_.number } | Sort-Object id -Unique)
        initiators  = @(Get-HostInitiator | Sort-Object -Unique)
        vms         = @(Get-HostVM)
        # Of every disk: a folder may be where another volume is mounted.
        accessPaths = @(Get-Partition -ErrorAction Ignore | ForEach-Object { $_.AccessPaths } | Where-Object { $_ })
    }
}
