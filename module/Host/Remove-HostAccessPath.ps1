function Remove-HostAccessPath {
    # Takes one path of a partition away; the data behind it is not touched.
    param([string]$Naa, [long]$Number, [string]$Path)
    Remove-PartitionAccessPath -DiskNumber (Resolve-HostDisk $Naa) -PartitionNumber $Number -AccessPath $Path
}
