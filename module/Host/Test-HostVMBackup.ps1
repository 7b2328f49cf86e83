function Test-HostVMBackup {
    # Whether a VM can be asked to write everything out: its integration service for backups, by its id in every language.
    param($VM)
    foreach ($service in Get-VMIntegrationService -VM $VM -ErrorAction Ignore) {
        if ("$($service.Id)" -match '2497F4DE-E9FA-4204-80E4-4B75C46419C0') {
            return $service.Enabled -and "$($service.PrimaryOperationalStatus)" -eq 'Ok'
        }
    }
    $false
}
