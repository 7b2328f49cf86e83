function Get-ProviderState {
    # What of the provider is on this machine, and what is wrong with it.
    param($Place)
    $state = [pscustomobject]@{
        PSTypeName     = 'QnapSnapshot.VssProvider'
        Status         = 'Installed'
        Version        = $null
        ProviderId     = $Place.ProviderId
        Folder         = $Place.Folder
        StateFolder    = $Place.StateFolder
        ComApplication = Test-ComApplication $Place.Name
        Service        = (Get-ProviderService $Place).State
        Registered     = $null -ne (Get-RegistryEntry $Place.VssKey)
        EventSource    = $null -ne (Get-RegistryEntry $Place.EventKey)
        RecoveryTask   = $null -ne (Get-RecoveryTask $Place)
        Problem        = @()
    }
    $installed = Read-InstallRecord $Place
    if ($installed) { $state.Version = $installed.version }
    $parts = $state.ComApplication, $state.Registered, $state.EventSource, $state.RecoveryTask, (Test-Path -LiteralPath $Place.App)
    if ($parts -notcontains $true) { $state.Status = 'NotInstalled'; return $state }
    $state.Problem = @(Get-PartProblem $state) + @(Get-FileProblem $Place $installed) + @(Get-FolderProblem $Place) + @(Get-RivalLine SmiSProvider) + @(Get-RivalLine SnapshotAgent)
    if ($state.Problem.Count -gt 0) { $state.Status = 'NeedsAttention' }
    $state
}

function Get-ProviderService {
    param($Place)
    $found = Get-CimInstance -ClassName Win32_Service -Property Name, DisplayName, PathName, State, StartMode | Where-Object { $_.Name -eq $Place.Name }
    if ($found) { $found } else { [pscustomobject]@{ State = $null; StartMode = $null } }
}

function Read-InstallRecord {
    param($Place)
    $file = [System.IO.Path]::Combine($Place.App, 'install.json')
    if ([System.IO.File]::Exists($file)) { ConvertFrom-Json ([System.IO.File]::ReadAllText($file)) }
}

function Get-PartProblem {
    param($State)
    $mend = 'run Install-QnapVssProvider again'
    if (-not $State.ComApplication) { "the COM+ application is missing: $mend" }
    elseif ($null -eq $State.Service) { "the service of the COM+ application is missing: $mend" }
    if (-not $State.Registered) { "the provider is not registered with VSS: $mend" }
    if (-not $State.EventSource) { "the event source is missing: $mend" }
    if (-not $State.RecoveryTask) { "the start-up task is missing: $mend" }
}

function Get-FileProblem {
    param($Place, $Installed)
    $mend = 'run Install-QnapVssProvider again'
    if (-not $Installed) { return "the programs in $($Place.App) are missing: $mend" }
    if ($Installed.version -ne $Place.Version) { "version $($Installed.version) is installed, and this module is version $($Place.Version): $mend" }
    foreach ($file in $Installed.files.PSObject.Properties) {
        $path = [System.IO.Path]::Combine($Place.App, $file.Name)
        if (-not [System.IO.File]::Exists($path)) { "$path is missing: $mend" }
        elseif ((Get-FileHash -LiteralPath $path -Algorithm SHA256).Hash -ne $file.Value) { "$path is not the file that was installed: look who changed it, then $mend" }
    }
}

function Get-FolderProblem {
    param($Place)
    $fault = if (Test-Path -LiteralPath $Place.Folder) { Get-FolderFault $Place.Folder }
    if ($fault) { "$($Place.Folder) is not safe: $fault. Run Install-QnapVssProvider again" }
    if (Test-Path -LiteralPath $Place.StateFolder) { Get-StateObstacle $Place }
    else { "the state folder $($Place.StateFolder) is missing: run Install-QnapVssProvider again" }
}
