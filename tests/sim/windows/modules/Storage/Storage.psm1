# Cmdlets of the module Storage, with the parameters that Microsoft documents.
Import-Module "$PSScriptRoot/../SimWindows/SimWindows.psm1"

function Get-Disk {
    [CmdletBinding(DefaultParameterSetName = 'ByNumber')]
    param(
        [Parameter(ParameterSetName = 'ByNumber', Position = 0, ValueFromPipelineByPropertyName)] [Alias('DeviceId')] [uint32[]] $Number,
        [Parameter(ParameterSetName = 'ByUniqueId', ValueFromPipelineByPropertyName)] [Alias('Id')] [string[]] $UniqueId,
        [Parameter(ParameterSetName = 'ByName', ValueFromPipelineByPropertyName)] [string[]] $FriendlyName,
        [Parameter(ParameterSetName = 'ByPath', ValueFromPipelineByPropertyName)] [string[]] $Path,
        [Parameter(ParameterSetName = 'BySerialNumber')] [string[]] $SerialNumber,
        [Parameter(ParameterSetName = 'ByPartition', ValueFromPipeline)]
        [PSTypeName('Microsoft.Management.Infrastructure.CimInstance#ROOT/Microsoft/Windows/Storage/MSFT_Partition')] $Partition,
        [Parameter(ParameterSetName = 'ByiSCSISession', ValueFromPipeline)]
        [PSTypeName('Microsoft.Management.Infrastructure.CimInstance#Root/Microsoft/Windows/Storage/MSFT_iSCSISession')] $iSCSISession,
        [Parameter(ParameterSetName = 'ByiSCSIConnection', ValueFromPipeline)]
        [PSTypeName('Microsoft.Management.Infrastructure.CimInstance#Root/Microsoft/Windows/Storage/MSFT_iSCSIConnection')] $iSCSIConnection,
        $CimSession, [int] $ThrottleLimit, [switch] $AsJob)
    process {
        Invoke-Simulated $PSCmdlet $PSBoundParameters @{
            Partition = 'Number:DiskNumber'; iSCSISession = 'IscsiSession:SessionIdentifier'; iSCSIConnection = 'IscsiSession:ConnectionIdentifier'
        }
    }
}

function Set-Disk {
    [CmdletBinding(DefaultParameterSetName = 'ByNumberAttributes')]
    param(
        [Parameter(ParameterSetName = 'ByNumber', Mandatory, Position = 0)]
        [Parameter(ParameterSetName = 'ByNumberAttributes', Mandatory, Position = 0)] [uint32] $Number,
        [Parameter(ParameterSetName = 'ByUniqueId', Mandatory)]
        [Parameter(ParameterSetName = 'ByUniqueIdAttributes', Mandatory)] [string] $UniqueId,
        [Parameter(ParameterSetName = 'ByPath', Mandatory)]
        [Parameter(ParameterSetName = 'ByPathAttributes', Mandatory)] [string] $Path,
        [Parameter(ParameterSetName = 'ByObject', Mandatory, ValueFromPipeline)]
        [Parameter(ParameterSetName = 'ByObjectAttributes', Mandatory, ValueFromPipeline)]
        [PSTypeName('Microsoft.Management.Infrastructure.CimInstance#ROOT/Microsoft/Windows/Storage/MSFT_Disk')] $InputObject,
        [Parameter(ParameterSetName = 'ByNumber')] [Parameter(ParameterSetName = 'ByUniqueId')]
        [Parameter(ParameterSetName = 'ByPath')] [Parameter(ParameterSetName = 'ByObject')] [bool] $IsOffline,
        [Parameter(ParameterSetName = 'ByNumberAttributes')] [Parameter(ParameterSetName = 'ByUniqueIdAttributes')]
        [Parameter(ParameterSetName = 'ByPathAttributes')] [Parameter(ParameterSetName = 'ByObjectAttributes')] [bool] $IsReadOnly,
        [Parameter(ParameterSetName = 'ByNumberAttributes')] [Parameter(ParameterSetName = 'ByUniqueIdAttributes')]
        [Parameter(ParameterSetName = 'ByPathAttributes')] [Parameter(ParameterSetName = 'ByObjectAttributes')] [uint32] $Signature,
        [Parameter(ParameterSetName = 'ByNumberAttributes')] [Parameter(ParameterSetName = 'ByUniqueIdAttributes')]
        [Parameter(ParameterSetName = 'ByPathAttributes')] [Parameter(ParameterSetName = 'ByObjectAttributes')] [string] $Guid,
        $CimSession, [int] $ThrottleLimit, [switch] $AsJob)
    process { Invoke-Simulated $PSCmdlet $PSBoundParameters @{ InputObject = 'ObjectId:ObjectId' } }
}

