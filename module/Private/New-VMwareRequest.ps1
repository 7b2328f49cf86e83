function New-VMwareRequest {
    # What was given to Set-QnapVMwareSetting, and nothing else: the rest stays as it is stored.
    param([System.Collections.IDictionary]$Bound, $Cmdlet)
    $request = @{}
    switch -Regex (@($Bound.Keys)) {
        '^Credential$' { Add-LoginCredential $request $Bound.Credential }
        '^SnapshotMethod$' { $request.snapshotMethod = Resolve-Choice $Cmdlet SnapshotMethod $Bound.SnapshotMethod }
        '^MethodOverride$' { $request.methodOverride = ConvertTo-MethodOverride $Bound.MethodOverride vm }
        '^TagMethodOverride$' { $request.tagMethodOverride = ConvertTo-MethodOverride $Bound.TagMethodOverride tag }
        '^(SkipCertificateCheck|RetryRefusedPassword)$' { $request[(ConvertTo-WireName $_)] = [bool]$Bound[$_] }
        '^(Server|Port|CertificateThumbprint|RuleVerdict|Include\w+|Exclude\w+|Max\w+|\w+Seconds)$' { $request[(ConvertTo-WireName $_)] = $Bound[$_] }
    }
    $request
}

function ConvertTo-MethodOverride {
    # In the order of the table, as the first that fits counts.
    param([System.Collections.IDictionary]$Table, [string]$By)
    $list = @(foreach ($pattern in $Table.Keys) { @{ $By = [string]$pattern; method = [string]$Table[$pattern] } })
    , $list
}
