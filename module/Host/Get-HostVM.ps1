function Get-HostVM {
    # Every Hyper-V VM with every file it uses; none on a server without Hyper-V. Id: only that one.
    param([string]$Id)
    if (-not (Get-Command Get-VM -ErrorAction Ignore)) { return }
    # Asked for one that is not there, Hyper-V gives the same error as where it does not answer.
    foreach ($vm in Get-VM | Where-Object { -not $Id -or "$($_.Id)" -eq $Id }) {
        $checkpoints = @(Get-VMSnapshot -VM $vm)
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
