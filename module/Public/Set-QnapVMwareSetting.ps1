function Set-QnapVMwareSetting {
    <#
    .SYNOPSIS
    Logs in to a vCenter Server and keeps it for this machine, with how its VMs are treated.

    .DESCRIPTION
    Logs in and, if that works, stores address, trust, account and password for the machine, and how the snapshots of its VMs are
    made when a LUN below their datastore gets an application-consistent snapshot. For a vCenter that is stored already only
    what is given changes; a list or table that is given replaces the stored one, and an empty one clears it.

    On Linux the password is stored encrypted, with its key in a file of mode 0600 beside it: whoever can read that file can read
    the password. On Windows that key is under DPAPI: in %ProgramData%\QnapSnapshot, which must be closed to all but SYSTEM and
    Administrators, for the machine, otherwise for this account alone.

    The certificate of vCenter must be trusted by this machine, or be pinned with -CertificateThumbprint. If it is neither, and
    somebody is there to ask, its SHA-256 thumbprint is shown and can be accepted. The password is sent only after that.

    A password that vCenter refused is not sent a second time from this machine: single sign-on locks an account after five.

    .PARAMETER Server
    Host name or IP address of the vCenter Server, as a string. It is known by this name.

    .PARAMETER Credential
    User name (name@domain) and password of a single sign-on account, as a PSCredential. Needed the first time.

    .PARAMETER Port
    TCP port of the vSphere API, from 1 to 65535. Default: 443.

    .PARAMETER CertificateThumbprint
    SHA-256 thumbprint of vCenter's certificate, 64 hexadecimal digits with or without colons, as a string. The connection is
    accepted with this certificate only.

    .PARAMETER SkipCertificateCheck
    Switch. Accepts any certificate, and warns at each log-in. Pin the certificate instead wherever possible. With
    -SkipCertificateCheck:$false the machine's own certificate store counts again.

    .PARAMETER RetryRefusedPassword
    Switch. Sends a password again that vCenter refused before, for example after the account was unlocked.

    .PARAMETER SnapshotMethod
    How the snapshot of a running VM is made: Quiesce (with its guest quiesced, or not at all), QuiesceOrFallback (quiesced where
    that works, else a plain one, which counts as Crash), Memory (with its memory), None (no VM snapshot). Default:
    QuiesceOrFallback.

    .PARAMETER IncludeVM
    Names of VMs, as strings; the wildcards * and ? are allowed. If there are any, or -IncludeTag, only these VMs get a VM snapshot.

    .PARAMETER IncludeTag
    Names of vSphere tags, as strings; the wildcards * and ? are allowed. VMs with one of them are included as with -IncludeVM.

    .PARAMETER ExcludeVM
    Names of VMs that get no VM snapshot, as strings; the wildcards * and ? are allowed. What is excluded cannot be included.

    .PARAMETER ExcludeTag
    Names of vSphere tags, as strings; the wildcards * and ? are allowed. VMs with one of them are excluded as with -ExcludeVM.

    .PARAMETER MethodOverride
    Another snapshot method for some VMs, as a hashtable: name of the VM (wildcards allowed) = method. The first that fits counts;
    where more than one may fit, use [ordered]@{}.

    .PARAMETER TagMethodOverride
    Another snapshot method for VMs with a tag, where no name of -MethodOverride fits, as a hashtable: name of the tag = method.

    .PARAMETER RuleVerdict
    What Test-QnapLun's rules lead to, where it is to differ from the default, as a hashtable: rule = Refuse, Downgrade, Warn or
    Ignore.

    .PARAMETER MaxPerHost
    VM snapshots under way at a time on one ESXi host, from 1 to 64. Default: 8.

    .PARAMETER MaxPerVCenter
    VM snapshots under way at a time in all, from 1 to 640. Default: 32.

    .PARAMETER SnapshotTimeoutSeconds
    How long the snapshot of one VM may take, from 30 to 14400 seconds. Default: 300.

    .PARAMETER TotalTimeoutSeconds
    How long the snapshots of all VMs of a LUN may take together, from 30 to 86400 seconds. Default: 900.

    .PARAMETER GuestShutdownSeconds
    How long guests get to shut down before a restore, from 0 to 3600 seconds; then they are switched off. Default: 300.

    .EXAMPLE
    $credential = Get-Credential administrator@vsphere.local
    Set-QnapVMwareSetting -Server vcsa.lab -Credential $credential -CertificateThumbprint 'AB:CD:...' -SnapshotMethod QuiesceOrFallback

    Stores vcsa.lab, and accepts only the certificate with this thumbprint.

    .EXAMPLE
    Set-QnapVMwareSetting vcsa.lab -ExcludeVM 'test*' -ExcludeTag no-snapshot -MethodOverride @{ 'sql*' = 'Quiesce' } -MaxPerHost 4

    Changes how the VMs of vcsa.lab are treated; account and password stay as they are.

    .EXAMPLE
    Get-QnapVMwareSetting | Set-QnapVMwareSetting -RuleVerdict @{ RawDevice = 'Refuse' }

    Takes no snapshot of a LUN whose VMs have raw device mappings, on all vCenters.

    .INPUTS
    System.String. QnapSnapshot.VMwareSetting from Get-QnapVMwareSetting.

    .OUTPUTS
    QnapSnapshot.VMwareSetting

    .NOTES
    The account needs the privileges to read the inventory, to make and remove snapshots of VMs, and, for restores, to detach
    datastores and register VMs. Test-QnapLun names what is missing.

    .LINK
    Get-QnapVMwareSetting

    .LINK
    Remove-QnapVMwareSetting
    #>
    [CmdletBinding(SupportsShouldProcess)]
    [OutputType('QnapSnapshot.VMwareSetting')]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [ValidateNotNullOrEmpty()]
        [string]$Server,

        [Parameter(Position = 1)]
        [System.Management.Automation.PSCredential]
        [System.Management.Automation.Credential()]
        $Credential,

        [ValidateRange(1, 65535)]
        [int]$Port,

        [ValidatePattern('^([0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$')]
        [string]$CertificateThumbprint,

        [switch]$SkipCertificateCheck,

        [switch]$RetryRefusedPassword,

        [ValidateSet('Quiesce', 'QuiesceOrFallback', 'Memory', 'None')]
        [string]$SnapshotMethod,

        [string[]]$IncludeVM,

        [string[]]$IncludeTag,

        [string[]]$ExcludeVM,

        [string[]]$ExcludeTag,

        [System.Collections.IDictionary]$MethodOverride,

        [System.Collections.IDictionary]$TagMethodOverride,

        [System.Collections.IDictionary]$RuleVerdict,

        [ValidateRange(1, 64)]
        [int]$MaxPerHost,

        [ValidateRange(1, 640)]
        [int]$MaxPerVCenter,

        [ValidateRange(30, 14400)]
        [int]$SnapshotTimeoutSeconds,

        [ValidateRange(30, 86400)]
        [int]$TotalTimeoutSeconds,

        [ValidateRange(0, 3600)]
        [int]$GuestShutdownSeconds
    )
    process {
        if (Confirm-QnapAction $PSCmdlet "vCenter '$Server'" 'Log in, and keep address, trust, secret and policy for this machine') {
            $request = New-VMwareRequest $PSBoundParameters $PSCmdlet
            Invoke-QnapLogin setVMwareSetting $request $Server 'certificateThumbprint' $PSCmdlet | ConvertTo-QnapVMwareSetting
        }
    }
}
