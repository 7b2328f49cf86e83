function Connect-QnapSession {
    # The one way to log in, for Connect-QnapNas and Set-QnapNas. Where the certificate is unknown and somebody is there to ask, it
    # shows the fingerprint and logs in again pinned to it; the password has not been sent by then.
    param([string]$Operation, [System.Collections.IDictionary]$Bound, $Cmdlet)
    $parameters = Get-LoginParameters $Bound
    $call = @{ Operation = $Operation; Parameters = $parameters; Cmdlet = $Cmdlet; TargetObject = $parameters.name }
    $answer = Invoke-QnapCore @call -OnError Return
    if ($answer -is [System.Management.Automation.ErrorRecord]) {
        if (-not (Confirm-QnapCertificate $answer $Cmdlet)) { Stop-QnapCmdlet $answer $Cmdlet }
        $parameters.certificateFingerprint = $answer.Exception.Data['fingerprint']
        $answer = Invoke-QnapCore @call
    }
    $answer | ConvertTo-QnapNas
}

function Get-LoginParameters {
    param([System.Collections.IDictionary]$Bound)
    $parameters = @{
        name     = $Bound.Name
        # Get-Credential on Windows may put a backslash before a name without a domain.
        userName = $Bound.Credential.UserName.TrimStart('\')
        password = $Bound.Credential.GetNetworkCredential().Password
    }
    foreach ($name in 'Port', 'OneTimePassword', 'CertificateFingerprint') {
        if ($Bound.ContainsKey($name)) { $parameters[(ConvertTo-WireName $name)] = $Bound[$name] }
    }
    foreach ($name in 'AllowHttp', 'SkipCertificateCheck', 'RetryRefusedPassword') {
        if ($Bound[$name]) { $parameters[(ConvertTo-WireName $name)] = $true }
    }
    if ($Bound.ContainsKey('TotpSecret')) {
        $parameters.totpSecret = (New-Object System.Net.NetworkCredential '', $Bound.TotpSecret).Password
    }
    $parameters
}

function ConvertTo-WireName {
    param([string]$Name)
    $Name.Substring(0, 1).ToLowerInvariant() + $Name.Substring(1)
}

function Confirm-QnapCertificate {
    param([System.Management.Automation.ErrorRecord]$Record, $Cmdlet)
    $data = $Record.Exception.Data
    if ($data['Code'] -ne 'CertificateUntrusted') { return $false }
    $question = @(
        "This machine does not trust the certificate of $($Record.TargetObject)."
        "Subject:      $($data['subject'])"
        "Issuer:       $($data['issuer'])"
        "Valid to:     $($data['validTo'])"
        "SHA-256:      $($data['fingerprint'])"
        'Compare the fingerprint with the one that the NAS itself shows. Trust it?'
    ) -join [Environment]::NewLine
    # A session that cannot ask throws: then the error stands.
    try { $Cmdlet.ShouldContinue($question, 'Unknown certificate') } catch { $false }
}
