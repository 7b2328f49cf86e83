function New-QnapLunSnapshot {
    <#
    .SYNOPSIS
    Takes a snapshot of one or more iSCSI LUNs.

    .DESCRIPTION
    Takes one snapshot of each LUN, as one set: all or none. LUNs that come down the pipeline are collected first and taken
    together when the last one has come. Each snapshot is read back from the NAS before it is returned.

    The name of a snapshot is QS_<name or LUN>_<UTC time>_<operation id>; Remove-QnapLunSnapshot knows ours by it. A snapshot
    never expires unless -ExpireAfter says so.

    .PARAMETER Lun
    The LUNs: names or NAAs as strings, or objects of Get-QnapLun. An object is checked against the NAS, so that a LUN index that
    was given to another LUN meanwhile is refused.

    .PARAMETER Nas
    Name of the NAS, as a string, for LUNs that are given by name while more than one NAS is known.

    .PARAMETER Type
    Crash: a plain NAS snapshot, as if the power had failed; no host is contacted. Application, for a LUN of this server: VSS has
    the applications on it write out everything and hold while the NAS takes the snapshots of the whole set. Application, for a
    VMware datastore: vCenter makes a VM snapshot of every VM on the LUN, then the NAS takes the LUN's, then the VM snapshots are
    removed; how is said by Set-QnapVMwareSetting. Test-QnapLun tells beforehand what to expect. The result says in Consistency,
    VMs and Writers what was reached. Default: Crash.

    .PARAMETER HyperVCheckpoint
    With -Type Application, how Hyper-V VMs on the LUN get into the snapshot. Production: through Hyper-V's VSS writer, which has
    the guests quiesce themselves. Memory: each running VM gets a checkpoint with its memory, inside the snapshot, that is removed
    again right after; the VM comes back running where it was. Default: Production.

    .PARAMETER Name
    Stands in the snapshot's name in place of the LUN's name: 1 to 24 letters, digits, '_', '.' or '-', as a string.

    .PARAMETER Description
    Free text of up to 256 characters, as a string. Get-QnapLunSnapshot shows it.

    .PARAMETER ExpireAfter
    How long the NAS keeps the snapshot before it removes it by itself, as a TimeSpan of at least one minute (rounded up to whole
    minutes), for example 7.00:00 for seven days. Default: for ever.

    .PARAMETER Vital
    Switch. Protects the snapshot from the NAS's own recycling when space or slots run short.

    .EXAMPLE
    Get-QnapLun sqldata | New-QnapLunSnapshot -Description 'before patch' -ExpireAfter 7.00:00

    Takes a snapshot of the LUN sqldata that the NAS removes after seven days.

    .EXAMPLE
    New-QnapLunSnapshot -Lun sqldata, sqllog -Name nightly

    Takes a set of two LUNs, given by name.

    .EXAMPLE
    $snapshot = New-QnapLunSnapshot -Lun ds-prod -Type Application
    $snapshot.VMs | Format-Table

    Takes an application-consistent snapshot of a LUN with a VMware datastore, and shows how good it is for each VM.

    .EXAMPLE
    New-QnapLunSnapshot -Lun hvdata -Type Application -HyperVCheckpoint Memory -WhatIf

    Says what speaks against a snapshot in which the Hyper-V VMs on the LUN are kept with their memory.

    .EXAMPLE
    Get-QnapLun sql* -Nas nas01 | New-QnapLunSnapshot -WhatIf

    Says which LUNs the set would hold, or why it would be refused. Nothing is sent that changes anything.

    .INPUTS
    QnapSnapshot.Lun from Get-QnapLun. System.String (names or NAAs).

    .OUTPUTS
    QnapSnapshot.LunSnapshot

    .NOTES
    No NAS takes a set at one instant: the LUNs of a set are asked for at the same time, and -Verbose tells how far apart they
    were. How many a NAS takes at once differs by firmware; Test-QnapNas shows it.

    .LINK
    Get-QnapLunSnapshot

    .LINK
    Restore-QnapLunSnapshot

    .LINK
    Test-QnapLun
    #>
    [CmdletBinding(SupportsShouldProcess)]
    [OutputType('QnapSnapshot.LunSnapshot')]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline)]
        [ValidateNotNullOrEmpty()]
        [object[]]$Lun,

        [ValidateNotNullOrEmpty()]
        [string]$Nas,

        [ValidateSet('Crash', 'Application')]
        [string]$Type = 'Crash',

        [ValidateSet('Production', 'Memory')]
        [string]$HyperVCheckpoint,

        [ValidatePattern('^[A-Za-z0-9_.-]{1,24}$')]
        [string]$Name,

        [ValidateLength(0, 256)]
        [string]$Description,

        [ValidateScript({ Test-ExpireAfter $_ })]
        [timespan]$ExpireAfter,

        [switch]$Vital
    )
    begin {
        $luns = New-Object System.Collections.Generic.List[object]
    }
    process {
        foreach ($item in $Lun) { $luns.Add((New-LunRef $item $Nas $PSCmdlet)) }
    }
    end {
        if ($luns.Count -eq 0) { return }
        $labels = @($luns | ForEach-Object { Get-LunLabel $_ } | Select-Object -Unique) -join ', '
        $parameters = @{ luns = $luns.ToArray(); type = Resolve-Choice $PSCmdlet Type $Type }
        if ($HyperVCheckpoint) { $parameters.hyperVCheckpoint = Resolve-Choice $PSCmdlet HyperVCheckpoint $HyperVCheckpoint }
        if ($Name) { $parameters.name = $Name }
        if ($Description) { $parameters.description = $Description }
        if ($ExpireAfter) { $parameters.expireAfterMinutes = [int][Math]::Ceiling($ExpireAfter.TotalMinutes) }
        if ($Vital) { $parameters.vital = $true }
        $call = @{ Operation = 'newLunSnapshot'; Parameters = $parameters; Cmdlet = $PSCmdlet; TargetObject = $labels }
        if ($WhatIfPreference) {
            $parameters.planOnly = $true
            $null = Invoke-QnapCore @call
        }
        if (Confirm-QnapAction $PSCmdlet $labels "Take a snapshot ($Type)") {
            $set = Invoke-QnapCore @call
            Write-Verbose "Operation $($set.operationId): from the first request to the last answer $($set.skewMs) ms."
            $set.snapshots | ConvertTo-QnapLunSnapshot
        }
    }
}
