function Connect-QnapSession {
    # The one way to log in, for Connect-QnapNas and Set-QnapNas. Where the certificate is unknown and somebody is there to ask, it
    # shows the fingerprint and logs in again pinned to it; the password has not been sent by then.
    param([string]$Operation, [System.Collections.IDictionary]$Bound, $InputObject, $Cmdlet)
    $parameters = Get-LoginParameters $Bound $InputObject
    $call = @{ Operation = $Operation; Parameters = $parameters; Cmdlet = $Cmdlet; TargetObject = $parameters.name }
    $answer = Invoke-QnapCore @call -OnError Return
    if ($answer -is [System.Management.Automation.ErrorRecord]) {
        if (Confirm-QnapCertificate $answer $Cmdlet) {
            $parameters.certificateFingerprint = $answer.Exception.Data['fingerprint']
            $answer = Invoke-QnapCore @call
        }
        else { Stop-QnapCmdlet $answer $Cmdlet }
    }
    $answer | ConvertTo-QnapNas
}

function Get-LoginParameters {
    param([System.Collections.IDictionary]$Bound, $InputObject)
    $parameters = @{
        name     = Get-LoginName $Bound.Name $InputObject
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
    # Not ShouldContinue, whose default is Yes: whoever only presses Enter has compared nothing.
    $yes = New-Object System.Management.Automation.Host.ChoiceDescription '&Yes', 'Trust this certificate, and no other, on this connection.'
    $no = New-Object System.Management.Automation.Host.ChoiceDescription '&No', 'Do not connect. No password is sent.'
    $choices = [System.Management.Automation.Host.ChoiceDescription[]]($yes, $no)
    # A session that cannot ask throws: then the error stands.
    try { $Cmdlet.Host.UI.PromptForChoice('Unknown certificate', $question, $choices, 1) -eq 0 } catch { $false }
}
