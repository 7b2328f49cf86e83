function Get-QnapLun {
    <#
    .SYNOPSIS
    Lists iSCSI LUNs.

    .DESCRIPTION
    Lists the LUNs of one NAS, or of every NAS that is connected or stored, each with its size, identity (NAA), targets, the
    initiators that are logged in to them, and the number of its snapshots. Each LUN comes as soon as it is read.

    .PARAMETER Name
    Names of LUNs, as strings. The wildcards * and ? are allowed. NAAs will do too, also with 'naa.' before
    them, as ESXi shows them. Default: all.

    .PARAMETER Naa
    Identity of a LUN (NAA, VPD page 0x83): 32 hexadecimal digits, as a string.

    .PARAMETER Nas
    Name of the NAS, as a string. Default: every NAS that is connected or stored.

    .EXAMPLE
    Get-QnapLun

    Lists every LUN of every known NAS.

    .EXAMPLE
    Get-QnapLun sql* -Nas nas01 | Format-List

    Shows the LUNs of nas01 whose names begin with 'sql', with everything that is known about them.

    .EXAMPLE
    Get-QnapNas | Get-QnapLun | Where-Object SnapshotCount -eq 0

    Lists the LUNs that have no snapshot.

    .INPUTS
    QnapSnapshot.Nas from Get-QnapNas.

    .OUTPUTS
    QnapSnapshot.Lun

    .NOTES
    An initiator logs in to a target, not to a LUN: that it is listed does not prove that it uses this LUN.
    LunIndex is given anew to another LUN once a LUN is deleted. Naa is the identity.

    .LINK
    New-QnapLunSnapshot

    .LINK
    Get-QnapLunConnection
    #>
    [CmdletBinding()]
    [OutputType('QnapSnapshot.Lun')]
    param(
        [Parameter(Position = 0)]
        [ValidateNotNullOrEmpty()]
        [SupportsWildcards()]
        [string[]]$Name = '*',

        [ValidatePattern('^[0-9A-Fa-f]{32}$')]
        [string]$Naa,

        [Parameter(ValueFromPipelineByPropertyName)]
        [ValidateNotNullOrEmpty()]
        [string]$Nas
    )
    process {
        foreach ($pattern in $Name) {
            $parameters = @{ name = $pattern }
            if (ConvertTo-Naa $pattern) { $parameters = @{ naa = ConvertTo-Naa $pattern } }
            if ($Naa) { $parameters.naa = $Naa }
            if ($Nas) { $parameters.nas = $Nas }
            Invoke-QnapCore getLun $parameters -Rows -Cmdlet $PSCmdlet -TargetObject $pattern -OnError Write | ConvertTo-QnapLun
        }
    }
}
