function Set-HostCheckpointType {
    # Whether checkpoints of a VM hold its memory (Standard) or are made through VSS inside it. Server 2016 and later.
    param([string]$Id, [string]$Type)
    Set-VM -VM (Get-VM -Id $Id) -CheckpointType $Type
}
