function Get-HostUse {
    # Who works on these paths, as far as Windows tells without a driver: services and programs that were started from there,
    # files that are open through shares, the page file. Dismount-HostVolume finds the rest.
    param([string[]]$Path)
    $within = { param($Text) @($Path | Where-Object { "$Text".IndexOf($_, [StringComparison]::OrdinalIgnoreCase) -ge 0 }).Count -gt 0 }
    foreach ($service in Get-CimInstance -ClassName Win32_Service) {
        if ($service.State -eq 'Running' -and (& $within $service.PathName)) { "service '$($service.Name)'" }
    }
    foreach ($process in Get-CimInstance -ClassName Win32_Process) {
        if (& $within $process.ExecutablePath) { "program '$($process.Name)' (process $($process.ProcessId))" }
    }
    foreach ($file in Get-CimInstance -ClassName Win32_PageFileUsage) {
        if (& $within $file.Name) { "the page file '$($file.Name)'" }
    }
    foreach ($file in Get-SmbOpenFile -ErrorAction Ignore) {
        if (& $within $file.Path) { "'$($file.ClientUserName)' on '$($file.ClientComputerName)', who has '$($file.Path)' open through a share" }
    }
}
