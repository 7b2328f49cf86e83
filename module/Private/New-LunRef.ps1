function New-LunRef {
    # What a user names a LUN by -> LunRef of the wire. An object carries everything it knows, so that the core can refuse when the
    # index now belongs to another LUN. Works for LUNs, for snapshots (their LUN), and for rows of a CSV file.
    param($Lun, [string]$Nas, $Cmdlet)
    $ref = @{}
    if ($Lun -is [string]) {
        $key = if ($Lun -match '^[0-9A-Fa-f]{32}$') { 'naa' } else { 'name' }
        $ref[$key] = [string]$Lun
    }
    else {
        $ref.nas = Get-PropertyText $Lun 'Nas'
        $ref.name = Get-PropertyText $Lun 'LunName' 'Name'
        $ref.naa = Get-PropertyText $Lun 'LunNaa' 'Naa'
        $index = Get-PropertyText $Lun 'LunIndex'
        if ($index) { $ref.lunIndex = [int]$index }
    }
    foreach ($key in @($ref.Keys)) { if ('' -eq $ref[$key]) { $ref.Remove($key) } }
    if (-not ($ref.ContainsKey('name') -or $ref.ContainsKey('naa'))) {
        Stop-QnapCmdlet (New-QnapErrorRecord InvalidParameter "Parameter Lun: '$Lun' is neither a name nor an object of Get-QnapLun." InvalidArgument $Lun) $Cmdlet
    }
    if ($Nas) { Add-RefNas $ref $Nas $Lun $Cmdlet }
    $ref
}

function Add-RefNas {
    param([hashtable]$Ref, [string]$Nas, $InputObject, $Cmdlet)
    if ($Ref.ContainsKey('nas') -and $Ref.nas -ne $Nas) {
        Stop-QnapCmdlet (New-QnapErrorRecord InvalidParameter "Parameter Nas: the object that was given is on '$($Ref.nas)', not on '$Nas'." InvalidArgument $InputObject) $Cmdlet
    }
    $Ref.nas = $Nas
}

function Get-PropertyText {
    # The first of these properties that the object has, as text; '' if it has none.
    param($InputObject, [Parameter(ValueFromRemainingArguments)][string[]]$Name)
    foreach ($candidate in $Name) {
        $property = $InputObject.PSObject.Properties[$candidate]
        if ($property) { return [string]$property.Value }
    }
    ''
}
