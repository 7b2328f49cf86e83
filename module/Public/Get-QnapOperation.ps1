function Get-QnapOperation {
    <#
    .SYNOPSIS
    Lists what was done or begun on this machine.

    .DESCRIPTION
    Reads the journal of this machine, newest first: which operation changed which LUNs, and how it ended. Operations of other
    sessions and of services are there too.

    .PARAMETER OperationId
    Id of one operation, as a string; a snapshot that we made carries it.

    .PARAMETER Unfinished
    Switch. Only those that are running or were interrupted.

    .EXAMPLE
    Get-QnapOperation

    Lists all operations that are on record.

    .EXAMPLE
    Get-QnapOperation -Unfinished | Repair-QnapOperation

    Settles everything that was interrupted.

    .EXAMPLE
    New-QnapLunSnapshot -Lun sqldata | Get-QnapOperation

    Shows the record of the operation that made a snapshot.

    .INPUTS
    QnapSnapshot.LunSnapshot (its OperationId).

    .OUTPUTS
    QnapSnapshot.Operation

    .NOTES
    The journal is this machine's. What other machines do to the same NAS is not in it.

    .LINK
    Repair-QnapOperation
    #>
    [CmdletBinding()]
    [OutputType('QnapSnapshot.Operation')]
    param(
        [Parameter(Position = 0, ValueFromPipelineByPropertyName)]
        [ValidateNotNullOrEmpty()]
        [string]$OperationId,

        [switch]$Unfinished
    )
    process {
        $parameters = @{}
        if ($OperationId) { $parameters.operationId = $OperationId }
        if ($Unfinished) { $parameters.unfinished = $true }
        Invoke-QnapCore getOperation $parameters -Rows -Cmdlet $PSCmdlet -TargetObject $OperationId -OnError Write | ConvertTo-QnapOperation
    }
}
