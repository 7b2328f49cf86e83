function Remove-HostStamp {
    param([string]$Path)
    foreach ($file in $Path, "$Path.stop") { [System.IO.File]::Delete((Resolve-HostFile $file)) }
}
