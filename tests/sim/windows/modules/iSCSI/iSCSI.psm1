# Cmdlets of the module iSCSI, with the parameters that Microsoft documents.
Import-Module "$PSScriptRoot/../SimWindows/SimWindows.psm1"

function Get-IscsiSession {
    [CmdletBinding(DefaultParameterSetName = 'BySessionIdentifier')]
    param(
        [Parameter(ParameterSetName = 'BySessionIdentifier', ValueFromPipelineByPropertyName)] [string[]] $SessionIdentifier,
        [Parameter(ParameterSetName = 'ByTargetSideIdentifier')] [string[]] $TargetSideIdentifier,
        [Parameter(ParameterSetName = 'ByNumberOfConnections')] [uint32[]] $NumberOfConnections,
        [Parameter(ParameterSetName = 'ByIscsiTarget', ValueFromPipeline)]
        [PSTypeName('Microsoft.Management.Infrastructure.CimInstance#Root/Microsoft/Windows/Storage/MSFT_iSCSITarget')] $IscsiTarget,
        [Parameter(ParameterSetName = 'ByIscsiConnection', ValueFromPipeline)]
        [PSTypeName('Microsoft.Management.Infrastructure.CimInstance#Root/Microsoft/Windows/Storage/MSFT_iSCSIConnection')] $IscsiConnection,
        [Parameter(ParameterSetName = 'ByDisk', ValueFromPipeline)]
        [PSTypeName('Microsoft.Management.Infrastructure.CimInstance#ROOT/Microsoft/Windows/Storage/MSFT_Disk')] $Disk,
        $CimSession, [int] $ThrottleLimit, [switch] $AsJob)
    process {
        Invoke-Simulated $PSCmdlet $PSBoundParameters @{
            IscsiTarget = 'IscsiTarget:NodeAddress'; IscsiConnection = 'IscsiConnection:ConnectionIdentifier'; Disk = 'Disk:ObjectId'
        }
    }
}

function Get-IscsiConnection {
    [CmdletBinding(DefaultParameterSetName = 'ByConnectionIdentifier')]
    param(
        [Parameter(ParameterSetName = 'ByConnectionIdentifier')] [string[]] $ConnectionIdentifier,
        [Parameter(ParameterSetName = 'ByIscsiSession', ValueFromPipeline)]
        [PSTypeName('Microsoft.Management.Infrastructure.CimInstance#Root/Microsoft/Windows/Storage/MSFT_iSCSISession')] $IscsiSession,
        [Parameter(ParameterSetName = 'ByIscsiTarget', ValueFromPipeline)]
        [PSTypeName('Microsoft.Management.Infrastructure.CimInstance#Root/Microsoft/Windows/Storage/MSFT_iSCSITarget')] $iSCSITarget,
        [Parameter(ParameterSetName = 'ByDisk', ValueFromPipeline)]
        [PSTypeName('Microsoft.Management.Infrastructure.CimInstance#ROOT/Microsoft/Windows/Storage/MSFT_Disk')] $Disk,
        $CimSession, [int] $ThrottleLimit, [switch] $AsJob)
    process {
        Invoke-Simulated $PSCmdlet $PSBoundParameters @{
            IscsiSession = 'IscsiSession:SessionIdentifier'; iSCSITarget = 'IscsiTarget:NodeAddress'; Disk = 'Disk:ObjectId'
        }
    }
}

function Get-IscsiTarget {
    [CmdletBinding(DefaultParameterSetName = 'ByNodeAddress')]
    param(
        [Parameter(ParameterSetName = 'ByNodeAddress', Position = 0, ValueFromPipelineByPropertyName)] [string[]] $NodeAddress,
        [Parameter(ParameterSetName = 'ByIscsiSession', ValueFromPipeline)]
        [PSTypeName('Microsoft.Management.Infrastructure.CimInstance#Root/Microsoft/Windows/Storage/MSFT_iSCSISession')] $IscsiSession,
        $CimSession, [int] $ThrottleLimit, [switch] $AsJob)
    process { Invoke-Simulated $PSCmdlet $PSBoundParameters @{ IscsiSession = 'IscsiSession:SessionIdentifier' } }
}

