function Stop-HostStamp {
    # The function that writes them, in another PowerShell, looks for this file.
    param([string]$Path)
    [System.IO.File]::WriteAllText("$(Resolve-HostFile $Path).stop", '')
}
