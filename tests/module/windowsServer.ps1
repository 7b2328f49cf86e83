# A Windows Server for the installation: what Windows keeps stands in $Windows, each change is recorded in $Windows.Calls, and the
# one that is number $Windows.FailAt fails. Files are real, below $Root. Dot-source it after the module was imported.
param([string]$Root)

$global:Windows = @{
    Root = $Root; Calls = New-Object System.Collections.ArrayList; FailAt = 0
    Elevated = $true; Is64Bit = $true; System = @{ ProductType = 3; Version = '10.0.20348' }; Services = @()
    Acl = @{}; Com = [ordered]@{}; Registry = @{}; Tasks = @{}; RealProcesses = $false; Signature = 'NotSigned'
}
$global:Inherited = 'O:S-1-5-21-7-7-7-1001G:DUD:AI(A;OICIID;FA;;;SY)(A;OICIID;FA;;;BA)(A;OICIIOID;GA;;;CO)(A;OICIID;0x1200a9;;;BU)(A;CIID;DCLCRPCR;;;BU)'

function global:Add-Call([string]$Text) {
    $null = $Windows.Calls.Add($Text.Replace($Windows.Root, '<root>'))
    if ($Windows.Calls.Count -eq $Windows.FailAt) { throw "Windows refused: $Text" }
}

function global:Get-CimInstance($ClassName, $Property) {
    if ($ClassName -eq 'Win32_OperatingSystem') { return [pscustomobject]$Windows.System }
    foreach ($service in $Windows.Services) { [pscustomobject]$service }
    foreach ($name in $Windows.Com.Keys) {
        if ($Windows.Com[$name].Service) { [pscustomobject]@{ Name = $name; DisplayName = $name; PathName = 'C:\Windows\system32\dllhost.exe'; State = 'Running'; StartMode = 'Auto' } }
    }
}

function global:Get-Acl($LiteralPath) {
    $known = $Windows.Acl[$LiteralPath]
    $acl = [pscustomobject]@{ Sddl = $(if ($known) { $known } else { $Inherited }) }
    Add-Member -InputObject $acl -PassThru ScriptMethod SetSecurityDescriptorSddlForm { param($Sddl, $Sections) $this.Sddl = $Sddl }
}

function global:Set-Acl($LiteralPath, $AclObject) {
    Add-Call "Set-Acl $LiteralPath $($AclObject.Sddl)"
    $Windows.Acl[$LiteralPath] = $AclObject.Sddl
}

function global:Get-AuthenticodeSignature($FilePath) { [pscustomobject]@{ Status = $Windows.Signature } }

function global:Copy-Item($LiteralPath, $Destination) {
    Add-Call "Copy-Item $([IO.Path]::GetFileName($LiteralPath)) $Destination"
    Microsoft.PowerShell.Management\Copy-Item -LiteralPath $LiteralPath -Destination $Destination
}

function global:New-ScheduledTaskAction($Execute, $Argument) { "$Execute $Argument" }
function global:New-ScheduledTaskTrigger([switch]$AtStartup, [switch]$Once, $At, $RepetitionInterval, $RepetitionDuration) {
    [pscustomobject]@{ Start = $(if ($AtStartup) { 'at start-up' } else { 'once' }); Repetition = "every $($RepetitionInterval.TotalMinutes) min for $($RepetitionDuration.TotalHours) h" }
}
function global:New-ScheduledTaskPrincipal($UserId, $LogonType, $RunLevel) { "$UserId $LogonType $RunLevel" }
function global:New-ScheduledTaskSettingsSet($MultipleInstances, $ExecutionTimeLimit) { "$MultipleInstances, limit $($ExecutionTimeLimit.Ticks)" }
function global:Register-ScheduledTask {
    [CmdletBinding()] param($TaskName, $Description, $Action, $Trigger, $Principal, $Settings, [switch]$Force)
    Add-Call "Register-ScheduledTask $TaskName | $Action | $($Trigger.Start), $($Trigger.Repetition) | $Principal | $Settings"
    $Windows.Tasks[$TaskName] = $Action
    @{ TaskName = $TaskName }
}
function global:Get-ScheduledTask { [CmdletBinding()] param($TaskName) if ($Windows.Tasks[$TaskName]) { @{ TaskName = $TaskName } } }
function global:Unregister-ScheduledTask { [CmdletBinding(SupportsShouldProcess)] param($TaskName) Add-Call "Unregister-ScheduledTask $TaskName"; $Windows.Tasks.Remove($TaskName) }

