function Set-HostDisk {
    # One attribute of the disk with this NAA.
    param([string]$Naa, $Offline, $ReadOnly, [string]$Guid, $Signature)
    $number = Resolve-HostDisk $Naa
    if ($null -ne $Offline) { Set-Disk -Number $number -IsOffline ([bool]$Offline) }
    elseif ($null -ne $ReadOnly) { Set-Disk -Number $number -IsReadOnly ([bool]$ReadOnly) }
    elseif ($Guid) { Set-Disk -Number $number -Guid $Guid }
    else { Set-Disk -Number $number -Signature ([uint32]$Signature) }
}
