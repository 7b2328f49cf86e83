function Get-HostInitiator {
    # The iSCSI names under which this server logs in.
    foreach ($port in Get-InitiatorPort) {
        if ("$($port.NodeAddress)" -match '^(iqn|eui|naa)\.') { "$($port.NodeAddress)".ToLowerInvariant() }
    }
}
