function Set-HostPartition {
    # Takes one attribute bit of a partition away.
    param([string]$Naa, [long]$Number, [string]$Bit)
    $splat = @{ DiskNumber = Resolve-HostDisk $Naa; PartitionNumber = $Number }
    switch ($Bit) {
        'readOnly' { Set-Partition @splat -IsReadOnly $false }
        'hidden' { Set-Partition @splat -IsHidden $false }
        'noDefaultDriveLetter' { Set-Partition @splat -NoDefaultDriveLetter $false }
        'shadowCopy' { Set-Partition @splat -IsShadowCopy $false }
    }
}
