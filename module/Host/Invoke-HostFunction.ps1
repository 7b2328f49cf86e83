function Invoke-HostFunction {
    # One call of the core: a function of this folder, and its parameters as Base64 of JSON. The answer is one line, the same way
    # round: a console's code page cannot touch it, and nothing else is printed, whatever happens.
    param([string]$Name, [string]$Parameters)
    # Functions of modules, as Windows' own are, know only the preferences of the session. This one is ours alone.
    $global:ErrorActionPreference = 'Stop'
    $global:ProgressPreference = $global:WarningPreference = $global:InformationPreference = 'SilentlyContinue'
    try {
        $given = ConvertFrom-Json ([System.Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($Parameters)))
        $splat = @{}
        foreach ($property in $given.PSObject.Properties) { $splat[$property.Name] = $property.Value }
        $answer = @{ value = @(& $Name @splat) }
    }
    catch { $answer = @{ failure = ConvertTo-HostFailure $_ } }
    $json = ConvertTo-Json -InputObject $answer -Depth 6 -Compress
    [Convert]::ToBase64String([System.Text.Encoding]::UTF8.GetBytes($json))
}
