# Cmdlets of the module Hyper-V, with those of the documented parameters that are used.
Import-Module "$PSScriptRoot/../SimWindows/SimWindows.psm1"

function Get-VM {
    [CmdletBinding(DefaultParameterSetName = 'Name')]
    param(
        [Parameter(ParameterSetName = 'Name', Position = 0, ValueFromPipeline)] [Alias('VMName')] [string[]] $Name,
        [Parameter(ParameterSetName = 'Id', Position = 0, ValueFromPipelineByPropertyName)] [guid] $Id)
    process {
        $bound = @{}
        if ($Name) { $bound.VMName = $Name }
        if ($PSBoundParameters.ContainsKey('Id')) { $bound.VMId = "$Id" }
        Invoke-Simulated $PSCmdlet $bound
    }
}

function Get-VMSnapshot {
    [CmdletBinding(DefaultParameterSetName = 'VMName')]
    param(
        [Parameter(ParameterSetName = 'VMName', Mandatory, Position = 0)] [string[]] $VMName,
        [Parameter(ParameterSetName = 'VMObject', Mandatory, Position = 0, ValueFromPipeline)]
        [PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')] $VM,
        [Parameter(ParameterSetName = 'Id', Mandatory)] [guid] $Id,
        [Parameter(ParameterSetName = 'VMName', Position = 1)] [Parameter(ParameterSetName = 'VMObject', Position = 1)] [string] $Name)
    process { Invoke-Simulated $PSCmdlet $PSBoundParameters @{ VM = 'VMId:Id' } }
}

function Get-VMHardDiskDrive {
    [CmdletBinding(DefaultParameterSetName = 'VMName')]
    param(
        [Parameter(ParameterSetName = 'VMName', Mandatory, Position = 0)] [string[]] $VMName,
        [Parameter(ParameterSetName = 'VMObject', Mandatory, Position = 0, ValueFromPipeline)]
        [PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')] $VM,
        [Parameter(ParameterSetName = 'VMSnapshot', Mandatory, Position = 0, ValueFromPipeline)]
        [Alias('VMCheckpoint')] [PSTypeName('Microsoft.HyperV.PowerShell.VMSnapshot')] $VMSnapshot)
    process { Invoke-Simulated $PSCmdlet $PSBoundParameters @{ VM = 'VMId:Id'; VMSnapshot = 'SnapshotId:Id' } }
}

function Get-VMDvdDrive {
    [CmdletBinding(DefaultParameterSetName = 'VMName')]
    param(
        [Parameter(ParameterSetName = 'VMName', Mandatory, Position = 0)] [string[]] $VMName,
        [Parameter(ParameterSetName = 'VMObject', Mandatory, Position = 0, ValueFromPipeline)]
        [PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')] $VM)
    process { Invoke-Simulated $PSCmdlet $PSBoundParameters @{ VM = 'VMId:Id' } }
}

function Get-VMIntegrationService {
    [CmdletBinding(DefaultParameterSetName = 'VMName')]
    param(
        [Parameter(ParameterSetName = 'VMName', Mandatory, Position = 0)] [string[]] $VMName,
        [Parameter(ParameterSetName = 'VMObject', Mandatory, Position = 0, ValueFromPipeline)]
        [PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')] $VM)
    process { Invoke-Simulated $PSCmdlet $PSBoundParameters @{ VM = 'VMId:Id' } }
}

function Get-VHD {
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)] [string[]] $Path)
    process { foreach ($one in $Path) { Invoke-Simulated $PSCmdlet @{ Path = $one } } }
}

function Set-VM {
    [CmdletBinding(DefaultParameterSetName = 'Name', SupportsShouldProcess)]
    param(
        [Parameter(ParameterSetName = 'Name', Mandatory, Position = 0)] [Alias('VMName')] [string[]] $Name,
        [Parameter(ParameterSetName = 'VMObject', Mandatory, Position = 0, ValueFromPipeline)]
        [PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')] $VM,
        [ValidateSet('Disabled', 'Production', 'ProductionOnly', 'Standard')] [string] $CheckpointType, [switch] $Passthru)
    process { if ($PSCmdlet.ShouldProcess('VM')) { Invoke-Simulated $PSCmdlet $PSBoundParameters @{ VM = 'VMId:Id' } } }
}

function Checkpoint-VM {
    [CmdletBinding(DefaultParameterSetName = 'Name', SupportsShouldProcess)]
    param(
        [Parameter(ParameterSetName = 'Name', Mandatory, Position = 0, ValueFromPipeline)] [Alias('VMName')] [string[]] $Name,
        [Parameter(ParameterSetName = 'VM', Mandatory, Position = 0, ValueFromPipeline)]
        [PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')] $VM,
        [Parameter(Position = 1)] [Alias('CheckpointName')] [string] $SnapshotName, [switch] $AsJob, [switch] $Passthru)
    process {
        if (-not $PSCmdlet.ShouldProcess('VM')) { return }
        $bound = @{} + $PSBoundParameters
        if ($Name) { $bound.Remove('Name'); $bound.VMName = $Name }
        $made = Invoke-Simulated $PSCmdlet $bound @{ VM = 'VMId:Id' }
        if ($Passthru) { $made }
    }
}

function Remove-VMSnapshot {
    [CmdletBinding(DefaultParameterSetName = 'VMName', SupportsShouldProcess)]
    param(
        [Parameter(ParameterSetName = 'VMName', Mandatory, Position = 0)] [string[]] $VMName,
        [Parameter(ParameterSetName = 'VMObject', Mandatory, Position = 0)]
        [PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')] $VM,
        [Parameter(ParameterSetName = 'SnapshotObject', Mandatory, Position = 0, ValueFromPipeline)]
        [Alias('VMCheckpoint')] [PSTypeName('Microsoft.HyperV.PowerShell.VMSnapshot')] $VMSnapshot,
        [Parameter(ParameterSetName = 'VMName', Position = 1)] [Parameter(ParameterSetName = 'VMObject', Position = 1)] [string] $Name,
        [switch] $AsJob, [switch] $Passthru)
    process { if ($PSCmdlet.ShouldProcess('VM')) { Invoke-Simulated $PSCmdlet $PSBoundParameters @{ VM = 'VMId:Id'; VMSnapshot = 'SnapshotId:Id' } } }
}

function Restore-VMSnapshot {
    [CmdletBinding(DefaultParameterSetName = 'VMName', SupportsShouldProcess, ConfirmImpact = 'High')]
    param(
        [Parameter(ParameterSetName = 'VMName', Mandatory, Position = 0)] [string] $Name,
        [Parameter(ParameterSetName = 'VMName', Mandatory, Position = 1)] [string[]] $VMName,
        [Parameter(ParameterSetName = 'SnapshotObject', Mandatory, Position = 0, ValueFromPipeline)]
        [Alias('VMCheckpoint')] [PSTypeName('Microsoft.HyperV.PowerShell.VMSnapshot')] $VMSnapshot, [switch] $Passthru)
    process { if ($PSCmdlet.ShouldProcess('VM')) { Invoke-Simulated $PSCmdlet $PSBoundParameters @{ VMSnapshot = 'SnapshotId:Id' } } }
}

function Start-VM {
    [CmdletBinding(DefaultParameterSetName = 'Name', SupportsShouldProcess)]
    param(
        [Parameter(ParameterSetName = 'Name', Mandatory, Position = 0, ValueFromPipeline)] [Alias('VMName')] [string[]] $Name,
        [Parameter(ParameterSetName = 'VMObject', Mandatory, Position = 0, ValueFromPipeline)]
        [PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')] $VM, [switch] $AsJob, [switch] $Passthru)
    process { Invoke-PowerChange $PSCmdlet $PSBoundParameters $Name }
}

function Save-VM {
    [CmdletBinding(DefaultParameterSetName = 'Name', SupportsShouldProcess)]
    param(
        [Parameter(ParameterSetName = 'Name', Mandatory, Position = 0, ValueFromPipeline)] [Alias('VMName')] [string[]] $Name,
        [Parameter(ParameterSetName = 'VMObject', Mandatory, Position = 0, ValueFromPipeline)]
        [PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')] $VM, [switch] $AsJob, [switch] $Passthru)
    process { Invoke-PowerChange $PSCmdlet $PSBoundParameters $Name }
}

function Stop-VM {
    [CmdletBinding(DefaultParameterSetName = 'Name', SupportsShouldProcess)]
    param(
        [Parameter(ParameterSetName = 'Name', Mandatory, Position = 0, ValueFromPipeline)] [Alias('VMName')] [string[]] $Name,
        [Parameter(ParameterSetName = 'VMObject', Mandatory, Position = 0, ValueFromPipeline)]
        [PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')] $VM,
        [switch] $Save, [switch] $TurnOff, [switch] $Force, [switch] $AsJob, [switch] $Passthru)
    process { Invoke-PowerChange $PSCmdlet $PSBoundParameters $Name }
}

function Remove-VM {
    [CmdletBinding(DefaultParameterSetName = 'Name', SupportsShouldProcess, ConfirmImpact = 'High')]
    param(
        [Parameter(ParameterSetName = 'Name', Mandatory, Position = 0, ValueFromPipeline)] [Alias('VMName')] [string[]] $Name,
        [Parameter(ParameterSetName = 'VMObject', Mandatory, Position = 0, ValueFromPipeline)]
        [PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')] $VM, [switch] $Force, [switch] $AsJob, [switch] $Passthru)
    process {
        $bound = @{} + $PSBoundParameters
        if ($Name) { $bound.Remove('Name'); $bound.VMName = $Name }
        if ($Force -or $PSCmdlet.ShouldProcess('VM')) { Invoke-Simulated $PSCmdlet $bound @{ VM = 'VMId:Id' } }
    }
}

function Import-VM {
    [CmdletBinding(DefaultParameterSetName = 'Register', SupportsShouldProcess)]
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Path,
        [Parameter(ParameterSetName = 'Register')] [switch] $Register, [switch] $AsJob)
    if ($PSCmdlet.ShouldProcess($Path)) { Invoke-Simulated $PSCmdlet @{ Path = $Path } }
}

function Invoke-PowerChange($Cmdlet, $Bound, [string[]] $Name) {
    if (-not $Cmdlet.ShouldProcess('VM')) { return }
    $all = @{} + $Bound
    if ($Name) { $all.Remove('Name'); $all.VMName = $Name }
    Invoke-Simulated $Cmdlet $all @{ VM = 'VMId:Id' }
}

Export-ModuleMember -Function Get-VM, Get-VMSnapshot, Get-VMHardDiskDrive, Get-VMDvdDrive, Get-VMIntegrationService, Get-VHD, Set-VM,
    Checkpoint-VM, Remove-VMSnapshot, Restore-VMSnapshot, Start-VM, Save-VM, Stop-VM, Remove-VM, Import-VM
