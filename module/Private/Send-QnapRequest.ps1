function Send-QnapRequest {
    # Writes one request as one ASCII line and gives its id. The line may hold a secret: it goes to .NET methods only, never to a
    # command, whose arguments module logging would record.
    param($Core, [string]$Method, [hashtable]$Parameters)
    $id = ++$Core.LastId
    $line = ConvertTo-Json -InputObject @{ jsonrpc = '2.0'; id = $id; method = $Method; params = $Parameters } -Depth 8 -Compress
    # The script block costs half a millisecond, and most lines are ASCII already.
    if ([regex]::IsMatch($line, '[^\x00-\x7F]')) {
        $line = [regex]::Replace($line, '[^\x00-\x7F]', { param($match) '\u{0:x4}' -f [int][char]$match.Value })
    }
    $Core.Inbox[$id] = New-Object System.Collections.Queue
    # A core that is gone shows at the next read, with its exit code.
    try { $Core.Writer.WriteLine($line) } catch [System.IO.IOException] { Write-Debug $_.Exception.Message }
    $id
}
