function Register-HostVM {
    # Registers a VM in place, from its configuration file, under its old id.
    param([string]$Path)
    $null = Import-VM -Path $Path
}
