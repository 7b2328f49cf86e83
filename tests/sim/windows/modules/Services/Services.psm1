# What Microsoft.PowerShell.Management has on Windows only.
Import-Module "$PSScriptRoot/../SimWindows/SimWindows.psm1"

function Get-Service {
    [CmdletBinding()]
    param([Parameter(Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)] [Alias('ServiceName')] [string[]] $Name)
    process { Invoke-Simulated $PSCmdlet $PSBoundParameters }
}

function Stop-Service {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)] [Alias('ServiceName')] [string[]] $Name,
        [switch] $Force, [switch] $NoWait, [switch] $PassThru)
    process { if ($PSCmdlet.ShouldProcess("$Name")) { Invoke-Simulated $PSCmdlet $PSBoundParameters } }
}

function Start-Service {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)] [Alias('ServiceName')] [string[]] $Name,
        [switch] $PassThru)
    process { if ($PSCmdlet.ShouldProcess("$Name")) { Invoke-Simulated $PSCmdlet $PSBoundParameters } }
}

Export-ModuleMember -Function Get-Service, Stop-Service, Start-Service
