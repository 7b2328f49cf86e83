# PowerShell 7 turns ISO texts in JSON into DateTime while reading, Windows PowerShell 5.1 leaves them as text. Both end here.

function ConvertTo-UtcTime {
    param($Value)
    if ($null -eq $Value) { return $null }
    if ($Value -isnot [datetime]) {
        $Value = [datetime]::Parse($Value, [cultureinfo]::InvariantCulture, [System.Globalization.DateTimeStyles]::RoundtripKind)
    }
    $Value.ToUniversalTime()
}

function ConvertTo-NasTime {
    # The NAS's own clock: it tells no zone, so none is invented.
    param($Value)
    if ($null -eq $Value) { return $null }
    if ($Value -isnot [datetime]) { $Value = [datetime]::Parse($Value, [cultureinfo]::InvariantCulture) }
    [datetime]::SpecifyKind($Value, 'Unspecified')
}

function ConvertTo-WireText {
    # A name or description that happens to look like a time has become one; give it back its text.
    param($Value)
    if ($Value -is [datetime]) { return $Value.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", [cultureinfo]::InvariantCulture) }
    $Value
}
