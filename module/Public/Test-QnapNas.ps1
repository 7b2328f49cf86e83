function Test-QnapNas {
    <#
    .SYNOPSIS
    Reports what the firmware of a NAS can and cannot do.

    .DESCRIPTION
    Looks only, and changes nothing on the NAS. Each row is one check: Works, Limited, Missing, or Unknown, and how that is known:
    measured on this NAS just now, confirmed by QNAP's own documents, told by a single source, or assumed.

    .PARAMETER Name
    Name of the NAS, as a string. Default: the one that is known, if there is only one.

    .EXAMPLE
    Test-QnapNas nas01

    Reports on nas01.

    .EXAMPLE
    Get-QnapNas | Test-QnapNas | Where-Object Status -ne Works

    Shows what does not work, or not wholly, on all known NAS.

    .INPUTS
    System.String. QnapSnapshot.Nas from Get-QnapNas.

    .OUTPUTS
    QnapSnapshot.NasCheck

    .NOTES
    Firmware differs in limits, in what a revert destroys, and in what a clone is. Run it once after every firmware update.

    .LINK
    Connect-QnapNas
    #>
    [CmdletBinding()]
    [OutputType('QnapSnapshot.NasCheck')]
    param(
        [Parameter(Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [ValidateNotNullOrEmpty()]
        [string]$Name
    )
    process {
        $parameters = @{}
        if ($Name) { $parameters.name = $Name }
        Invoke-QnapCore testNas $parameters -Rows -Cmdlet $PSCmdlet -TargetObject $Name -OnError Write | ConvertTo-QnapNasCheck
    }
}
