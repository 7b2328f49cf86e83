function Test-QnapNas {
    <#
    .SYNOPSIS
    Reports what the firmware of a NAS can and cannot do.

    .DESCRIPTION
    Looks only, and changes nothing on the NAS. Each row is one check: Works, Limited, Missing, or Unknown, and how that is known:
    measured on this NAS, confirmed by QNAP's own documents, told by a single source, or assumed.

    With -ScratchLun it measures one thing more: whether a snapshot's point in time exists when the NAS has answered. Only then may a
    snapshot that freezes this server's applications (VSS) count as Application. On a LUN that is there for such tests it writes time
    stamps to a file of its own while it takes three to six snapshots, mounts a copy of each, and looks for stamps from after the answer.
    Everything that it made is removed again. The result is kept for this NAS until its firmware build changes.

    .PARAMETER Name
    Name of the NAS, as a string. Default: the one that is known, if there is only one.

    .PARAMETER ScratchLun
    A LUN of that NAS by its name, its NAA, or as Get-QnapLun gives it. This server must use it, as one volume. Each trial copies all of
    it, so it should be small.

    .EXAMPLE
    Test-QnapNas nas01

    Reports on nas01.

    .EXAMPLE
    Get-QnapNas | Test-QnapNas | Where-Object Status -ne Works

    Shows what does not work, or not wholly, on all known NAS.

    .EXAMPLE
    Test-QnapNas nas01 -ScratchLun scratch -WhatIf

    Tells what would be measured; without -WhatIf it asks first.

    .INPUTS
    System.String. QnapSnapshot.Nas from Get-QnapNas.

    .OUTPUTS
    QnapSnapshot.NasCheck

    .NOTES
    Firmware differs in limits, in what a revert destroys, and in what a clone is. Run it once after every firmware update.
    -ScratchLun works on the Windows Server that uses the LUN, elevated.

    .LINK
    Connect-QnapNas
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
    [OutputType('QnapSnapshot.NasCheck')]
    param(
        [Parameter(Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [ValidateNotNullOrEmpty()]
        [string]$Name,

        [ValidateNotNullOrEmpty()]
        [object]$ScratchLun
    )
    process {
        $parameters = @{}
        if ($Name) { $parameters.name = $Name }
        if ($ScratchLun) {
            $parameters.scratchLun = New-LunRef $ScratchLun $Name $PSCmdlet
            $action = 'Write stamps to a file, take 3 to 6 snapshots, copy and mount each, and remove all of it'
            if (-not (Confirm-QnapAction $PSCmdlet (Get-LunLabel $parameters.scratchLun) $action)) { return }
        }
        Invoke-QnapCore testNas $parameters -Rows -Cmdlet $PSCmdlet -TargetObject $Name -OnError Write | ConvertTo-QnapNasCheck
    }
}
