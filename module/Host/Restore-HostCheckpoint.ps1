function Restore-HostCheckpoint {
    # Puts a VM back to its checkpoint of exactly this name.
    param([string]$Id, [string]$Name)
    Get-VMSnapshot -VM (Get-VM -Id $Id) | Where-Object { $_.Name -ceq $Name } | Restore-VMSnapshot -Confirm:$false
}
