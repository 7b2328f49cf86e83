Import-Module "$PSScriptRoot/../SimWindows/SimWindows.psm1"

function Get-ClusterResource {
    [CmdletBinding()] param([Parameter(Position = 0)] [string] $Name)
    Invoke-Simulated $PSCmdlet @{} | Where-Object { -not $Name -or $_.Name -eq $Name }
}

function Get-ClusterSharedVolume {
    [CmdletBinding()] param([Parameter(Position = 0)] [string] $Name)
    Invoke-Simulated $PSCmdlet @{} | Where-Object { -not $Name -or $_.Name -eq $Name }
}

Export-ModuleMember -Function Get-ClusterResource, Get-ClusterSharedVolume
