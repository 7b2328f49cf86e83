function Get-QnapLunSnapshot {
    <#
    .SYNOPSIS
    Lists snapshots of iSCSI LUNs.

    .DESCRIPTION
    Lists the snapshots of the given LUNs, or of all LUNs, also those that were made by others. Each one says how consistent its
    content is, as far as there is evidence: Application, FileSystem, Crash, or Unverified where there is none. VMs and Writers tell
    it for each VM and each VSS writer with data inside, with the reason where it is less than was asked for; Reason is that of the
    file systems themselves, and FreezeMs how long applications were held.

    .PARAMETER Lun
    The LUNs: names (wildcards * and ? allowed) or NAAs as strings, or objects of Get-QnapLun. Default: all.

    .PARAMETER Name
    Name of the snapshots, as a string. The wildcards * and ? are allowed. Default: all.

    .PARAMETER SnapshotId
    The id that the NAS gave to the snapshot, as a string.

    .PARAMETER Nas
    Name of the NAS, as a string. Default: every NAS that is connected or stored.

    .EXAMPLE
    Get-QnapLunSnapshot -Lun sqldata

    Lists the snapshots of the LUN sqldata.

    .EXAMPLE
    Get-QnapLun sql* | Get-QnapLunSnapshot | Sort-Object CreateTime | Select-Object -Last 1

    Shows the youngest snapshot of all LUNs whose names begin with 'sql'.

    .EXAMPLE
    Get-QnapLunSnapshot -Nas nas01 -Name QS_nightly_* | Where-Object { $_.CreateTimeUtc -lt [datetime]::UtcNow.AddDays(-30) } | Remove-QnapLunSnapshot -Confirm:$false

    Removes the nightly snapshots that are older than 30 days.

    .EXAMPLE
    Get-QnapLunSnapshot -Lun sqldata | ForEach-Object { $_.Writers } | Where-Object { $_.Consistency -ne 'Application' }

    Shows the VSS writers that did not take part as they should have in a snapshot of sqldata, each with the reason.

    .INPUTS
    QnapSnapshot.Lun from Get-QnapLun. System.String (names or NAAs).

    .OUTPUTS
    QnapSnapshot.LunSnapshot

    .NOTES
    CreateTime is what the NAS's own clock showed, in the NAS's time zone, which it does not tell. CreateTimeUtc and ExpireTimeUtc
    are UTC by this machine's record, so they are there for our own snapshots only. The table shows times of this machine; "(NAS)"
    marks one of the NAS's own clock.

    .LINK
    New-QnapLunSnapshot

    .LINK
    Remove-QnapLunSnapshot
    #>
    [CmdletBinding()]
    [OutputType('QnapSnapshot.LunSnapshot')]
    param(
        [Parameter(Position = 0, ValueFromPipeline)]
        [ValidateNotNullOrEmpty()]
        [SupportsWildcards()]
        [object[]]$Lun = '*',

        [Parameter(Position = 1)]
        [ValidateNotNullOrEmpty()]
        [SupportsWildcards()]
        [string]$Name,

        [ValidateNotNullOrEmpty()]
        [string]$SnapshotId,

        [ValidateNotNullOrEmpty()]
        [string]$Nas
    )
    process {
        foreach ($item in $Lun) {
            $parameters = @{}
            if ($item -is [string] -and $item -match '[*?]') {
                $parameters.lunName = [string]$item
                if ($Nas) { $parameters.nas = $Nas }
            }
            else { $parameters.lun = New-LunRef $item $Nas $PSCmdlet }
            if ($Name) { $parameters.name = $Name }
            if ($SnapshotId) { $parameters.snapshotId = $SnapshotId }
            Invoke-QnapCore getLunSnapshot $parameters -Rows -Cmdlet $PSCmdlet -TargetObject $item -OnError Write | ConvertTo-QnapLunSnapshot
        }
    }
}
