# The COM+ application that runs the provider's DLL in a process of its own, as a service. As in Microsoft's sample provider.

function Get-ComCollection {
    param($From, [string]$Name, $Key)
    $collection = if ($Key) { $From.GetCollection($Name, $Key) } else { $From.GetCollection($Name) }
    $null = $collection.Populate()
    # Whole: a pipeline would take it apart.
    , $collection
}

function Test-ComApplication {
    param([string]$Name)
    $applications = Get-ComCollection (Open-ComCatalog) 'Applications'
    for ($i = 0; $i -lt $applications.Count; $i++) {
        if ($applications.Item($i).Value('Name') -eq $Name) { return $true }
    }
    $false
}

function Add-ComApplication {
    param([string]$Name, [string]$Dll)
    $catalog = Open-ComCatalog
    $applications = Get-ComCollection $catalog 'Applications'
    $application = $applications.Add()
    # Only the role below may call, encrypted, and nobody may act in the caller's name.
    $values = [ordered]@{
        Name                           = $Name
        Description                    = 'Makes VSS shadow copies as snapshots on QNAP NAS.'
        ApplicationAccessChecksEnabled = 1
        Authentication                 = 6
        AuthenticationCapability       = 2
        ImpersonationLevel             = 2
    }
    foreach ($key in $values.Keys) { Set-ComValue $application $key $values[$key] }
    $null = $applications.SaveChanges()
    $catalog.CreateServiceForApplication($Name, $Name, 'SERVICE_AUTO_START', 'SERVICE_ERROR_NORMAL', '', '.\localsystem', '', $false)
    $catalog.InstallComponent($Name, $Dll, '', '')
    Add-ComRole $applications $application
}

function Add-ComRole {
    param($Applications, $Application)
    $roles = Get-ComCollection $Applications 'Roles' $Application.Key
    $role = $roles.Add()
    Set-ComValue $role 'Name' 'Administrators'
    $null = $roles.SaveChanges()
    $users = Get-ComCollection $roles 'UsersInRole' $role.Key
    foreach ($account in ".\$(Get-AccountName S-1-5-32-544)", (Get-AccountName S-1-5-18)) { Set-ComValue $users.Add() 'User' $account }
    $null = $users.SaveChanges()
}

function Remove-ComApplication {
    # Ends its process first, which has the DLL open. Its service goes with it.
    param([string]$Name)
    $catalog = Open-ComCatalog
    $applications = Get-ComCollection $catalog 'Applications'
    for ($i = $applications.Count - 1; $i -ge 0; $i--) {
        if ($applications.Item($i).Value('Name') -ne $Name) { continue }
        $catalog.ShutdownApplication($Name)
        $null = $applications.Remove($i)
    }
    $null = $applications.SaveChanges()
}
