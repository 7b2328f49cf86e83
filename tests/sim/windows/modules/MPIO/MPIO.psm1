Import-Module "$PSScriptRoot/../SimWindows/SimWindows.psm1"

function Get-MPIOSetting {
    [CmdletBinding()] param()
    Invoke-Simulated $PSCmdlet $PSBoundParameters
}

function Get-MSDSMAutomaticClaimSettings {
    [CmdletBinding()] param()
    $claims = Invoke-Simulated $PSCmdlet $PSBoundParameters
    @{ iSCSI = $claims.iSCSI; SAS = $claims.SAS }
}

Export-ModuleMember -Function Get-MPIOSetting, Get-MSDSMAutomaticClaimSettings
