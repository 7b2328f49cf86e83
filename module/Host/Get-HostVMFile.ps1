function Get-HostVMFile {
    # Where a VM lies: its configuration, the folders of checkpoints and paging, its disks with all their parents, its images.
    param($VM, $Checkpoints)
    $kind = if ([version]"$($VM.Version)" -ge [version]'6.0') { 'vmcx' } else { 'xml' }
    $id = "$($VM.Id)".ToUpperInvariant()
    [pscustomobject]@{ role = 'Configuration'; path = "$($VM.ConfigurationLocation)\Virtual Machines\$id.$kind" }
    [pscustomobject]@{ role = 'Checkpoints'; path = "$($VM.SnapshotFileLocation)" }
    [pscustomobject]@{ role = 'Paging'; path = "$($VM.SmartPagingFilePath)" }
    $drives = @(Get-VMHardDiskDrive -VM $VM) + @($Checkpoints | ForEach-Object { Get-VMHardDiskDrive -VMSnapshot $_ })
    $seen = @()
    foreach ($drive in $drives) {
        # A whole disk that is passed through to the VM.
        if ($null -ne $drive.DiskNumber) { [pscustomobject]@{ role = 'Disk'; path = "disk $($drive.DiskNumber)" }; continue }
        for ($path = "$($drive.Path)"; $path -and $path -notin $seen; $path = "$((Get-VHD -Path $path -ErrorAction Ignore).ParentPath)") {
            $seen += $path
            [pscustomobject]@{ role = 'Disk'; path = $path }
        }
    }
    foreach ($drive in Get-VMDvdDrive -VM $VM) {
        if ($drive.Path) { [pscustomobject]@{ role = 'Image'; path = "$($drive.Path)" } }
    }
}
