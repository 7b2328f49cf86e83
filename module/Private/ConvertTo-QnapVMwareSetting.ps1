filter ConvertTo-QnapVMwareSetting {
    [pscustomobject]@{
        PSTypeName             = 'QnapSnapshot.VMwareSetting'
        Server                 = $_.server
        Port                   = [int]$_.port
        UserName               = $_.userName
        Trust                  = $_.trust
        CertificateThumbprint  = $_.certificateThumbprint
        SnapshotMethod         = $_.snapshotMethod
        IncludeVM              = @($_.includeVM)
        IncludeTag             = @($_.includeTag)
        ExcludeVM              = @($_.excludeVM)
        ExcludeTag             = @($_.excludeTag)
        MethodOverride         = ConvertFrom-MethodOverride $_.methodOverride 'vm'
        TagMethodOverride      = ConvertFrom-MethodOverride $_.tagMethodOverride 'tag'
        RuleVerdict            = ConvertTo-Table $_.ruleVerdict
        MaxPerHost             = [int]$_.maxPerHost
        MaxPerVCenter          = [int]$_.maxPerVCenter
        SnapshotTimeoutSeconds = [int]$_.snapshotTimeoutSeconds
        TotalTimeoutSeconds    = [int]$_.totalTimeoutSeconds
        GuestShutdownSeconds   = [int]$_.guestShutdownSeconds
    }
}

function ConvertFrom-MethodOverride {
    param($List, [string]$By)
    $table = [ordered]@{}
    foreach ($one in $List) { $table[[string]$one.$By] = $one.method }
    $table
}

function ConvertTo-Table {
    param($InputObject)
    $table = [ordered]@{}
    foreach ($property in $InputObject.PSObject.Properties) { $table[$property.Name] = $property.Value }
    $table
}
