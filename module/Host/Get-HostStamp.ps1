function Get-HostStamp {
    # How many stamps a file holds, and those since a time.
    param([string]$Path, [long]$SinceUs)
    $stream = New-Object System.IO.FileStream (Resolve-HostFile $Path), Open, Read, 'ReadWrite, Delete'
    try {
        $bytes = New-Object byte[] $stream.Length
        $read = $stream.Read($bytes, 0, $bytes.Length)
    }
    finally { $stream.Dispose() }
    $times = New-Object System.Collections.Generic.List[long]
    for ($count = 0; ($count + 1) * 8 -le $read; $count++) {
        $time = [System.BitConverter]::ToInt64($bytes, $count * 8)
        if ($time -eq 0) { break }
        if ($time -ge $SinceUs) { $times.Add($time) }
    }
    [pscustomobject]@{ count = $count; timesUs = $times.ToArray() }
}
