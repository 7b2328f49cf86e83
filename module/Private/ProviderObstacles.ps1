function Get-InstallObstacle {
    # Everything that stands in the way of an installation, all at once, a line each.
    param($Place)
    @(Get-WindowsObstacle) + @(Get-RivalLine SmiSProvider) + @(Get-SourceObstacle $Place) + @(Get-StateObstacle $Place) + @(Get-BusyObstacle)
}

function Get-WindowsObstacle {
    $system = Get-CimInstance -ClassName Win32_OperatingSystem -Property ProductType, Version
    if ($system.ProductType -eq 1) { 'this is no Windows Server, and VSS takes hardware providers on servers only' }
    if ([version]$system.Version -lt [version]'6.3') { "Windows $($system.Version) is too old: Windows Server 2012 R2 (6.3) or later is needed" }
    if (-not (Test-64BitProcess)) { 'this is a 32-bit PowerShell: start the 64-bit one' }
    Get-RightsObstacle
}

function Get-RightsObstacle {
    if (-not (Test-Administrator)) { "this session is not elevated: start PowerShell with 'Run as administrator'" }
}

# Assumed, as in the core (windows/rivals.ts): neither name is published by QNAP.
$script:RivalServices = @{ SmiSProvider = '\bSMI-?S\b|cimserver'; SnapshotAgent = '^(?!QnapSnapshot ).*QNAP.*Snapshot' }

function Get-RivalLine {
    # Programs that must not be there beside the provider: by their processes, and by services that may start them later.
    param([ValidateSet('SmiSProvider', 'SnapshotAgent')][string]$Kind)
    $what = @{ SmiSProvider = 'an SMI-S provider'; SnapshotAgent = 'another snapshot agent' }[$Kind]
    foreach ($rival in Get-RivalProcess) {
        if ($rival -is [System.Management.Automation.ErrorRecord]) { "the processes cannot be listed: $rival" }
        elseif ($rival.kind -eq $Kind) { "$what runs: $($rival.process) (process $($rival.pid)). Uninstall it first" }
    }
    foreach ($service in Get-CimInstance -ClassName Win32_Service -Property Name, DisplayName, PathName) {
        $told = $service.Name, $service.DisplayName, $service.PathName
        if ($told -match $script:RivalServices[$Kind]) { "$what is installed: service '$($service.Name)' ($($service.DisplayName)). Uninstall it first" }
    }
}

function Get-RivalProcess {
    $answer = Invoke-QnapCore getVssProvider -OnError Return
    if ($answer -is [System.Management.Automation.ErrorRecord]) { $answer } else { $answer.rivals }
}

function Get-SourceObstacle {
    param($Place)
    foreach ($name in 'qnap-snapshot-core.exe', 'qnap-snapshot-dpapi.exe', 'qnap-vss-provider.dll', 'qnap-vss-requestor.exe') {
        $file = [System.IO.Path]::Combine($Place.Source, 'bin', 'win-x64', $name)
        if (-not [System.IO.File]::Exists($file)) { "$file is missing: install the module again from its release package"; continue }
        $status = [string](Get-AuthenticodeSignature -FilePath $file).Status
        if ($status -notin 'Valid', 'NotSigned') { "the signature of $file is not good ($status): install the module again from its release package" }
    }
}

function Get-StateObstacle {
    param($Place)
    if (-not (Test-Path -LiteralPath $Place.StateFolder)) { return }
    $fault = Get-FolderFault $Place.StateFolder -ReadersToo
    if ($fault) {
        "the folder $($Place.StateFolder) is not safe: $fault. Look who made it. Then remove it, or, if all in it is yours: " +
        "takeown /A /R /F ""$($Place.StateFolder)""; icacls ""$($Place.StateFolder)"" /inheritance:r /grant ""*S-1-5-18:(OI)(CI)F"" ""*S-1-5-32-544:(OI)(CI)F"""
    }
}

function Get-FolderFault {
    param([string]$Path, [switch]$ReadersToo)
    if ((Get-Item -LiteralPath $Path -Force).Attributes -band [System.IO.FileAttributes]::ReparsePoint) { return 'it is a link' }
    try { $acl = Get-Acl -LiteralPath $Path } catch [System.UnauthorizedAccessException] { return 'this account may not read its rights' }
    Get-SddlFault $acl.Sddl -ReadersToo:$ReadersToo
}

function Get-BusyObstacle {
    # A set that is under way runs from the files that would go.
    foreach ($operation in @(Invoke-QnapCore getOperation @{ unfinished = $true } -Rows -OnError Ignore)) {
        if ($operation.state -eq 'Running') { "operation $($operation.operationId) ($($operation.kind)) is under way: wait until Get-QnapOperation shows its end" }
    }
}