# A COM+ catalogue, as COMAdmin shows it: collections that are read by index, items whose values are set by name.
function global:New-ComItem($Values) {
    $item = [pscustomobject]@{ Values = $Values; Key = [string]$Values.Name }
    Add-Member -InputObject $item -PassThru ScriptMethod Value { param($Name) $this.Values[$Name] }
}
function global:New-ComCollection([string]$Name, [object[]]$Items, [scriptblock]$Save) {
    $collection = [pscustomobject]@{ Name = $Name; Items = New-Object System.Collections.ArrayList; Count = 0; Save = $Save }
    foreach ($item in $Items) { $null = $collection.Items.Add($item) }
    Add-Member -InputObject $collection ScriptMethod Populate { $this.Count = $this.Items.Count }
    Add-Member -InputObject $collection ScriptMethod Item { param($Index) $this.Items[$Index] }
    Add-Member -InputObject $collection ScriptMethod Add { $item = New-ComItem @{}; $null = $this.Items.Add($item); $item }
    Add-Member -InputObject $collection ScriptMethod Remove { param($Index) Add-Call "$($this.Name).Remove $($this.Items[$Index].Value('Name'))"; $this.Items.RemoveAt($Index) }
    Add-Member -InputObject $collection ScriptMethod SaveChanges {
        Add-Call "$($this.Name).SaveChanges"
        foreach ($item in $this.Items) { $item.Key = [string]$item.Values.Name }
        & $this.Save $this.Items
    }
    Add-Member -InputObject $collection -PassThru ScriptMethod GetCollection {
        param($Name, $Key)
        if (-not $Key) { throw "$Name of what?" }
        New-ComCollection $Name @() { }
    }
}

