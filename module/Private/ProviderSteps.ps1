function New-Step {
    # Do and Undo see $Place. Undo must do for a step that was half done, too.
    param([string]$Action, [scriptblock]$Do, [scriptblock]$Undo = { })
    [pscustomobject]@{ action = $Action; changes = $true; Do = $Do; Undo = $Undo }
}

function Get-InstallStep {
    # What is there already is taken away before its successor comes: run again, an installation is a repair or an upgrade.
    param($Place)
    if (-not (Test-Path -LiteralPath $Place.StateFolder)) {
        New-Step "Make the state folder $($Place.StateFolder) for SYSTEM and Administrators alone" `
            { New-StateFolder $Place.StateFolder } { [System.IO.Directory]::Delete($Place.StateFolder) }
    }
    New-Step "Copy version $($Place.Version) to $($Place.New) and compare each file by its SHA-256" `
        { Copy-ProviderFile $Place } { Remove-Tree $Place.New; Remove-EmptyFolder $Place.Folder }
    if (Get-RegistryEntry $Place.VssKey) { New-Step 'Take the present provider off VSS' { Unregister-VssProvider $Place } { Register-VssProvider $Place } }
    if (Test-ComApplication $Place.Name) {
        New-Step "Stop and remove the present COM+ application '$($Place.Name)'" { Remove-ComApplication $Place.Name } { Restore-ComApplication $Place }
    }
    New-Step "Put the files in their place, $($Place.App)" { Switch-ProviderFolder $Place } { Undo-ProviderFolder $Place }
    New-Step "Make the COM+ application '$($Place.Name)', run as a service by SYSTEM, for SYSTEM and Administrators alone" `
        { Add-ComApplication $Place.Name $Place.Dll } { Remove-ComApplication $Place.Name }
    New-Step "Register the provider $($Place.ProviderId) with VSS" { Register-VssProvider $Place } { Unregister-VssProvider $Place }
    if (-not (Get-RegistryEntry $Place.EventKey)) {
        New-Step "Make the event source 'QnapSnapshot'" { Add-EventSource $Place } { Remove-RegistryEntry $Place.EventKey }
    }
    $undo = if (Get-RecoveryTask $Place) { { } } else { { Unregister-RecoveryTask $Place } }
    New-Step "Make the start-up task '$($Place.Task)': $($Place.Core) run recover, by SYSTEM" { Register-RecoveryTask $Place } $undo
}

function Restore-ComApplication {
    # Where stopping it failed it is still there.
    param($Place)
    if (-not (Test-ComApplication $Place.Name)) { Add-ComApplication $Place.Name $Place.Dll }
}

function Get-UninstallStep {
    param($Place, [switch]$RemoveState)
    if (Get-RegistryEntry $Place.VssKey) { New-Step "Take the provider $($Place.ProviderId) off VSS" { Unregister-VssProvider $Place } }
    if (Test-ComApplication $Place.Name) { New-Step "Stop and remove the COM+ application '$($Place.Name)' and its service" { Remove-ComApplication $Place.Name } }
    if (Get-RecoveryTask $Place) { New-Step "Remove the start-up task '$($Place.Task)'" { Unregister-RecoveryTask $Place } }
    if (Get-RegistryEntry $Place.EventKey) { New-Step "Remove the event source 'QnapSnapshot'" { Remove-RegistryEntry $Place.EventKey } }
    if (Test-Path -LiteralPath $Place.Folder) { New-Step "Remove the folder $($Place.Folder)" { Remove-Tree $Place.Folder } }
    if ($RemoveState -and (Test-Path -LiteralPath $Place.StateFolder)) {
        New-Step "Remove the state folder $($Place.StateFolder): stored NAS and vCenters, the journal, and what is known of every snapshot" { Remove-Tree $Place.StateFolder }
    }
}

function Invoke-InstallStep {
    # When a step fails, it and those before it are undone, the last first. Gives the reason, and what could not be undone.
    param([object[]]$Step, $Place)
    $ErrorActionPreference = 'Stop'
    $begun = New-Object System.Collections.Stack
    foreach ($one in $Step) {
        $begun.Push($one)
        try { $null = & $one.Do }
        catch {
            $failed = [pscustomobject]@{ Action = $one.action; Reason = "$_"; Left = @() }
            foreach ($each in $begun) { try { $null = & $each.Undo } catch { $failed.Left += "$($each.action): $_" } }
            return $failed
        }
    }
}

function Invoke-UninstallStep {
    # Goes on after a step that fails. Gives a line for each.
    param([object[]]$Step, $Place)
    $ErrorActionPreference = 'Stop'
    foreach ($one in $Step) { try { $null = & $one.Do } catch { "$($one.action): $_" } }
}
