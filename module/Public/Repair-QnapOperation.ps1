function Repair-QnapOperation {
    <#
    .SYNOPSIS
    Finishes or undoes operations that were interrupted.

    .DESCRIPTION
    Looks at the NAS, finds out how far an interrupted operation came, and finishes or undoes it; nothing is left behind. Each
    operation is listed with its true outcome. Operations that are still running in another session are not touched. One that
    cannot be settled now, for example because its NAS does not answer, is an error of its own.

    What was undone within the last day is looked at again: a busy NAS may have come to a request afterwards. If it has, that is
    taken away, and the operation is listed with what was found.

    .PARAMETER OperationId
    Id of one operation, as a string. Default: all that were interrupted.

    .PARAMETER RevertAgain
    Switch. Reverts the LUN of an interrupted restore again, though that was interrupted more than ten minutes ago. Use it once
    you know that nobody has enabled and used the LUN since: what was written to it is lost. Needs -OperationId.

    .EXAMPLE
    Repair-QnapOperation

    Settles every operation that was interrupted.

    .EXAMPLE
    Get-QnapOperation -Unfinished | Repair-QnapOperation -WhatIf

    Says which operations would be looked into.

    .INPUTS
    QnapSnapshot.Operation from Get-QnapOperation.

    .OUTPUTS
    QnapSnapshot.Operation

    .NOTES
    The NAS must be connected or stored: Connect-QnapNas or Set-QnapNas comes first.

    .LINK
    Get-QnapOperation
    #>
    [CmdletBinding(SupportsShouldProcess)]
    [OutputType('QnapSnapshot.Operation')]
    param(
        [Parameter(Position = 0, ValueFromPipelineByPropertyName)]
        [ValidateNotNullOrEmpty()]
        [string]$OperationId,

        [switch]$RevertAgain
    )
    process {
        $parameters = @{}
        if ($OperationId) { $parameters.operationId = $OperationId }
        if ($RevertAgain) { $parameters.revertAgain = $true }
        $label = if ($OperationId) { "Operation $OperationId" } else { 'Every operation that was interrupted' }
        $call = @{ Operation = 'repairOperation'; Parameters = $parameters; Cmdlet = $PSCmdlet; TargetObject = $OperationId; OnError = 'Write' }
        if (Confirm-QnapAction $PSCmdlet $label 'Finish or undo') {
            Invoke-QnapCore @call -Rows | ConvertTo-QnapOperation | ForEach-Object {
                $_
                if ($_.State -eq 'Interrupted') { $PSCmdlet.WriteError((New-QnapErrorRecord OperationUnresolved "Operation $($_.OperationId) could not be settled now: $($_.Outcome)" ResourceUnavailable $_)) }
            }
        }
    }
}
