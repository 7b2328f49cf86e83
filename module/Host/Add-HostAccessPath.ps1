function Add-HostAccessPath {
    # Mounts a partition at a drive letter or an empty folder; a folder that is not there is made.
    param([string]$Naa, [long]$Number, [string]$Path)
    if ($Path -notmatch '^[A-Za-z]:\\?$' -and -not (Test-Path -LiteralPath $Path)) {
        $null = New-Item -ItemType Directory -Path $Path
    }
    Add-PartitionAccessPath -DiskNumber (Resolve-HostDisk $Naa) -PartitionNumber $Number -AccessPath $Path
}
