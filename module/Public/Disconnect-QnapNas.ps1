function Disconnect-QnapNas {
    <#
    .SYNOPSIS
    Logs out of a NAS.

    .DESCRIPTION
    Ends the session of this PowerShell session with the NAS, and asks the NAS whether it is really dead. A NAS that is stored for
    the machine stays stored; Remove-QnapNas forgets it.

    .PARAMETER Name
    Names of the NAS, as strings.

    .EXAMPLE
    Disconnect-QnapNas nas01

    Logs out of nas01.

    .EXAMPLE
    Get-QnapNas | Where-Object Connected | Disconnect-QnapNas -Verbose

    Logs out of every NAS and says how.

    .INPUTS
    System.String. QnapSnapshot.Nas from Get-QnapNas.

    .OUTPUTS
    None.

    .NOTES
    A warning tells where the NAS could not be seen to refuse the old session; it then ends by the NAS's own time-out.

    .LINK
    Connect-QnapNas
    #>
    [CmdletBinding()]
    [OutputType([void])]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [ValidateNotNullOrEmpty()]
        [string[]]$Name
    )
    process {
        foreach ($nas in $Name) {
            $end = Invoke-QnapCore disconnectNas @{ name = $nas } -Cmdlet $PSCmdlet -TargetObject $nas -OnError Write
            if ($null -eq $end) { continue }
            if ($end.loggedOut) { Write-Verbose "Logged out of '$nas': it refuses the old session now." }
            else { Write-Warning "'$nas' was not seen to refuse the old session. It ends by the NAS's own time-out." }
        }
    }
}
