function Get-QnapLunConnection {
    <#
    .SYNOPSIS
    Lists who is logged in to the targets of LUNs.

    .DESCRIPTION
    Lists each initiator that is logged in, as the NAS sees it, once for every LUN of the target.

    .PARAMETER Lun
    The LUNs: names (wildcards * and ? allowed) or NAAs as strings, or objects of Get-QnapLun. Default: all.

    .PARAMETER Nas
    Name of the NAS, as a string. Default: every NAS that is connected or stored.

    .EXAMPLE
    Get-QnapLunConnection -Lun sqldata

    Lists who is logged in to a target of the LUN sqldata.

    .EXAMPLE
    Get-QnapLun -Nas nas01 | Get-QnapLunConnection | Group-Object InitiatorIqn

    Shows how many LUNs of nas01 each initiator can reach.

    .INPUTS
    QnapSnapshot.Lun from Get-QnapLun. System.String (names or NAAs).

    .OUTPUTS
    QnapSnapshot.LunConnection

    .NOTES
    An initiator logs in to a target, not to a LUN: it reaches every LUN of the target and need not use any of them.

    .LINK
    Get-QnapLun
    #>
    [CmdletBinding()]
    [OutputType('QnapSnapshot.LunConnection')]
    param(
        [Parameter(Position = 0, ValueFromPipeline)]
        [ValidateNotNullOrEmpty()]
        [SupportsWildcards()]
        [object[]]$Lun,

        [ValidateNotNullOrEmpty()]
        [string]$Nas
    )
    process {
        foreach ($item in @($Lun)) {
            $parameters = @{}
            if ($null -ne $item) { $parameters.lun = New-LunRef $item $Nas $PSCmdlet }
            elseif ($Nas) { $parameters.nas = $Nas }
            Invoke-QnapCore getLunConnection $parameters -Rows -Cmdlet $PSCmdlet -TargetObject $item -OnError Write | ConvertTo-QnapLunConnection
        }
    }
}