function Update-Disk {
    [CmdletBinding(DefaultParameterSetName = 'ByNumber')]
    param(
        [Parameter(ParameterSetName = 'ByNumber', Mandatory, Position = 0)] [uint32] $Number,
        [Parameter(ParameterSetName = 'ByUniqueId', Mandatory)] [string] $UniqueId,
        [Parameter(ParameterSetName = 'ByPath', Mandatory)] [string] $Path,
        [Parameter(ParameterSetName = 'ByObject', Mandatory, ValueFromPipeline)]
        [PSTypeName('Microsoft.Management.Infrastructure.CimInstance#ROOT/Microsoft/Windows/Storage/MSFT_Disk')] $InputObject,
        $CimSession, [int] $ThrottleLimit, [switch] $AsJob)
    process { Invoke-Simulated $PSCmdlet $PSBoundParameters @{ InputObject = 'ObjectId:ObjectId' } }
}

function Update-HostStorageCache {
    [CmdletBinding()]
    param($CimSession, [int] $ThrottleLimit, [switch] $AsJob)
    Invoke-Simulated $PSCmdlet $PSBoundParameters
}

function Get-Partition {
    [CmdletBinding(DefaultParameterSetName = 'ByNumber')]
    param(
        [Parameter(ParameterSetName = 'ByNumber', Position = 0, ValueFromPipelineByPropertyName)] [uint32[]] $DiskNumber,
        [Parameter(ParameterSetName = 'ByNumber', Position = 1, ValueFromPipelineByPropertyName)] [Alias('Number')] [uint32[]] $PartitionNumber,
        [Parameter(ParameterSetName = 'ByDriveLetter', Mandatory, ValueFromPipelineByPropertyName)] [char[]] $DriveLetter,
        [Parameter(ParameterSetName = 'ByDiskId', ValueFromPipelineByPropertyName)] [string[]] $DiskId,
        [Parameter(ParameterSetName = 'ByDiskId')] [uint64[]] $Offset,
        [Parameter(ParameterSetName = 'ByDisk', ValueFromPipeline)]
        [PSTypeName('Microsoft.Management.Infrastructure.CimInstance#ROOT/Microsoft/Windows/Storage/MSFT_Disk')] $Disk,
        [Parameter(ParameterSetName = 'ByVolume', ValueFromPipeline)]
        [PSTypeName('Microsoft.Management.Infrastructure.CimInstance#ROOT/Microsoft/Windows/Storage/MSFT_Volume')] $Volume,
        $CimSession, [int] $ThrottleLimit, [switch] $AsJob)
    process { Invoke-Simulated $PSCmdlet $PSBoundParameters @{ Disk = 'ofDisk:ObjectId'; Volume = 'ofVolume:Path' } }
}

function Set-Partition {
    [CmdletBinding(DefaultParameterSetName = 'ByNumberAttributes')]
    param(
        [Parameter(ParameterSetName = 'ByNumber', Mandatory, Position = 0)]
        [Parameter(ParameterSetName = 'ByNumberAttributes', Mandatory, Position = 0)] [uint32] $DiskNumber,
        [Parameter(ParameterSetName = 'ByNumber', Mandatory, Position = 1)]
        [Parameter(ParameterSetName = 'ByNumberAttributes', Mandatory, Position = 1)] [uint32] $PartitionNumber,
        [Parameter(ParameterSetName = 'ByDriveLetter', Mandatory)]
        [Parameter(ParameterSetName = 'ByDriveLetterAttributes', Mandatory)] [char] $DriveLetter,
        [Parameter(ParameterSetName = 'ByObject', Mandatory, ValueFromPipeline)]
        [Parameter(ParameterSetName = 'ByObjectAttributes', Mandatory, ValueFromPipeline)]
        [PSTypeName('Microsoft.Management.Infrastructure.CimInstance#ROOT/Microsoft/Windows/Storage/MSFT_Partition')] $InputObject,
        [Parameter(ParameterSetName = 'ByNumber')] [Parameter(ParameterSetName = 'ByDriveLetter')]
        [Parameter(ParameterSetName = 'ByObject')] [char] $NewDriveLetter,
        [Parameter(ParameterSetName = 'ByNumberAttributes')] [Parameter(ParameterSetName = 'ByDriveLetterAttributes')]
        [Parameter(ParameterSetName = 'ByObjectAttributes')] [bool] $IsReadOnly,
        [Parameter(ParameterSetName = 'ByNumberAttributes')] [Parameter(ParameterSetName = 'ByDriveLetterAttributes')]
        [Parameter(ParameterSetName = 'ByObjectAttributes')] [bool] $IsHidden,
        [Parameter(ParameterSetName = 'ByNumberAttributes')] [Parameter(ParameterSetName = 'ByDriveLetterAttributes')]
        [Parameter(ParameterSetName = 'ByObjectAttributes')] [bool] $IsShadowCopy,
        [Parameter(ParameterSetName = 'ByNumberAttributes')] [Parameter(ParameterSetName = 'ByDriveLetterAttributes')]
        [Parameter(ParameterSetName = 'ByObjectAttributes')] [bool] $NoDefaultDriveLetter,
        $CimSession, [int] $ThrottleLimit, [switch] $AsJob)
    process { Invoke-Simulated $PSCmdlet $PSBoundParameters @{ InputObject = 'ObjectId:ObjectId' } }
}

