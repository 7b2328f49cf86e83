# What the installation asks of Windows and no cmdlet that can be replaced does: a function for each, so that tests on other systems
# can put a recording in its place.

function Test-Windows { [Environment]::OSVersion.Platform -eq 'Win32NT' }

function Test-64BitProcess { [Environment]::Is64BitProcess }

function Test-Administrator {
    $principal = New-Object System.Security.Principal.WindowsPrincipal ([System.Security.Principal.WindowsIdentity]::GetCurrent())
    $principal.IsInRole((New-Object System.Security.Principal.SecurityIdentifier 'S-1-5-32-544'))
}

function Get-WindowsFolder {
    # By the system, not by the environment, which belongs to whoever starts us.
    param([System.Environment+SpecialFolder]$Name)
    [Environment]::GetFolderPath($Name)
}

function Get-AccountName {
    # Without its domain, in the language of this Windows.
    param([string]$Sid)
    $account = (New-Object System.Security.Principal.SecurityIdentifier $Sid).Translate([System.Security.Principal.NTAccount])
    ($account.Value -split '\\')[-1]
}

function Set-PathSddl {
    # Owner, group and access list, no more: setting an audit list would need a privilege of its own.
    param([string]$Path, [string]$Sddl)
    $acl = Get-Acl -LiteralPath $Path
    $acl.SetSecurityDescriptorSddlForm($Sddl, [System.Security.AccessControl.AccessControlSections]'Owner, Group, Access')
    Set-Acl -LiteralPath $Path -AclObject $acl
}

function Open-ComCatalog { New-Object -ComObject COMAdmin.COMAdminCatalog }

function Set-ComValue {
    param($Item, [string]$Name, $Value)
    $Item.Value($Name) = $Value
}

function Get-RegistryEntry {
    # The values under a key of this machine, or nothing.
    param([string]$Key)
    if (Test-Path -LiteralPath "HKLM:\$Key") { Get-ItemProperty -LiteralPath "HKLM:\$Key" }
}

function Set-RegistryEntry {
    param([string]$Key, [string]$Name, $Value, [string]$Type)
    if (-not (Test-Path -LiteralPath "HKLM:\$Key")) { $null = New-Item -Path "HKLM:\$Key" }
    $null = New-ItemProperty -LiteralPath "HKLM:\$Key" -Name $Name -Value $Value -PropertyType $Type -Force
}

function Remove-RegistryEntry {
    param([string]$Key)
    if (Test-Path -LiteralPath "HKLM:\$Key") { Remove-Item -LiteralPath "HKLM:\$Key" -Recurse }
}

function Invoke-ProviderExport {
    # Calls a function of the provider's DLL that takes nothing and gives an HRESULT. The DLL is let go at once, so that it can be replaced.
    param([string]$Dll, [string]$Function)
    if (-not ('QnapSnapshot.Dll' -as [type])) { Add-Type -TypeDefinition $script:DllCaller }
    [QnapSnapshot.Dll]::Call($Dll, $Function)
}

$script:DllCaller = @'
using System;
using System.ComponentModel;
using System.Runtime.InteropServices;
namespace QnapSnapshot {
    public static class Dll {
        delegate int Export();
        [DllImport("kernel32", CharSet = CharSet.Unicode, SetLastError = true)] static extern IntPtr LoadLibraryExW(string path, IntPtr file, uint flags);
        [DllImport("kernel32", CharSet = CharSet.Ansi, ExactSpelling = true, SetLastError = true)] static extern IntPtr GetProcAddress(IntPtr module, string name);
        [DllImport("kernel32")] static extern bool FreeLibrary(IntPtr module);
        public static int Call(string path, string function) {
            // LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_SYSTEM32
            IntPtr module = LoadLibraryExW(path, IntPtr.Zero, 0x900);
            if (module == IntPtr.Zero) throw new Win32Exception();
            try {
                IntPtr address = GetProcAddress(module, function);
                if (address == IntPtr.Zero) throw new Win32Exception();
                return ((Export)Marshal.GetDelegateForFunctionPointer(address, typeof(Export)))();
            }
            finally { FreeLibrary(module); }
        }
    }
}
'@
