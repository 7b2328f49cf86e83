function Receive-QnapMessage {
    # Gives the next message that belongs to request $Id, nothing if the core ended, $false if the deadline is over. Messages for
    # other requests are kept for them: a list streams down the pipeline while another cmdlet's request runs.
    param($Core, [int]$Id, $Deadline)
    $queue = $Core.Inbox[$Id]
    while ($queue.Count -eq 0) {
        $message = Read-QnapMessage $Core $Deadline
        if ($null -eq $message -or $message -is [bool]) { return $message }
        # A line that the core could not read is answered without an id: it was the one we wait for.
        $owner = Get-QnapMessageOwner $message
        if ($null -eq $owner) { return $message }
        # No queue: an answer to a request that was cancelled.
        if ($Core.Inbox.ContainsKey($owner)) { $Core.Inbox[$owner].Enqueue($message) }
    }
    $queue.Dequeue()
}

function Read-QnapMessage {
    # Waits in slices: Ctrl-C is seen between two of them. The read that it leaves pending is taken up by the next call; a second
    # one beside it would tear lines apart.
    param($Core, $Deadline)
    if ($null -eq $Core.PendingRead) { $Core.PendingRead = $Core.Reader.ReadLineAsync() }
    while (-not $Core.PendingRead.Wait(50)) {
        if ($null -ne $Deadline -and [datetime]::UtcNow -gt $Deadline) { return $false }
    }
    $line = $Core.PendingRead.Result
    $Core.PendingRead = $null
    if ($null -ne $line) { ConvertFrom-Json -InputObject $line }
}

function Get-QnapMessageOwner {
    param($Message)
    $id = if ($Message.PSObject.Properties['method']) { $Message.params.id } else { $Message.id }
    if ($null -ne $id) { [int]$id }
}
