function Get-QnapNas {
    <#
    .SYNOPSIS
    Lists the NAS that this session is connected to, or that are stored for this machine.

    .DESCRIPTION
    Lists what is known about each NAS: address, account, how its certificate is trusted, model and firmware. No NAS is contacted.

    .PARAMETER Name
    Names of NAS, as strings. The wildcards * and ? are allowed. Default: all.

    .EXAMPLE
    Get-QnapNas

    Lists all NAS that are connected or stored.

    .EXAMPLE
    Get-QnapNas nas01 | Format-List

    Shows everything that is known about nas01.

    .INPUTS
    System.String.

    .OUTPUTS
    QnapSnapshot.Nas

    .NOTES
    Model and firmware are known once the NAS has been logged in to.

    .LINK
    Connect-QnapNas

    .LINK
    Set-QnapNas
    #>
    [CmdletBinding()]
    [OutputType('QnapSnapshot.Nas')]
    param(
        [Parameter(Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [ValidateNotNullOrEmpty()]
        [SupportsWildcards()]
        [string[]]$Name = '*'
    )
    process {
        foreach ($pattern in $Name) {
            Invoke-QnapCore getNas @{ name = $pattern } -Rows -Cmdlet $PSCmdlet -TargetObject $pattern -OnError Write | ConvertTo-QnapNas
        }
    }
}
