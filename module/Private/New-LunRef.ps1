function New-LunRef {
    # What a user names a LUN by -> LunRef of the wire: a text is a name or an NAA, an object gives everything that it knows.
    param($Lun, [string]$Nas, $Cmdlet)
    # The casts: ConvertTo-Json of Windows PowerShell 5.1 makes an object of a text that carries properties, as Get-Content's do.
    $ref = if ($Lun -isnot [string]) { Get-LunIdentity $Lun }
    elseif (ConvertTo-Naa $Lun) { @{ naa = ConvertTo-Naa $Lun } }
    else { @{ name = [string]$Lun } }
    if ($ref.Count -eq 0) {
        Stop-QnapCmdlet (New-QnapErrorRecord InvalidParameter "Parameter Lun: '$Lun' is neither a name nor an object of Get-QnapLun." InvalidArgument $Lun) $Cmdlet
    }
    if ($Nas) { Add-RefNas $ref $Nas $Lun $Cmdlet }
    $ref
}

function New-CloneRef {
    # A snapshot stands for its LUN elsewhere; whoever pipes one into a removal means the snapshot.
    param($Lun, [string]$Nas, $Cmdlet)
    if ($Lun -isnot [string] -and (Get-PropertyText $Lun 'SnapshotId')) {
        Stop-QnapCmdlet (New-QnapErrorRecord InvalidParameter "Parameter Lun: '$Lun' is a snapshot, not a clone. Remove-QnapLunSnapshot removes it." InvalidArgument $Lun) $Cmdlet
    }
    New-LunRef $Lun $Nas $Cmdlet
}

function ConvertTo-Naa {
    # As Get-QnapLun shows it, or as ESXi does, with naa. before it; nothing where the text is none.
    param([string]$Text)
    if ($Text -match '^(naa\.)?([0-9A-Fa-f]{32})$') { $Matches[2] }
}

function Get-LunIdentity {
    # With name, NAA and index the core can refuse when the index belongs to another LUN by now. Works for LUNs, for snapshots
    # (their LUN), and for rows of a CSV file of them; what has no NAA at all, such as a NAS, is no LUN.
    param($InputObject)
    $ref = @{}
    $has = $InputObject.PSObject.Properties
    if (-not ($has['LunNaa'] -or $has['Naa'])) { return $ref }
    $known = @{
        nas      = Get-PropertyText $InputObject 'Nas'
        name     = Get-PropertyText $InputObject 'LunName' 'Name'
        naa      = Get-PropertyText $InputObject 'LunNaa' 'Naa'
        lunIndex = Get-PropertyText $InputObject 'LunIndex'
    }
    foreach ($key in $known.Keys) { if ($known[$key]) { $ref[$key] = $known[$key] } }
    if ($ref.ContainsKey('lunIndex')) { $ref.lunIndex = [int]$ref.lunIndex }
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
