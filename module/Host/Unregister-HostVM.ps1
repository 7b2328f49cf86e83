function Unregister-HostVM {
    # Has Hyper-V forget a VM whose disk is away. Remove-VM would delete the configuration file if it could reach it.
    param([string]$Naa, [string]$Id)
    $disks = @(Get-HostDisk $Naa)
    $reachable = @($disks | Where-Object { -not $_.offline })
    if ($disks.Count -eq 0 -or $reachable.Count -gt 0) {
        $exception = New-Object System.InvalidOperationException "the disk with NAA $Naa is not offline"
        throw (New-Object System.Management.Automation.ErrorRecord $exception, 'DiskOnline', 'InvalidOperation', $Naa)
    }
    Remove-VM -VM (Get-VM -Id $Id) -Force
}
