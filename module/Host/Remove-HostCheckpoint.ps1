function Remove-HostCheckpoint {
    # Removes the checkpoints of a VM that have exactly this name, without what was made after them.
    param([string]$Id, [string]$Name)
    Get-VMSnapshot -VM (Get-VM -Id $Id) | Where-Object { $_.Name -ceq $Name } | Remove-VMSnapshot
}
