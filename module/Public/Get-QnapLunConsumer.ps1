function Get-QnapLunConsumer {
    <#
    .SYNOPSIS
    Lists who uses LUNs: datastores, ESXi hosts and VMs; on a Windows Server its disks, volumes, log-ins and Hyper-V VMs.

    .DESCRIPTION
    Asks every vCenter that is stored for this machine, and lists each datastore that lies on the LUN, each ESXi host that sees it, and
    each VM that has a file there. On Windows this server is asked too: the disk, its volumes with their paths, the iSCSI sessions
    through which it is seen, and each Hyper-V VM that has a file there. LUN, disk and datastore are matched by their NAA, never by a
    name or number. Nothing is changed.

    .PARAMETER Lun
    The LUNs: names (wildcards * and ? allowed) or NAAs as strings, or objects of Get-QnapLun. Default: all.

    .PARAMETER Nas
    Name of the NAS, as a string. Default: every NAS that is connected or stored.

    .EXAMPLE
    Get-QnapLun ds-prod | Get-QnapLunConsumer

    Lists what hangs on the LUN ds-prod.

    .EXAMPLE
    Get-QnapLunConsumer -Nas nas01 | Where-Object Kind -eq VM | Group-Object LunName

    Shows the VMs on each LUN of nas01.

    .INPUTS
    QnapSnapshot.Lun from Get-QnapLun. System.String (names or NAAs).

    .OUTPUTS
    QnapSnapshot.LunConsumer

    .NOTES
    A LUN that neither a stored vCenter nor this server knows gives no row; -Verbose says so. It may still be in use by somebody who cannot be asked:
    Get-QnapLunConnection lists who is logged in to its targets.

    .LINK
    Test-QnapLun

    .LINK
    Set-QnapVMwareSetting
    #>
    [CmdletBinding()]
    [OutputType('QnapSnapshot.LunConsumer')]
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
            Invoke-QnapCore getLunConsumer $parameters -Rows -Cmdlet $PSCmdlet -TargetObject $item -OnError Write | ConvertTo-QnapLunConsumer
        }
    }
}
