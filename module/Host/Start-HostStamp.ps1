function Start-HostStamp {
    # Writes the time, in microseconds of the system's monotonic counter, into one slot of a new file after the other, each on the disk
    # before the next. Ends when a file beside it says so, when it is deleted, when the slots are full, or when its time is over. The slots
    # were written before: so no file system has to note anything for a stamp to be found.
    param([string]$Path, [int]$Slots, [int]$Seconds)
    $file = Resolve-HostFile $Path
    $stream = New-Object System.IO.FileStream $file, CreateNew, Write, 'ReadWrite, Delete', 4096, WriteThrough
    try {
        $empty = New-Object byte[] ($Slots * 8)
        $stream.Write($empty, 0, $empty.Length)
        $stream.Flush($true)
        $null = $stream.Seek(0, 'Begin')
        $perMicrosecond = [System.Diagnostics.Stopwatch]::Frequency / 1e6
        $end = [System.Diagnostics.Stopwatch]::GetTimestamp() + $Seconds * [System.Diagnostics.Stopwatch]::Frequency
        for ($slot = 0; $slot -lt $Slots; $slot++) {
            if ([System.IO.File]::Exists("$file.stop") -or -not [System.IO.File]::Exists($file)) { break }
            $now = [System.Diagnostics.Stopwatch]::GetTimestamp()
            if ($now -gt $end) { break }
            $stream.Write([System.BitConverter]::GetBytes([long]($now / $perMicrosecond)), 0, 8)
            $stream.Flush($true)
        }
    }
    finally { $stream.Dispose() }
}
