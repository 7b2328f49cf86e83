function Set-QnapNas {
    <#
    .SYNOPSIS
    Logs in to a QNAP NAS and keeps it for this machine.

    .DESCRIPTION
    Logs in as Connect-QnapNas does and, if that works, stores address, trust and secret for the machine. Sessions, services and
    scheduled tasks of this machine then reach the NAS without a login of their own. A NAS that is stored already is replaced.

    On Linux the secret is stored encrypted, with its key in a file of mode 0600 beside it: whoever can read that file can read the
    secret. On Windows that key is under DPAPI: in %ProgramData%\QnapSnapshot, which must be closed to all but SYSTEM and
    Administrators, for the machine, otherwise for this account alone. Remove-QnapNas forgets a NAS.

    The certificate of the NAS must be trusted by this machine, or be pinned with -CertificateFingerprint. If it is neither, and
    somebody is there to ask, its fingerprint is shown and can be accepted. The password is sent only after that.

    A password that the NAS refused is not sent a second time from this machine, so that the NAS does not lock it out.

    .PARAMETER Name
    Host name or IP address of the NAS, as a string. The other cmdlets know the NAS by this name. A NAS that comes down the
    pipeline from Find-QnapNas is reached, and then known, by its address.

    .PARAMETER Credential
    User name and password of a NAS account that is a member of 'administrators', as a PSCredential.

    .PARAMETER Port
    TCP port of the NAS's web administration, from 1 to 65535. Default: 443, with -AllowHttp 8080.
    From Find-QnapNas only the port of the protocol that is spoken is taken: a NAS that does not force HTTPS announces its plain one.

    .PARAMETER OneTimePassword
    The 6 to 8 digits that an authenticator app shows now, as a string, for an account with two-step verification.

    .PARAMETER TotpSecret
    The secret that the NAS showed when two-step verification was set up (Base32), as a SecureString. For unattended use: the
    one-time passwords are computed from it.

    .PARAMETER CertificateFingerprint
    SHA-256 fingerprint of the NAS's certificate, 64 hexadecimal digits with or without colons, as a string. The connection is
    accepted with this certificate only.

    .PARAMETER AllowHttp
    Switch. Speaks plain HTTP, over which the password travels unprotected.

    .PARAMETER SkipCertificateCheck
    Switch. Accepts any certificate, and warns each time. Pin the certificate instead wherever possible.

    .PARAMETER RetryRefusedPassword
    Switch. Sends a password or a TOTP secret again that the NAS refused before, for example after the account was mended.

    .EXAMPLE
    Set-QnapNas nas01 -Credential (Get-Credential admin)

    Stores nas01 with the password that is asked for.

    .EXAMPLE
    $credential = Get-Credential admin
    Set-QnapNas -Name nas01 -Credential $credential -CertificateFingerprint 'AB:CD:...' -WhatIf

    Says what would be stored, without logging in and without storing anything.

    .INPUTS
    System.String. QnapSnapshot.NasAnnouncement from Find-QnapNas.

    .OUTPUTS
    QnapSnapshot.Nas

    .NOTES
    A NAS does not say whether account, password or privileges are the reason for a refusal; it answers all three alike.

    .LINK
    Connect-QnapNas

    .LINK
    Remove-QnapNas
    #>
    [CmdletBinding(SupportsShouldProcess)]
    [OutputType('QnapSnapshot.Nas')]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [ValidateNotNullOrEmpty()]
        [string]$Name,

        [Parameter(Mandatory, Position = 1)]
        [System.Management.Automation.PSCredential]
        [System.Management.Automation.Credential()]
        $Credential,

        [Parameter(ValueFromPipelineByPropertyName)]
        [ValidateRange(1, 65535)]
        [int]$Port,

        [ValidatePattern('^[0-9]{6,8}$')]
        [string]$OneTimePassword,

        [securestring]$TotpSecret,

        [ValidatePattern('^([0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$')]
        [string]$CertificateFingerprint,

        [switch]$AllowHttp,

        [switch]$SkipCertificateCheck,

        [switch]$RetryRefusedPassword
    )
    process {
        if (Confirm-QnapAction $PSCmdlet "NAS '$(Get-LoginName $Name $_)'" 'Log in, and keep address, trust and secret for this machine') {
            Connect-QnapSession setNas $PSBoundParameters $_ $PSCmdlet
        }
    }
}
