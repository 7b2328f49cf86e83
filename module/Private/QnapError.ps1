function New-QnapErrorRecord {
    # The code becomes the start of the FullyQualifiedErrorId.
    param([string]$Code, [string]$Message, [string]$Category, $TargetObject)
    $known = $Category -as [System.Management.Automation.ErrorCategory]
    if ($null -eq $known) { $known = [System.Management.Automation.ErrorCategory]::NotSpecified }
    $exception = New-Object System.InvalidOperationException $Message
    New-Object System.Management.Automation.ErrorRecord $exception, $Code, $known, $TargetObject
}

function ConvertTo-QnapErrorRecord {
    # From the error of an answer. Scripts find the details in $_.Exception.Data.
    param($WireError, $TargetObject)
    $data = $WireError.data
    $record = New-QnapErrorRecord $data.code $WireError.message $data.category $TargetObject
    $record.Exception.Data['Code'] = $data.code
    $record.Exception.Data['Retryable'] = [bool]$data.retryable
    foreach ($detail in $data.details.PSObject.Properties) { $record.Exception.Data[$detail.Name] = $detail.Value }
    $record
}

function New-CoreEndedRecord {
    param($Core, [string]$Operation, $TargetObject)
    $code = if ($Core.Process.WaitForExit(5000)) { $Core.Process.ExitCode } else { '(still ending)' }
    $words = if ($Core.LastWords.Wait(500)) { $Core.LastWords.Result.Trim() } else { '' }
    $message = "The core ended with exit code $code while '$Operation' was running. What it was doing on a NAS may be half-done: " +
    'Repair-QnapOperation tells what happened and is needed before you go on. The next cmdlet starts a new core; connect to the NAS again.'
    if ($words) { $message += " Its last words: $words" }
    New-QnapErrorRecord CoreEnded $message ResourceUnavailable $TargetObject
}

function Resolve-QnapError {
    param([System.Management.Automation.ErrorRecord]$Record, [string]$OnError, $Cmdlet)
    switch ($OnError) {
        'Throw' { Stop-QnapCmdlet $Record $Cmdlet }
        'Write' { $Cmdlet.WriteError($Record) }
        'Return' { $Record }
    }
}

function Stop-QnapCmdlet {
    param([System.Management.Automation.ErrorRecord]$Record, $Cmdlet)
    if ($null -eq $Cmdlet) { throw $Record }
    $Cmdlet.ThrowTerminatingError($Record)
}
