@{
    RootModule           = 'QnapSnapshot.psm1'
    ModuleVersion        = '0.1.0'
    GUID                 = '9c1f4b0e-5d0a-4c0e-8a53-7d6b0f6c2e41'
    Author               = 'QnapSnapshot contributors'
    CompanyName          = 'QnapSnapshot contributors'
    Copyright            = '(c) QnapSnapshot contributors. MIT licence.'
    Description          = 'Snapshots, restores and clones of QNAP iSCSI LUNs.'
    PowerShellVersion    = '5.1'
    CompatiblePSEditions = @('Desktop', 'Core')
    FormatsToProcess     = @('QnapSnapshot.Format.ps1xml')
    TypesToProcess       = @('QnapSnapshot.Types.ps1xml')
    FunctionsToExport    = @(
        'Connect-QnapNas'
        'Disconnect-QnapNas'
        'Dismount-QnapLunSnapshot'
        'Find-QnapNas'
        'Get-QnapLun'
        'Get-QnapLunConnection'
        'Get-QnapLunConsumer'
        'Get-QnapLunSnapshot'
        'Get-QnapNas'
        'Get-QnapOperation'
        'Get-QnapVMwareSetting'
        'Get-QnapVssProvider'
        'Install-QnapVssProvider'
        'Mount-QnapLunSnapshot'
        'New-QnapLunClone'
        'New-QnapLunSnapshot'
        'Remove-QnapLunClone'
        'Remove-QnapLunSnapshot'
        'Remove-QnapNas'
        'Remove-QnapVMwareSetting'
        'Repair-QnapOperation'
        'Restore-QnapLunSnapshot'
        'Set-QnapNas'
        'Set-QnapVMwareSetting'
        'Test-QnapLun'
        'Test-QnapNas'
        'Uninstall-QnapVssProvider'
    )
    CmdletsToExport      = @()
    VariablesToExport    = @()
    AliasesToExport      = @()
    PrivateData          = @{
        PSData = @{
            ReleaseNotes = 'See CHANGELOG.md.'
            Tags         = @('QNAP', 'iSCSI', 'LUN', 'Snapshot', 'Storage', 'Backup', 'Windows', 'Linux', 'PSEdition_Desktop', 'PSEdition_Core')
        }
    }
}
