function Get-ProviderPlace {
    # Names and places of the VSS provider on this machine.
    $folder = [System.IO.Path]::Combine((Get-WindowsFolder ProgramFiles), 'QnapSnapshot')
    $app = [System.IO.Path]::Combine($folder, 'app')
    $programs = [System.IO.Path]::Combine($app, 'bin', 'win-x64')
    [pscustomobject]@{
        # Of the COM+ application and its service.
        Name        = 'QnapSnapshot VSS Provider'
        ProviderId  = '{6A1D1F52-2C3B-4D6E-9A41-5B0E7C112202}'
        Version     = $ExecutionContext.SessionState.Module.Version.ToString()
        Source      = Get-ProviderSource
        Folder      = $folder
        App         = $app
        New         = [System.IO.Path]::Combine($folder, 'new')
        Old         = [System.IO.Path]::Combine($folder, 'old')
        Dll         = [System.IO.Path]::Combine($programs, 'qnap-vss-provider.dll')
        Core        = [System.IO.Path]::Combine($programs, 'qnap-snapshot-core.exe')
        StateFolder = [System.IO.Path]::Combine((Get-WindowsFolder CommonApplicationData), 'QnapSnapshot')
        UserFolder  = [System.IO.Path]::Combine((Get-WindowsFolder LocalApplicationData), 'QnapSnapshot')
        Task        = 'QnapSnapshot recovery'
        EventKey    = 'SYSTEM\CurrentControlSet\Services\EventLog\Application\QnapSnapshot'
        VssKey      = 'SYSTEM\CurrentControlSet\Services\VSS\Providers\{6A1D1F52-2C3B-4D6E-9A41-5B0E7C112202}'
    }
}

function Get-ProviderSource { $ExecutionContext.SessionState.Module.ModuleBase }

# SYSTEM and Administrators, nothing inherited, owned by Administrators. Programs may be read and run by users.
$script:StateSddl = 'O:BAG:BAD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)'
$script:ProgramSddl = "$script:StateSddl(A;OICI;0x1200a9;;;BU)"

function Get-SddlFault {
    # Why others could have put something into a folder; nothing where only SYSTEM and Administrators could.
    param([string]$Sddl, [switch]$ReadersToo)
    $trusted = 'SY', 'BA', 'S-1-5-18', 'S-1-5-32-544', 'CO', 'S-1-3-0'
    if ($Sddl -notmatch '^O:(S-[\d-]+|[A-Z]{2})') { return 'its owner cannot be read' }
    if ($Matches[1] -notin $trusted) { return "it belongs to another account than SYSTEM and Administrators ($($Matches[1]))" }
    if ($Sddl -notmatch 'D:[A-Z_]*(\(.*\))') { return 'it has no access list, so everybody may write to it' }
    foreach ($entry in [regex]::Matches($Matches[1], '\(([^()]*)\)')) {
        $type, $null, $rights, $null, $null, $sid = $entry.Groups[1].Value -split ';'
        $reads = -not $ReadersToo -and $rights -in '0x1200a9', 'GXGR', 'FR', 'FX', 'FRFX'
        if ($type -notin 'D', 'OD' -and $sid -notin $trusted -and -not $reads) { return "other accounts than SYSTEM and Administrators may use it ($sid)" }
    }
}
