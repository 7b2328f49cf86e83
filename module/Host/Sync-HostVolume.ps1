function Sync-HostVolume {
    # Everything that Windows holds for the volume goes to the disk.
    param([string]$Volume)
    Get-Volume -UniqueId $Volume | Write-VolumeCache
}
