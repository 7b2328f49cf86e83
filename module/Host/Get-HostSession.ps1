function Get-HostSession {
    # The iSCSI log-ins through which a disk is seen.
    param([long]$DiskNumber)
    foreach ($session in Get-IscsiSession -Disk (Get-Disk -Number $DiskNumber) -ErrorAction Ignore) {
        $connections = Get-IscsiConnection -IscsiSession $session -ErrorAction Ignore
        [pscustomobject]@{
            id             = "$($session.SessionIdentifier)"
            targetIqn      = "$($session.TargetNodeAddress)"
            initiatorIqn   = "$($session.InitiatorNodeAddress)"
            authentication = "$($session.AuthenticationType)"
            connected      = [bool]$session.IsConnected
            persistent     = [bool]$session.IsPersistent
            portals        = @($connections | ForEach-Object { "$($_.TargetAddress):$($_.TargetPortNumber)" })
        }
    }
}
