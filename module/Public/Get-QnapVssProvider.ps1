function Get-QnapVssProvider {
    <#
    .SYNOPSIS
    Tells whether the VSS provider is installed on this server, and what is wrong with it.

    .DESCRIPTION
    Looks at its programs (each by its SHA-256), the COM+ application and its service, the registration with VSS, the event source, the
    start-up task, and who may write to its folders. Changes nothing. Each line of Problem says what is wrong and what mends it.

    .EXAMPLE
    Get-QnapVssProvider

    Shows version, parts and problems.

    .EXAMPLE
    if ((Get-QnapVssProvider).Status -ne 'Installed') { Install-QnapVssProvider -WhatIf }

    Shows what an installation would do where one is needed.

    .INPUTS
    None.

    .OUTPUTS
    QnapSnapshot.VssProvider

    .NOTES
    Windows Server only. Without elevation the state folder cannot be read, and that is told as a problem.

    .LINK
    Install-QnapVssProvider
    #>
    [CmdletBinding()]
    [OutputType('QnapSnapshot.VssProvider')]
    param()
    Confirm-Windows $PSCmdlet
    Get-ProviderState (Get-ProviderPlace)
}
