function Confirm-Windows {
    param($Cmdlet)
    if (-not (Test-Windows)) {
        Stop-QnapCmdlet (New-QnapErrorRecord WindowsOnly ('The VSS provider is for Windows Server: this system has no VSS. ' +
                'Snapshots of LUNs need none: New-QnapLunSnapshot runs here.') NotImplemented $null) $Cmdlet
    }
}

function Stop-Installation {
    param([string[]]$Obstacle, $Cmdlet)
    Stop-QnapCmdlet (New-QnapErrorRecord PrerequisitesMissing "Nothing was done, because: $($Obstacle -join '; ')." InvalidOperation $null) $Cmdlet
}

function Stop-FailedInstallation {
    param($Failed, $Cmdlet)
    $state = if ($Failed.Left.Count -eq 0) { 'Everything before it was undone.' }
    else { "What could not be undone: $($Failed.Left -join '; '). Uninstall-QnapVssProvider removes it." }
    Stop-QnapCmdlet (New-QnapErrorRecord InstallationFailed "$($Failed.Action): $($Failed.Reason). $state" InvalidOperation $null) $Cmdlet
}

function Use-MachineState {
    # From now on the machine's folder counts; the core of this session has opened the account's own.
    param($Place, $Cmdlet)
    Stop-QnapCore
    if ([System.IO.File]::Exists([System.IO.Path]::Combine($Place.UserFolder, 'settings.json'))) {
        $Cmdlet.WriteWarning("What was stored for this account alone stays in $($Place.UserFolder) and is no longer read: run Set-QnapNas and " +
            'Set-QnapVMwareSetting again for each NAS and vCenter. Labels of snapshots and operations from before are there, too.')
    }
}

function Remove-OldProvider {
    param($Place, $Cmdlet)
    try { Remove-Tree $Place.Old }
    catch { $Cmdlet.WriteWarning("The version before is still in $($Place.Old), which a program has open; the next installation removes it.") }
}
