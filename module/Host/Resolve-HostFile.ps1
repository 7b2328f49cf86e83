function Resolve-HostFile {
    # As .NET finds it, whose current folder is not PowerShell's.
    param([string]$Path)
    $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Path)
}
