function New-HostCheckpoint {
    # A checkpoint of a VM; with its memory where the VM runs and its setting says so.
    param([string]$Id, [string]$Name)
    Checkpoint-VM -VM (Get-VM -Id $Id) -SnapshotName $Name
}
