@{
    RootModule = 'Sample.psm1'
    ModuleVersion = '1.0'
    GUID = '3f0d0f6c-7a8c-4f43-8a43-6d0b6b0f4b11'
    PowerShellVersion = '5.1'
    CompatiblePSEditions = @('Desktop', 'Core')
    FormatsToProcess = @('Sample.Format.ps1xml')
    TypesToProcess = @('Sample.Types.ps1xml')
    FunctionsToExport = @('Get-Box', 'Remove-Box')
    CmdletsToExport = @()
    AliasesToExport = @()
    VariablesToExport = @()
}
