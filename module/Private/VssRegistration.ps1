function Register-VssProvider {
    param($Place)
    Invoke-ProviderCall $Place.Dll QVssRegister
}

function Unregister-VssProvider {
    # Any copy of the DLL can do it: the installed one may be what is missing.
    param($Place)
    if (-not (Get-RegistryEntry $Place.VssKey)) { return }
    $copies = foreach ($folder in $Place.App, $Place.New, $Place.Source) { [System.IO.Path]::Combine($folder, 'bin', 'win-x64', 'qnap-vss-provider.dll') }
    Invoke-ProviderCall ($copies | Where-Object { [System.IO.File]::Exists($_) } | Select-Object -First 1) QVssUnregister
}

function Invoke-ProviderCall {
    param([string]$Dll, [string]$Function)
    $result = Invoke-ProviderExport $Dll $Function
    if ($result -lt 0) { throw ('{0} gave 0x{1:X8}' -f $Function, $result) }
}

function Add-EventSource {
    # The texts of the events are in the DLL; errors, warnings and information may come.
    param($Place)
    Set-RegistryEntry $Place.EventKey EventMessageFile $Place.Dll String
    Set-RegistryEntry $Place.EventKey TypesSupported 7 DWord
}

function Register-RecoveryTask {
    # What was interrupted is settled after the machine has started, by SYSTEM, again and again for a day: a NAS may be away at first.
    # It costs little where there is nothing to settle.
    param($Place)
    $trigger = New-ScheduledTaskTrigger -AtStartup
    $often = New-ScheduledTaskTrigger -Once -At (Get-Date) -RepetitionInterval (New-TimeSpan -Minutes 15) -RepetitionDuration (New-TimeSpan -Days 1)
    $trigger.Repetition = $often.Repetition
    $task = @{
        TaskName    = $Place.Task
        Description = 'Finishes or undoes operations of QnapSnapshot that were interrupted.'
        Action      = New-ScheduledTaskAction -Execute $Place.Core -Argument 'run recover'
        Trigger     = $trigger
        Principal   = New-ScheduledTaskPrincipal -UserId S-1-5-18 -LogonType ServiceAccount -RunLevel Highest
        Settings    = New-ScheduledTaskSettingsSet -MultipleInstances IgnoreNew -ExecutionTimeLimit (New-TimeSpan)
    }
    $null = Register-ScheduledTask @task -Force -ErrorAction Stop
}

function Get-RecoveryTask {
    param($Place)
    Get-ScheduledTask -TaskName $Place.Task -ErrorAction Ignore
}

function Unregister-RecoveryTask {
    param($Place)
    if (Get-RecoveryTask $Place) { Unregister-ScheduledTask -TaskName $Place.Task -Confirm:$false -ErrorAction Stop }
}
