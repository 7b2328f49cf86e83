function Save-HostVM {
    # Saves the state of a VM: it goes on from there when it is started.
    param([string]$Id)
    Save-VM -VM (Get-VM -Id $Id)
}
