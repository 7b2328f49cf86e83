# How the simulated cmdlets reach the simulator: a JSON line there and back. What they show is made here into the objects and
# error records that Microsoft's cmdlets, which are made from CIM classes, give.
Set-StrictMode -Version Latest

$namespaces = @{
    MSFT_Disk = 'ROOT/Microsoft/Windows/Storage'; MSFT_Partition = 'ROOT/Microsoft/Windows/Storage'
    MSFT_Volume = 'ROOT/Microsoft/Windows/Storage'; MSFT_InitiatorPort = 'ROOT/Microsoft/Windows/Storage'
    MSFT_iSCSISession = 'Root/Microsoft/Windows/Storage'; MSFT_iSCSIConnection = 'Root/Microsoft/Windows/Storage'
    MSFT_iSCSITarget = 'Root/Microsoft/Windows/Storage'; MSFT_iSCSITargetPortal = 'Root/Microsoft/Windows/Storage'
}

# $Map: parameters that take an object, as 'server''s parameter:property of the object'.
function Invoke-Simulated {
    param($Cmdlet, [hashtable] $Bound, [hashtable] $Map = @{})

    $common = [System.Management.Automation.Cmdlet]::CommonParameters + [System.Management.Automation.Cmdlet]::OptionalCommonParameters
    $parameters = @{}
    foreach ($name in $Bound.Keys) {
        if ($name -in $common -or $name -in 'CimSession', 'ThrottleLimit', 'AsJob', 'PassThru') { continue }
        $value = $Bound[$name]
        if ($value -is [switch]) { $value = [bool]$value }
        if ($value -is [char]) { $value = [string]$value }
        if ($value -is [char[]]) { $value = @($value | ForEach-Object { [string]$_ }) }
        if ($Map.ContainsKey($name)) {
            $name, $property = $Map[$name] -split ':'
            $value = @($value | ForEach-Object { $_.$property })
            if ($value.Count -eq 1) { $value = $value[0] }
        }
        $parameters[$name] = $value
    }
    $answer = Send-Call $Cmdlet.MyInvocation.MyCommand.Name $parameters
    foreach ($row in $answer.rows) { ConvertTo-Instance $row }
    if ($answer.PSObject.Properties['failure']) { $Cmdlet.WriteError((New-Failure $answer.failure)) }
}

function Send-Call([string] $Name, [hashtable] $Parameters) {
    $hostName, $port = $env:SIM_WINDOWS -split ':'
    $client = [System.Net.Sockets.TcpClient]::new($hostName, [int]$port)
    try {
        $line = ConvertTo-Json -Compress -Depth 6 -InputObject @{ cmdlet = $Name; params = $Parameters }
        $bytes = [System.Text.Encoding]::UTF8.GetBytes("$line`n")
        $stream = $client.GetStream()
        $stream.Write($bytes, 0, $bytes.Length)
        $answer = [System.IO.StreamReader]::new($stream).ReadLine()
        if ($null -eq $answer) { throw 'The simulated Windows has ended.' }
        ConvertFrom-Json $answer
    } finally { $client.Dispose() }
}

function ConvertTo-Instance($Row) {
    $class = $Row.'$type'
    $Row.PSObject.Properties.Remove('$type')
    if ($namespaces.ContainsKey($class)) {
        $Row.PSObject.TypeNames.Insert(0, "Microsoft.Management.Infrastructure.CimInstance#$($namespaces[$class])/$class")
    } else { $Row.PSObject.TypeNames.Insert(0, $class) }
    if ($Row.PSObject.Properties['DriveLetter'] -and "$($Row.DriveLetter)".Length -eq 1) { $Row.DriveLetter = [char]$Row.DriveLetter }
    if ($class -like 'Microsoft.HyperV.*') {
        foreach ($name in 'Id', 'VMId', 'ParentSnapshotId') {
            $property = $Row.PSObject.Properties[$name]
            if ($property -and "$($property.Value)" -match '^[0-9a-f-]{36}$') { $property.Value = [guid]$property.Value }
        }
    }
    $Row
}

function New-Failure($Failure) {
    $type = if ($Failure.PSObject.Properties['exception']) { $Failure.exception } else { 'Microsoft.Management.Infrastructure.CimException' }
    $exception = New-Object -TypeName $type -ArgumentList $Failure.message
    # The upper half of the unsigned numbers are the negative ones.
    $exception.HResult = [System.BitConverter]::ToInt32([System.BitConverter]::GetBytes([uint32]$Failure.hresult), 0)
    $target = if ($Failure.PSObject.Properties['target']) { $Failure.target }
    [System.Management.Automation.ErrorRecord]::new($exception, $Failure.id, $Failure.category, $target)
}

# Windows' drives; the folders of letters that no volume has are empty.
foreach ($letter in 'CDEFGHIJKLMNOPQRSTUVWXYZ'.ToCharArray()) {
    if ($env:SIM_WINDOWS_ROOT -and -not (Get-PSDrive -Name $letter -ErrorAction Ignore)) {
        $null = New-PSDrive -Name $letter -PSProvider FileSystem -Root "$env:SIM_WINDOWS_ROOT/$letter" -Scope Global
    }
}

Export-ModuleMember -Function Invoke-Simulated
