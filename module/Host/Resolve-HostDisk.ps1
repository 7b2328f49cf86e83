function Resolve-HostDisk {
    # The number of the one disk with this NAA, right before it is changed: numbers change, and are given again.
    param([string]$Naa)
    $disks = @(Get-HostDisk $Naa)
    if ($disks.Count -eq 1) { return $disks[0].number }
    $exception = New-Object System.InvalidOperationException "$($disks.Count) disks have the NAA $Naa"
    throw (New-Object System.Management.Automation.ErrorRecord $exception, 'DiskNotSingle', 'InvalidResult', $Naa)
}
