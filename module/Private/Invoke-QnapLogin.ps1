function Invoke-QnapLogin {
    # Where the certificate is unknown and somebody is there to ask, it shows the fingerprint and logs in again pinned to it; the
    # password has not been sent by then.
    param([string]$Operation, [hashtable]$Parameters, $TargetObject, [string]$PinName, $Cmdlet)
    $call = @{ Operation = $Operation; Parameters = $Parameters; Cmdlet = $Cmdlet; TargetObject = $TargetObject }
    $answer = Invoke-QnapCore @call -OnError Return
    if ($answer -isnot [System.Management.Automation.ErrorRecord]) { return $answer }
    if (-not (Confirm-QnapCertificate $answer $Cmdlet)) { Stop-QnapCmdlet $answer $Cmdlet }
    $Parameters[$PinName] = $answer.Exception.Data['fingerprint']
    Invoke-QnapCore @call
}

function Add-LoginCredential {
    param([hashtable]$Parameters, [System.Management.Automation.PSCredential]$Credential)
    # Get-Credential on Windows may put a backslash before a name without a domain.
    $Parameters.userName = $Credential.UserName.TrimStart('\')
    $Parameters.password = $Credential.GetNetworkCredential().Password
}

function Confirm-QnapCertificate {
    param([System.Management.Automation.ErrorRecord]$Record, $Cmdlet)
    $data = $Record.Exception.Data
    if ($data['Code'] -notin 'CertificateUntrusted', 'VCenterCertificateRefused') { return $false }
    $question = @(
        "This machine does not trust the certificate of $($Record.TargetObject)."
        "Subject:      $($data['subject'])"
        "Issuer:       $($data['issuer'])"
        "Valid to:     $($data['validTo'])"
        "SHA-256:      $($data['fingerprint'])"
        'Compare the fingerprint with the one that the server itself shows. Trust it?'
    ) -join [Environment]::NewLine
    # Not ShouldContinue, whose default is Yes: whoever only presses Enter has compared nothing.
    $yes = New-Object System.Management.Automation.Host.ChoiceDescription '&Yes', 'Trust this certificate, and no other, on this connection.'
    $no = New-Object System.Management.Automation.Host.ChoiceDescription '&No', 'Do not connect. No password is sent.'
    $choices = [System.Management.Automation.Host.ChoiceDescription[]]($yes, $no)
    # A session that cannot ask throws: then the error stands.
    try { $Cmdlet.Host.UI.PromptForChoice('Unknown certificate', $question, $choices, 1) -eq 0 } catch { $false }
}
