function Find-QnapNas {
    <#
    .SYNOPSIS
    Searches the local network for QNAP NAS.

    .DESCRIPTION
    Asks by multicast DNS and lists each NAS as it answers. Nothing is logged in to, and no password is sent.

    .PARAMETER TimeoutSeconds
    How long to wait for answers, in seconds, from 0.1 to 60. Default: 3.

    .EXAMPLE
    Find-QnapNas

    Lists the NAS that answer within three seconds.

    .EXAMPLE
    Find-QnapNas -TimeoutSeconds 1 | Sort-Object Model | Format-Table Name, Address, Model

    Waits one second and shows the NAS by model.

    .INPUTS
    None.

    .OUTPUTS
    QnapSnapshot.NasAnnouncement

    .NOTES
    Multicast DNS does not pass routers, and the service can be switched off on the NAS: one that does not answer may still be there.
    Down the pipeline, Connect-QnapNas and Set-QnapNas take the address: the announced name may not resolve on this machine.

    .LINK
    Connect-QnapNas
    #>
    [CmdletBinding()]
    [OutputType('QnapSnapshot.NasAnnouncement')]
    param(
        [Parameter(Position = 0)]
        [ValidateRange(0.1, 60)]
        [double]$TimeoutSeconds = 3
    )
    process {
        $parameters = @{ timeoutMs = [int]($TimeoutSeconds * 1000) }
        Invoke-QnapCore findNas $parameters -Rows -Cmdlet $PSCmdlet | ConvertTo-QnapNasAnnouncement
    }
}
