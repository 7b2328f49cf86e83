function New-VMwareRequest {
    # What was given to Set-QnapVMwareSetting, and nothing else: the rest stays as it is stored.
    param([System.Collections.IDictionary]$Bound)
    $request = @{}
    foreach ($name in $Bound.Keys) {
        $value = $Bound[$name]
        switch -Regex ($name) {
            '^Credential$' { Add-LoginCredential $request $value }
            '^MethodOverride$' { $request.methodOverride = ConvertTo-MethodOverride $value 'vm' }
            '^TagMethodOverride$' { $request.tagMethodOverride = ConvertTo-MethodOverride $value 'tag' }
            '^(SkipCertificateCheck|RetryRefusedPassword)$' { $request[(ConvertTo-WireName $name)] = [bool]$value }
            '^(Server|Port|CertificateThumbprint|SnapshotMethod|Include|Exclude|Rule|Max|\w+Seconds)' { $request[(ConvertTo-WireName $name)] = $value }
        }
    }
    $request
}

function ConvertTo-MethodOverride {
    # In the order of the table, as the first that fits counts.
    param([System.Collections.IDictionary]$Table, [string]$By)
    $list = @(foreach ($pattern in $Table.Keys) { @{ $By = [string]$pattern; method = [string]$Table[$pattern] } })
    , $list
}