. (Get-Module QnapSnapshot) {
    function Test-Windows { $true }
    function Test-64BitProcess { $Windows.Is64Bit }
    function Test-Administrator { $Windows.Elevated }
    function Get-WindowsFolder([string]$Name) { [IO.Path]::Combine($Windows.Root, $Name) }
    function Get-ProviderSource { [IO.Path]::Combine($Windows.Root, 'module') }
    function Get-AccountName([string]$Sid) { @{ 'S-1-5-32-544' = 'Administratoren'; 'S-1-5-18' = 'SYSTEM' }[$Sid] }
    # Tests run beside each other, and each would see the others' processes.
    if (-not (Test-Path variable:script:RealRivals)) { $script:RealRivals = ${function:Get-RivalProcess} }
    function Get-RivalProcess { if ($Windows.RealProcesses) { & $script:RealRivals } }
    function Get-RegistryEntry([string]$Key) { if ($Windows.Registry[$Key]) { [pscustomobject]$Windows.Registry[$Key] } }
    function Set-RegistryEntry([string]$Key, [string]$Name, $Value, [string]$Type) {
        Add-Call "Set-RegistryEntry $Key $Name=$Value ($Type)"
        if (-not $Windows.Registry[$Key]) { $Windows.Registry[$Key] = @{} }
        $Windows.Registry[$Key][$Name] = $Value
    }
    function Remove-RegistryEntry([string]$Key) { if ($Windows.Registry[$Key]) { Add-Call "Remove-RegistryEntry $Key"; $Windows.Registry.Remove($Key) } }
    function Move-ProviderFolder([string]$From, [string]$To) { Add-Call "Move $From $To"; [IO.Directory]::Move($From, $To) }
    function Set-ComValue($Item, [string]$Name, $Value) { Add-Call "$Name = $Value"; $Item.Values[$Name] = $Value }
    function Open-ComCatalog {
        $catalog = [pscustomobject]@{}
        Add-Member -InputObject $catalog ScriptMethod GetCollection {
            param($Name)
            New-ComCollection $Name @($Windows.Com.Keys | ForEach-Object { New-ComItem @{ Name = $_ } }) {
                param($Items)
                $named = @($Items | ForEach-Object { $_.Value('Name') })
                foreach ($gone in @($Windows.Com.Keys | Where-Object { $_ -notin $named })) { $Windows.Com.Remove($gone) }
                foreach ($new in $named | Where-Object { -not $Windows.Com.Contains($_) }) { $Windows.Com[$new] = @{ Service = $false; Dll = $null; Runs = $false } }
            }
        }
        Add-Member -InputObject $catalog ScriptMethod CreateServiceForApplication {
            param($Application, $Service, $Start, $Control, $Depends, $Account, $Password, $Desktop)
            Add-Call "CreateServiceForApplication $Application $Service $Start $Control $Account"
            $Windows.Com[$Application].Service = $true
        }
        Add-Member -InputObject $catalog ScriptMethod InstallComponent { param($Application, $Dll, $Types, $Proxy) Add-Call "InstallComponent $Application $Dll"; $Windows.Com[$Application].Dll = $Dll }
        Add-Member -InputObject $catalog -PassThru ScriptMethod ShutdownApplication { param($Application) Add-Call "ShutdownApplication $Application" }
    }
    function Invoke-ProviderExport([string]$Dll, [string]$Function) {
        Add-Call "$Function of $Dll"
        if (-not [IO.File]::Exists($Dll)) { throw "there is no $Dll" }
        $key = (Get-ProviderPlace).VssKey
        if ($Function -eq 'QVssRegister') { $Windows.Registry[$key] = @{ Name = 'QnapSnapshot' } } else { $Windows.Registry.Remove($key) }
        0
    }
}

# What Windows keeps, and each file with its content: to be compared with what was before.
function global:Get-ServerState {
    $files = Get-ChildItem -LiteralPath ([IO.Path]::Combine($Windows.Root, 'ProgramFiles')), ([IO.Path]::Combine($Windows.Root, 'CommonApplicationData')) -Recurse -Force |
        ForEach-Object { $(if ($_.PSIsContainer) { $_.FullName } else { "$($_.FullName) $([IO.File]::ReadAllText($_.FullName))" }) }
    $keys = @($Windows.Registry.Keys | Sort-Object | ForEach-Object { $key = $_; $Windows.Registry[$key].Keys | Sort-Object | ForEach-Object { "$key $_=$($Windows.Registry[$key][$_])" } })
    $com = @($Windows.Com.Keys | ForEach-Object { "$_ $($Windows.Com[$_].Service) $($Windows.Com[$_].Dll)" })
    $rights = @($Windows.Acl.Keys | Sort-Object | Where-Object { Test-Path -LiteralPath $_ } | ForEach-Object { "$_ $($Windows.Acl[$_])" })
    (@($files) + $keys + $com + $rights + @($Windows.Tasks.Keys)) -join "`n"
}

# Files as the module ships them, small ones.
foreach ($folder in 'module/bin/win-x64/vendor', 'module/Host', 'ProgramFiles', 'CommonApplicationData', 'LocalApplicationData') { $null = New-Item -ItemType Directory ([IO.Path]::Combine($Root, $folder)) }
foreach ($file in 'bin/win-x64/qnap-snapshot-core.exe', 'bin/win-x64/qnap-snapshot-dpapi.exe', 'bin/win-x64/qnap-vss-provider.dll', 'bin/win-x64/qnap-vss-requestor.exe', 'bin/win-x64/vendor/fastlist.exe', 'Host/Get-HostDisk.ps1') {
    [IO.File]::WriteAllText([IO.Path]::Combine($Root, 'module', $file), "content of $file")
}