function Add-PartitionAccessPath {
    [CmdletBinding(DefaultParameterSetName = 'ByNumber')]
    param(
        [Parameter(ParameterSetName = 'ByNumber', Mandatory)] [uint32] $DiskNumber,
        [Parameter(ParameterSetName = 'ByNumber', Mandatory)] [uint32] $PartitionNumber,
        [Parameter(ParameterSetName = 'ByDriveLetter', Mandatory)] [char] $DriveLetter,
        [Parameter(ParameterSetName = 'ByObject', Mandatory, ValueFromPipeline)]
        [PSTypeName('Microsoft.Management.Infrastructure.CimInstance#ROOT/Microsoft/Windows/Storage/MSFT_Partition')] $InputObject,
        [Parameter(Position = 2)] [string] $AccessPath,
        [switch] $AssignDriveLetter,
        [switch] $PassThru, $CimSession, [int] $ThrottleLimit, [switch] $AsJob)
    process { Invoke-Simulated $PSCmdlet $PSBoundParameters @{ InputObject = 'ObjectId:ObjectId' } }
}

function Remove-PartitionAccessPath {
    [CmdletBinding(DefaultParameterSetName = 'ByNumber')]
    param(
        [Parameter(ParameterSetName = 'ByNumber', Mandatory)] [uint32] $DiskNumber,
        [Parameter(ParameterSetName = 'ByNumber', Mandatory)] [uint32] $PartitionNumber,
        [Parameter(ParameterSetName = 'ByDriveLetter', Mandatory)] [char] $DriveLetter,
        [Parameter(ParameterSetName = 'ByObject', Mandatory, ValueFromPipeline)]
        [PSTypeName('Microsoft.Management.Infrastructure.CimInstance#ROOT/Microsoft/Windows/Storage/MSFT_Partition')] $InputObject,
        [Parameter(Position = 2)] [string] $AccessPath,
        [switch] $PassThru, $CimSession, [int] $ThrottleLimit, [switch] $AsJob)
    process { Invoke-Simulated $PSCmdlet $PSBoundParameters @{ InputObject = 'ObjectId:ObjectId' } }
}

function Get-Volume {
    [CmdletBinding(DefaultParameterSetName = 'ByDriveLetter')]
    param(
        [Parameter(ParameterSetName = 'ByDriveLetter', Position = 0, ValueFromPipelineByPropertyName)] [char[]] $DriveLetter,
        [Parameter(ParameterSetName = 'ByUniqueId', ValueFromPipelineByPropertyName)] [Alias('Id')] [string[]] $UniqueId,
        [Parameter(ParameterSetName = 'ByLabel')] [Alias('FriendlyName')] [string[]] $FileSystemLabel,
        [Parameter(ParameterSetName = 'ByPath')] [string[]] $Path,
        [Parameter(ParameterSetName = 'ByPartition', ValueFromPipeline)]
        [PSTypeName('Microsoft.Management.Infrastructure.CimInstance#ROOT/Microsoft/Windows/Storage/MSFT_Partition')] $Partition,
        $CimSession, [int] $ThrottleLimit, [switch] $AsJob)
    process { Invoke-Simulated $PSCmdlet $PSBoundParameters @{ Partition = 'ofPartition:ObjectId' } }
}

function Write-VolumeCache {
    [CmdletBinding(DefaultParameterSetName = 'ByDriveLetter')]
    param(
        [Parameter(ParameterSetName = 'ByDriveLetter', Mandatory, Position = 0)] [char[]] $DriveLetter,
        [Parameter(ParameterSetName = 'ByUniqueId', Mandatory)] [string[]] $UniqueId,
        [Parameter(ParameterSetName = 'ByLabel', Mandatory)] [string[]] $FileSystemLabel,
        [Parameter(ParameterSetName = 'ByPath', Mandatory)] [string[]] $Path,
        [Parameter(ParameterSetName = 'ByObject', Mandatory, ValueFromPipeline)]
        [PSTypeName('Microsoft.Management.Infrastructure.CimInstance#ROOT/Microsoft/Windows/Storage/MSFT_Volume')] $InputObject,
        $CimSession, [int] $ThrottleLimit, [switch] $AsJob)
    process { Invoke-Simulated $PSCmdlet $PSBoundParameters @{ InputObject = 'ObjectId:ObjectId' } }
}

function Get-InitiatorPort {
    [CmdletBinding()]
    param([string[]] $NodeAddress, $CimSession, [int] $ThrottleLimit, [switch] $AsJob)
    Invoke-Simulated $PSCmdlet $PSBoundParameters
}

Export-ModuleMember -Function Get-Disk, Set-Disk, Update-Disk, Update-HostStorageCache, Get-Partition, Set-Partition,
    Add-PartitionAccessPath, Remove-PartitionAccessPath, Get-Volume, Write-VolumeCache, Get-InitiatorPort
