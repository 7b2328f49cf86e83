function Get-MountNaa {
    # The NAA of a copy that is mounted, its identity.
    param($Mount, $Cmdlet)
    $naa = Get-PropertyText $Mount 'LunNaa'
    # A snapshot has one too: its LUN's.
    if ($naa -match '^[0-9A-Fa-f]{32}$' -and -not (Get-PropertyText $Mount 'SnapshotId')) { return $naa }
    Stop-QnapCmdlet (New-QnapErrorRecord InvalidParameter ("Parameter Mount: '$Mount' is no object of Mount-QnapLunSnapshot. " +
            'To name a copy, use -Name, -Datastore or -Path.') InvalidArgument $Mount) $Cmdlet
}
