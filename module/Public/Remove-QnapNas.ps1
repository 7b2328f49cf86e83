function Remove-QnapNas {
    <#
    .SYNOPSIS
    Forgets a NAS that was stored for this machine.

    .DESCRIPTION
    Removes address, trust and secret of the NAS from this machine, and logs out. Nothing on the NAS itself is touched: its LUNs and
    snapshots stay.

    .PARAMETER Name
    Names of the NAS, as strings.

    .EXAMPLE
    Remove-QnapNas nas01 -Confirm:$false

    Forgets nas01 without asking.

    .EXAMPLE
    Get-QnapNas | Where-Object Stored | Remove-QnapNas -WhatIf

    Says which NAS would be forgotten.

    .INPUTS
    System.String. QnapSnapshot.Nas from Get-QnapNas.

    .OUTPUTS
    None.

    .NOTES
    Services and scheduled tasks of this machine that use the stored NAS no longer reach it.

    .LINK
    Set-QnapNas
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
    [OutputType([void])]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [ValidateNotNullOrEmpty()]
        [string[]]$Name
    )
    process {
        foreach ($nas in $Name) {
            if (Confirm-QnapAction $PSCmdlet "NAS '$nas'" 'Forget address, trust and secret on this machine') {
                $null = Invoke-QnapCore removeNas @{ name = $nas } -Cmdlet $PSCmdlet -TargetObject $nas -OnError Write
            }
        }
    }
}
