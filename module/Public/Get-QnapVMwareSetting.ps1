function Get-QnapVMwareSetting {
    <#
    .SYNOPSIS
    Lists the vCenter Servers that are stored for this machine, and how their VMs are treated.

    .DESCRIPTION
    Lists address, account and trust of each vCenter, and how snapshots of its VMs are made. Passwords are not shown, and no vCenter
    is contacted.

    .PARAMETER Server
    Names of vCenter Servers, as strings. The wildcards * and ? are allowed. Default: all.

    .EXAMPLE
    Get-QnapVMwareSetting

    Lists all vCenters that are stored.

    .EXAMPLE
    Get-QnapVMwareSetting vcsa* | Format-List

    Shows everything that is stored about some of them.

    .INPUTS
    System.String.

    .OUTPUTS
    QnapSnapshot.VMwareSetting

    .NOTES
    A LUN whose datastore is in none of these vCenters counts as used by nobody that can be asked.

    .LINK
    Set-QnapVMwareSetting
    #>
    [CmdletBinding()]
    [OutputType('QnapSnapshot.VMwareSetting')]
    param(
        [Parameter(Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [ValidateNotNullOrEmpty()]
        [SupportsWildcards()]
        [string[]]$Server = '*'
    )
    process {
        foreach ($pattern in $Server) {
            Invoke-QnapCore getVMwareSetting @{ server = $pattern } -Rows -Cmdlet $PSCmdlet -TargetObject $pattern -OnError Write |
                ConvertTo-QnapVMwareSetting
        }
    }
}