function Get-IscsiTargetPortal {
    [CmdletBinding()]
    param([string[]] $TargetPortalAddress, $CimSession, [int] $ThrottleLimit, [switch] $AsJob)
    Invoke-Simulated $PSCmdlet $PSBoundParameters
}

function New-IscsiTargetPortal {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $TargetPortalAddress, [uint16] $TargetPortalPortNumber,
        [string] $InitiatorPortalAddress, [string] $InitiatorInstanceName, [string] $AuthenticationType,
        [string] $ChapUsername, [string] $ChapSecret, [bool] $IsHeaderDigest, [bool] $IsDataDigest,
        $CimSession, [int] $ThrottleLimit, [switch] $AsJob)
    Invoke-Simulated $PSCmdlet $PSBoundParameters
}

function Update-IscsiTarget {
    [CmdletBinding()]
    param($CimSession, [int] $ThrottleLimit, [switch] $AsJob, [switch] $PassThru)
    Invoke-Simulated $PSCmdlet $PSBoundParameters
}

function Connect-IscsiTarget {
    [CmdletBinding(DefaultParameterSetName = 'ByNodeAddress')]
    param(
        [Parameter(ParameterSetName = 'ByNodeAddress', Mandatory, ValueFromPipelineByPropertyName)] [string] $NodeAddress,
        [string] $TargetPortalAddress, [uint16] $TargetPortalPortNumber, [string] $InitiatorPortalAddress,
        [string] $InitiatorInstanceName, [string] $AuthenticationType, [string] $ChapUsername, [string] $ChapSecret,
        [bool] $IsHeaderDigest, [bool] $IsDataDigest, [bool] $IsPersistent, [bool] $IsMultipathEnabled, [bool] $ReportToPnP,
        $CimSession, [int] $ThrottleLimit, [switch] $AsJob)
    process { Invoke-Simulated $PSCmdlet $PSBoundParameters }
}

function Disconnect-IscsiTarget {
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
    param(
        [Parameter(ValueFromPipelineByPropertyName)] [string] $NodeAddress,
        [Parameter(ValueFromPipelineByPropertyName)] [string] $SessionIdentifier,
        [switch] $PassThru, $CimSession, [int] $ThrottleLimit, [switch] $AsJob)
    process { if ($PSCmdlet.ShouldProcess($NodeAddress)) { Invoke-Simulated $PSCmdlet $PSBoundParameters } }
}

function Register-IscsiSession {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, ValueFromPipelineByPropertyName)] [string] $SessionIdentifier,
        [bool] $IsMultipathEnabled, [string] $ChapUsername, [string] $ChapSecret, [switch] $PassThru,
        $CimSession, [int] $ThrottleLimit, [switch] $AsJob)
    process { Invoke-Simulated $PSCmdlet $PSBoundParameters }
}

function Unregister-IscsiSession {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, ValueFromPipelineByPropertyName)] [string] $SessionIdentifier,
        [switch] $PassThru, $CimSession, [int] $ThrottleLimit, [switch] $AsJob)
    process { Invoke-Simulated $PSCmdlet $PSBoundParameters }
}

function Set-IscsiChapSecret {
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $ChapSecret, $CimSession, [int] $ThrottleLimit, [switch] $AsJob)
    Invoke-Simulated $PSCmdlet $PSBoundParameters
}

Export-ModuleMember -Function Get-IscsiSession, Get-IscsiConnection, Get-IscsiTarget, Get-IscsiTargetPortal, New-IscsiTargetPortal,
    Update-IscsiTarget, Connect-IscsiTarget, Disconnect-IscsiTarget, Register-IscsiSession, Unregister-IscsiSession, Set-IscsiChapSecret
