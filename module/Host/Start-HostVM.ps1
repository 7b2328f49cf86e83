function Start-HostVM {
    param([string]$Id)
    Start-VM -VM (Get-VM -Id $Id)
}
