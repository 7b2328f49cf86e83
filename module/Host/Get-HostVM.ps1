function Get-HostVM {
    # Every Hyper-V VM with every file it uses; none on a server without Hyper-V. Id: only that one.
    param([string]$Id)
    if (-not (Get-Command Get-VM -ErrorAction Ignore)) { return }
    $wanted = if ($Id) { Get-VM -Id $Id -ErrorAction Ignore } else { Get-VM }
    foreach ($vm in $wanted) {
        $checkpoints = @(Get-VMSnapshot -VM $vm -ErrorAction Ignore)
        [pscustomobject]@{
            id             = "$($vm.Id)".ToLowerInvariant()
            name           = "$($vm.Name)"
            state          = "$($vm.State)"
            guest          = Get-HostVMGuest $vm.Id
            backup         = Test-HostVMBackup $vm
            # Before Server 2016 there is no such setting.
            checkpointType = "$($vm.CheckpointType)"
            clustered      = [bool]$vm.IsClustered
            generation     = [int]$vm.Generation
            version        = "$($vm.Version)"
            files          = @(Get-HostVMFile $vm $checkpoints)
            checkpoints    = @($checkpoints | ForEach-Object {
                    [pscustomobject]@{ id = "$($_.Id)".ToLowerInvariant(); name = "$($_.Name)"; type = "$($_.SnapshotType)" }
                })
        }
    }
}
