function Invoke-QnapCore {
    # Sends one request and gives its result, or with -Rows each row of the list as it comes.
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0)][string]$Operation,
        [Parameter(Position = 1)][hashtable]$Parameters = @{},
        # The cmdlet in whose name errors, progress and messages appear. Completion has none.
        [System.Management.Automation.PSCmdlet]$Cmdlet,
        $TargetObject,
        [switch]$Rows,
        # Throw ends the cmdlet, Write goes on with the next item of the pipeline, Return gives the ErrorRecord to the caller.
        [ValidateSet('Throw', 'Write', 'Return', 'Ignore')][string]$OnError = 'Throw',
        # For completion, which must not hold up the keyboard. Everything else takes the time it takes.
        [int]$TimeoutMs
    )
    $deadline = if ($TimeoutMs) { [datetime]::UtcNow.AddMilliseconds($TimeoutMs) }
    $core = Start-QnapCore $Cmdlet
    $id = Send-QnapRequest $core $Operation $Parameters
    $answered = $false
    $progress = @{ Id = $id; Activity = $null }
    try {
        while (-not $answered) {
            $message = Receive-QnapMessage $core $id $deadline
            if ($null -eq $message) {
                $answered = $true
                if ($script:Core -eq $core) { $script:Core = $null }
                Stop-QnapCmdlet (New-CoreEndedRecord $core $Operation $TargetObject) $Cmdlet
            }
            if ($message -is [bool]) { return }
            if (-not $message.PSObject.Properties['method']) { $answered = $true }
            elseif ($message.method -eq '$/rows') { if ($Rows) { $message.params.rows } }
            else { Show-QnapMessage $message $progress $Cmdlet }
        }
    }
    finally {
        # Not answered: Ctrl-C, or a Select-Object -First further down has enough.
        $core.Inbox.Remove($id)
        if (-not $answered) { Send-QnapCancel $core $id }
        if ($progress.Activity) { Show-QnapProgress $progress 'Done' -1 $Cmdlet -Completed }
    }
    if ($message.PSObject.Properties['error']) {
        Resolve-QnapError (ConvertTo-QnapErrorRecord $message.error $TargetObject) $OnError $Cmdlet
    }
    elseif (-not $Rows) { $message.result }
}

function Send-QnapCancel {
    # No command in here: while the pipeline stops, none would run.
    param($Core, [int]$Id)
    try { $Core.Writer.WriteLine('{"jsonrpc":"2.0","method":"$/cancel","params":{"id":' + $Id + '}}') } catch [System.IO.IOException] { }
}

function Show-QnapMessage {
    param($Message, [hashtable]$Progress, $Cmdlet)
    if ($null -eq $Cmdlet) { return }
    $content = $Message.params
    switch ($Message.method) {
        '$/progress' {
            $Progress.Activity = $content.activity
            $percent = if ($content.PSObject.Properties['percent']) { [int]$content.percent } else { -1 }
            Show-QnapProgress $Progress $content.status $percent $Cmdlet
        }
        '$/log' { if ($content.level -eq 'warning') { $Cmdlet.WriteWarning($content.message) } else { $Cmdlet.WriteVerbose($content.message) } }
    }
}

function Show-QnapProgress {
    param([hashtable]$Progress, [string]$Status, [int]$Percent, $Cmdlet, [switch]$Completed)
    $record = New-Object System.Management.Automation.ProgressRecord $Progress.Id, $Progress.Activity, $Status
    $record.PercentComplete = $Percent
    if ($Completed) { $record.RecordType = 'Completed' }
    $Cmdlet.WriteProgress($record)
}
