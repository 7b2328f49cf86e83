function New-VMwareRequest {
    # What was given to Set-QnapVMwareSetting, and nothing else: the rest stays as it is stored.
    param([System.Collections.IDictionary]$Bound, $Cmdlet)
    $request = @{}
    switch -Regex (@($Bound.Keys)) {
        '^Credential$' { Add-LoginCredential $request $Bound.Credential }
        '^SnapshotMethod$' { $request.snapshotMethod = Resolve-Choice $Cmdlet SnapshotMethod $Bound.SnapshotMethod }
        '^MethodOverride$' { $request.methodOverride = ConvertTo-MethodOverride $Bound.MethodOverride vm $Cmdlet }
        '^TagMethodOverride$' { $request.tagMethodOverride = ConvertTo-MethodOverride $Bound.TagMethodOverride tag $Cmdlet }
        '^(SkipCertificateCheck|RetryRefusedPassword)$' { $request[(ConvertTo-WireName $_)] = [bool]$Bound[$_] }
        '^RuleVerdict$' { $request.ruleVerdict = ConvertTo-RuleVerdict $Bound.RuleVerdict }
        '^(Server|Port|CertificateThumbprint|Include\w+|Exclude\w+|Max\w+|\w+Seconds)$' { $request[(ConvertTo-WireName $_)] = $Bound[$_] }
    }
    $request
}

function ConvertTo-MethodOverride {
    # In the order of the table, as the first that fits counts.
    param([System.Collections.IDictionary]$Table, [string]$By, $Cmdlet)
    $list = @(foreach ($pattern in $Table.Keys) {
            $method = Resolve-Choice $Cmdlet SnapshotMethod ([string]$Table[$pattern])
            @{ $By = [string]$pattern; method = $(if ($method) { $method } else { [string]$Table[$pattern] }) }
        })
    , $list
}

function ConvertTo-RuleVerdict {
    # The wire knows Refuse, PowerShell users may write refuse.
    param([System.Collections.IDictionary]$Table)
    $verdicts = @{}
    foreach ($rule in $Table.Keys) { $verdicts[[string]$rule] = [cultureinfo]::InvariantCulture.TextInfo.ToTitleCase(([string]$Table[$rule]).ToLowerInvariant()) }
    $verdicts
}
