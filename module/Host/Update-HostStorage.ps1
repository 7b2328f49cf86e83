function Update-HostStorage {
    # Looks for disks that came, and for those that went.
    Update-HostStorageCache
}
