function Test-QnapLun {
    <#
    .SYNOPSIS
    Says what an application-consistent snapshot of a LUN would meet, before it is taken.

    .DESCRIPTION
    Looks only, and changes nothing. The first row of each LUN is about the NAS's side: whether the LUN is ready, and how many
    snapshots it has. Then comes a row for everything that a rule finds on a VM or datastore: Refuse (no snapshot is taken),
    Downgrade (it is taken, and this VM counts as less than was asked for) or Warn. A VM on which nothing is found is OK, with the
    method of its VM snapshot and the label that can be expected.

    Rules: Extents, FilesElsewhere, SwapOrLogsElsewhere, RawDevice, IndependentDisk, SharedBus, Passthrough, FaultTolerance,
    SnapshotDepth, ToolsNotRunning, ConsolidationNeeded, Motion, Rights, NotConnected. Set-QnapVMwareSetting -RuleVerdict judges
    them otherwise. On the NAS's side there are LunNotReady, SnapshotSlots and LunNotUsed. On a Windows Server: SeveralDisks (MPIO is
    missing), ClusterDisk, BootOrSystemDisk, DynamicDisk, StorageSpaces, OfflineDisk, ReadOnlyDisk, NoVolume, FileSystem, NotPersistent,
    ClusteredVM, FilesElsewhere, PassThroughDisk and ImageInUse; these verdicts stand.

    .PARAMETER Lun
    The LUNs: names (wildcards * and ? allowed) or NAAs as strings, or objects of Get-QnapLun. Default: all.

    .PARAMETER Nas
    Name of the NAS, as a string. Default: every NAS that is connected or stored.

    .EXAMPLE
    Test-QnapLun ds-prod

    Reports on the LUN ds-prod.

    .EXAMPLE
    Get-QnapLun -Nas nas01 | Test-QnapLun | Where-Object Verdict -ne OK | Sort-Object Verdict

    Shows everything that speaks against snapshots of the LUNs of nas01.

    .INPUTS
    QnapSnapshot.Lun from Get-QnapLun. System.String (names or NAAs).

    .OUTPUTS
    QnapSnapshot.LunCheck

    .NOTES
    What is true now may be otherwise when the snapshot is taken: New-QnapLunSnapshot looks again. A label is given only by what
    vSphere says of the VM snapshots that were really made.

    .LINK
    Get-QnapLunConsumer

    .LINK
    Set-QnapVMwareSetting
    #>
    [CmdletBinding()]
    [OutputType('QnapSnapshot.LunCheck')]
    param(
        [Parameter(Position = 0, ValueFromPipeline)]
        [ValidateNotNullOrEmpty()]
        [SupportsWildcards()]
        [object[]]$Lun,

        [ValidateNotNullOrEmpty()]
        [string]$Nas
    )
    process {
        foreach ($item in @($Lun)) {
            $parameters = @{}
            if ($null -ne $item) { $parameters.lun = New-LunRef $item $Nas $PSCmdlet }
            elseif ($Nas) { $parameters.nas = $Nas }
            Invoke-QnapCore testLun $parameters -Rows -Cmdlet $PSCmdlet -TargetObject $item -OnError Write | ConvertTo-QnapLunCheck
        }
    }
}
