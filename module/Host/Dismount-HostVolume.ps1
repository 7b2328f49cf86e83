function Dismount-HostVolume {
    # Dismounts the volume if nobody has anything on it open: Windows takes it for itself alone to find out. It comes back by itself
    # with the next access. Gives the code of Win32_Volume.Dismount: 0 done, 4 in use.
    param([string]$Volume)
    $filter = "DeviceID='$($Volume.Replace('\', '\\'))'"
    $found = Get-CimInstance -ClassName Win32_Volume -Filter $filter
    $result = Invoke-CimMethod -InputObject $found -MethodName Dismount -Arguments @{ Force = $false; Permanent = $false }
    [long]$result.ReturnValue
}
