# What is used of the module CimCmdlets, on the classes that the simulator has.
Import-Module "$PSScriptRoot/../SimWindows/SimWindows.psm1"

function Get-CimInstance {
    [CmdletBinding(DefaultParameterSetName = 'ClassNameComputerSet')]
    param(
        [Parameter(Mandatory, Position = 0)] [string] $ClassName,
        [string] $Namespace, [string] $Filter, [string[]] $Property, [string[]] $ComputerName, [uint32] $OperationTimeoutSec)
    $bound = @{ ClassName = $ClassName }
    if ($Filter) { $bound.Filter = $Filter }
    Invoke-Simulated $PSCmdlet $bound
}

function Invoke-CimMethod {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline)] $InputObject,
        [Parameter(Mandatory, Position = 1)] [string] $MethodName,
        [Parameter(Position = 2)] [System.Collections.IDictionary] $Arguments = @{}, [uint32] $OperationTimeoutSec)
    process {
        if (-not $PSCmdlet.ShouldProcess($InputObject.DeviceID, $MethodName)) { return }
        Invoke-Simulated $PSCmdlet @{ DeviceID = $InputObject.DeviceID; MethodName = $MethodName; Arguments = $Arguments }
    }
}

Export-ModuleMember -Function Get-CimInstance, Invoke-CimMethod
