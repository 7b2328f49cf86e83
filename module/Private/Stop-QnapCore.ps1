function Stop-QnapCore {
    # Ends the core by closing its input: it then brings what it is doing to a safe step, and must not be killed before that.
    $core = $script:Core
    $script:Core = $null
    if ($null -eq $core -or $core.Process.HasExited) { return }
    Close-QnapInput $core
    $patience = [System.Diagnostics.Stopwatch]::StartNew()
    while ($patience.Elapsed.TotalSeconds -lt 15 -and -not $core.Process.WaitForExit(20)) {
        Skip-QnapOutput $core
    }
    if (-not $core.Process.HasExited) {
        Write-Warning ('The core (process {0}) is still bringing an operation to a safe step, and goes on by itself. Get-QnapOperation shows how it ended.' -f $core.Process.Id)
    }
}

function Close-QnapInput {
    # What a core that is already gone has not read any more, nobody misses.
    param($Core)
    try { $Core.Writer.Dispose() } catch [System.IO.IOException] { Write-Debug $_.Exception.Message }
}

function Skip-QnapOutput {
    # Reads on, so that a core with more to say does not wait for us.
    param($Core)
    if ($null -eq $Core.PendingRead) { $Core.PendingRead = $Core.Reader.ReadLineAsync() }
    if ($Core.PendingRead.IsCompleted -and $null -ne $Core.PendingRead.Result) { $Core.PendingRead = $null }
}
