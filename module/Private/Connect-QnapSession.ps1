function Connect-QnapSession {
    # The one way to log in to a NAS, for Connect-QnapNas and Set-QnapNas.
    param([string]$Operation, [System.Collections.IDictionary]$Bound, $InputObject, $Cmdlet)
    $parameters = Get-LoginParameters $Bound $InputObject
    Invoke-QnapLogin $Operation $parameters $parameters.name 'certificateFingerprint' $Cmdlet | ConvertTo-QnapNas
}

function Get-LoginParameters {
    param([System.Collections.IDictionary]$Bound, $InputObject)
    $parameters = @{ name = Get-LoginName $Bound.Name $InputObject }
    Add-LoginCredential $parameters $Bound.Credential
    foreach ($name in 'Port', 'OneTimePassword', 'CertificateFingerprint') {
        if ($Bound.ContainsKey($name)) { $parameters[(ConvertTo-WireName $name)] = $Bound[$name] }
    }
    foreach ($name in 'AllowHttp', 'SkipCertificateCheck', 'RetryRefusedPassword') {
        if ($Bound[$name]) { $parameters[(ConvertTo-WireName $name)] = $true }
    }
    # A NAS announces its plain port unless it forces HTTPS, and does not tell the other one then: 443 unless it was changed.
    $plain = (Test-FoundNas $InputObject) -and $InputObject.Scheme -eq 'http' -and -not $Bound['AllowHttp']
    if ($plain -and $InputObject.Port -eq $Bound['Port']) { $parameters.Remove('port') }
    if ($Bound.ContainsKey('TotpSecret')) {
        $parameters.totpSecret = (New-Object System.Net.NetworkCredential '', $Bound.TotpSecret).Password
    }
    $parameters
}

function Get-LoginName {
    # A NAS that was found is reached by its address: its announced name resolves only where this machine itself speaks mDNS.
    param([string]$Name, $InputObject)
    if ((Test-FoundNas $InputObject) -and $InputObject.Name -eq $Name) { $InputObject.Address } else { $Name }
}

function Test-FoundNas {
    param($InputObject)
    [bool]$InputObject -and $InputObject.PSObject.TypeNames -contains 'QnapSnapshot.NasAnnouncement'
}

function ConvertTo-WireName {
    param([string]$Name)
    $Name.Substring(0, 1).ToLowerInvariant() + $Name.Substring(1)
}
