Import-Module "$PSScriptRoot/../SimWindows/SimWindows.psm1"

function Get-SmbOpenFile {
    [CmdletBinding()]
    param([uint64[]] $FileId, [uint64[]] $SessionId, $CimSession, [int] $ThrottleLimit, [switch] $AsJob)
    Invoke-Simulated $PSCmdlet $PSBoundParameters
}

Export-ModuleMember -Function Get-SmbOpenFile
