<#
.SYNOPSIS
Names every construct that Windows PowerShell 5.1 or .NET Framework lacks: syntax, parameters, cmdlets, variables, types.

.DESCRIPTION
Prints file:line:rule:text for each and a last line with the counts; the exit code is the number of findings (at most 100).
The deny lists are by hand, from the release notes of PowerShell 6 and 7 and of .NET: they are long, and never complete.

.EXAMPLE
pwsh -NoProfile -File build/compat51.ps1 -Path module
#>
param([Parameter(Mandatory)] [string[]] $Path)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$newTokens = 'QuestionQuestion', 'QuestionQuestionEquals', 'QuestionDot', 'QuestionLBracket', 'AndAnd', 'OrOr'

$newVariables = 'IsWindows', 'IsLinux', 'IsMacOS', 'IsCoreCLR', 'PSStyle', 'EnabledExperimentalFeatures',
'PSNativeCommandUseErrorActionPreference', 'PSNativeCommandArgumentPassing'

$newCommands = 'Get-Error', 'Remove-Alias', 'Join-String', 'Test-Json', 'Get-Uptime', 'Get-SecureRandom', 'Remove-Service', 'Switch-Process',
'ConvertFrom-Markdown', 'Show-Markdown', 'Get-MarkdownOption', 'Set-MarkdownOption', 'ConvertTo-CliXml', 'ConvertFrom-CliXml',
'Get-ExperimentalFeature', 'Enable-ExperimentalFeature', 'Disable-ExperimentalFeature', 'Get-PSSubsystem', 'Start-ThreadJob'

$web = 'SkipCertificateCheck', 'SkipHttpErrorCheck', 'SkipHeaderValidation', 'Form', 'Authentication', 'Token', 'NoProxy', 'CustomMethod', 'SslProtocol',
'ResponseHeadersVariable', 'StatusCodeVariable', 'MaximumRetryCount', 'RetryIntervalSec', 'AllowUnencryptedAuthentication', 'FollowRelLink',
'Resume', 'PreserveAuthorizationOnRedirect', 'ConnectionTimeoutSeconds', 'OperationTimeoutSeconds', 'HttpVersion', 'UnixSocket'
$newParameters = @{
    '*'                         = , 'ProgressAction'
    'ForEach-Object'            = 'Parallel', 'ThrottleLimit', 'TimeoutSeconds', 'AsJob', 'UseNewRunspace'
    'ConvertFrom-Json'          = 'AsHashtable', 'Depth', 'NoEnumerate', 'DateKind'
    'ConvertTo-Json'            = 'AsArray', 'EnumsAsStrings', 'EscapeHandling'
    'Get-Content'               = , 'AsByteStream'
    'Set-Content'               = , 'AsByteStream'
    'Add-Content'               = , 'AsByteStream'
    'Join-Path'                 = 'AdditionalChildPath', 'Extension'
    'Split-Path'                = 'LeafBase', 'Extension'
    'Resolve-Path'              = 'RelativeBasePath', 'Force'
    'Get-ChildItem'             = , 'FollowSymlink'
    'Get-Date'                  = 'AsUTC', 'UnixTimeSeconds', 'UnixTime'
    'Start-Sleep'               = , 'Duration'
    'Start-Process'             = , 'Environment'
    'ConvertFrom-SecureString'  = , 'AsPlainText'
    'ConvertTo-Csv'             = 'UseQuotes', 'QuoteFields', 'NoHeader', 'IncludeTypeInformation'
    'Export-Csv'                = 'UseQuotes', 'QuoteFields', 'NoHeader', 'IncludeTypeInformation'
    'Select-Object'             = 'SkipIndex', 'CaseInsensitive'
    'Sort-Object'               = 'Top', 'Bottom', 'Stable'
    'Get-Unique'                = , 'CaseInsensitive'
    'Measure-Object'            = 'StandardDeviation', 'AllStats'
    'Select-String'             = 'Raw', 'NoEmphasis', 'Culture'
    'Format-Table'              = , 'RepeatHeader'
    'Out-String'                = , 'NoNewline'
    'Tee-Object'                = , 'Encoding'
    'Read-Host'                 = , 'MaskInput'
    'New-Guid'                  = 'Empty', 'InputObject'
    'Get-Culture'               = 'Name', 'ListAvailable', 'NoUserOverrides'
    'Get-Random'                = , 'Shuffle'
    'Import-Module'             = 'UseWindowsPowerShell', 'SkipEditionCheck'
    'Get-Module'                = , 'SkipEditionCheck'
    'Import-PowerShellDataFile' = , 'SkipLimitCheck'
    'Test-Connection'           = 'TargetName', 'TcpPort', 'Ping', 'Traceroute', 'MtuSize', 'TimeoutSeconds', 'IPv4', 'IPv6'
    'Invoke-WebRequest'         = $web
    'Invoke-RestMethod'         = $web
}
$aliases = @{ '%' = 'ForEach-Object'; foreach = 'ForEach-Object'; gc = 'Get-Content'; gci = 'Get-ChildItem'; dir = 'Get-ChildItem'; ls = 'Get-ChildItem'
    select = 'Select-Object'; sort = 'Sort-Object'; measure = 'Measure-Object'; ft = 'Format-Table'; iwr = 'Invoke-WebRequest'; irm = 'Invoke-RestMethod'
}

# Type accelerators and classes, compared by their last name.
$newTypes = 'semver', 'SemanticVersion', 'short', 'ushort', 'uint', 'ulong', 'DateOnly', 'TimeOnly', 'Half', 'Int128', 'UInt128', 'HashCode', 'MathF',
'OperatingSystem', 'Rune', 'Lock', 'PeriodicTimer', 'Channel', 'SocketsHttpHandler', 'NativeLibrary', 'CryptographicOperations', 'X509CertificateLoader',
'AesGcm', 'JsonSerializer', 'JsonDocument', 'JsonNode', 'PosixSignalRegistration', 'ArgumentCompletions', 'ArgumentCompletionsAttribute',
'ValidateNotNullOrWhiteSpace', 'ValidateNotNullOrWhiteSpaceAttribute', 'Experimental', 'NoRunspaceAffinity', 'NoRunspaceAffinityAttribute'

$hashes = 'MD5', 'SHA1', 'SHA256', 'SHA384', 'SHA512' | ForEach-Object { "$_.HashData" }
$newStaticMembers = $hashes + @('Math.Clamp', 'Math.Cbrt', 'Math.Log2', 'Math.BitIncrement', 'Path.GetRelativePath', 'Path.Join', 'Path.Exists',
    'Path.IsPathFullyQualified', 'Path.TrimEndingDirectorySeparator', 'Path.EndsInDirectorySeparator', 'Environment.ProcessId', 'Environment.ProcessPath',
    'Environment.TickCount64', 'Convert.ToHexString', 'Convert.FromHexString', 'Convert.ToHexStringLower', 'Random.Shared', 'Array.Fill',
    'RandomNumberGenerator.Fill', 'RandomNumberGenerator.GetInt32', 'RandomNumberGenerator.GetBytes', 'RandomNumberGenerator.GetHexString',
    'RandomNumberGenerator.GetString', 'RandomNumberGenerator.GetItems', 'DateTime.UnixEpoch', 'DateTimeOffset.UnixEpoch', 'Encoding.Latin1',
    'Stopwatch.GetElapsedTime', 'Guid.CreateVersion7', 'StringSplitOptions.TrimEntries', 'Directory.CreateTempSubdirectory', 'Directory.CreateSymbolicLink',
    'File.CreateSymbolicLink', 'File.ResolveLinkTarget', 'File.GetUnixFileMode', 'File.SetUnixFileMode', 'X509Certificate2.CreateFromPem',
    'X509Certificate2.CreateFromPemFile', 'Enumerable.TakeLast', 'Enumerable.SkipLast', 'Enumerable.ToHashSet', 'Enumerable.Chunk', 'Enumerable.DistinctBy',
    'Enumerable.MinBy', 'Enumerable.MaxBy')

$newMembers = 'ArgumentList', 'StandardInputEncoding', 'WaitAsync', 'WaitForExitAsync', 'ReadExactly', 'ReadExactlyAsync', 'ReadAtLeast',
'EnsureCapacity', 'ReplaceLineEndings', 'AsSpan', 'AsMemory', 'DisposeAsync', 'ImportFromPem', 'ExportCertificatePem', 'EnumerateRunes',
'CancelAsync', 'UnixFileMode', 'GetUnixFileMode', 'MicroSecond', 'Nanosecond', 'AddMicroseconds'

# Methods that .NET Framework has with fewer arguments only: name -> the first count that it lacks.
$newOverloads = @{ Kill = 1; ReadLineAsync = 1; ReadToEndAsync = 1 }
# The same, where the last argument must be a StringComparison to count.
$comparisons = @{ Contains = 2; Replace = 3 }

function New-Finding($Extent, [string] $Rule) {
    $text = ($Extent.Text -split '\r?\n')[0].Trim()
    "$($Extent.File):$($Extent.StartLineNumber):${Rule}:$text"
}

function Find-Token($Token, [string[]] $Lines) {
    if ("$($Token.Kind)" -in $newTokens) { return New-Finding $Token.Extent "$($Token.Kind)" }
    switch ("$($Token.Kind)") {
        'Pipe' {
            $number = $Token.Extent.StartLineNumber
            $before = $Lines[$number - 1].Substring(0, $Token.Extent.StartColumnNumber - 1)
            $continued = $number -gt 1 -and $Lines[$number - 2].TrimEnd().EndsWith('`')
            if (-not $before.Trim() -and -not $continued) { New-Finding $Token.Extent 'PipeAtLineStart' }
        }
        'Number' {
            if ($Token.Text -match '^[-+]?(0b|(0x[0-9a-f]+|\d[\d.]*)(u|uy|us|ul|y|s|n)(kb|mb|gb|tb|pb)?$)' -and $Token.Text -notmatch '^0x[0-9a-f]+$') {
                New-Finding $Token.Extent 'NumberLiteral'
            }
        }
        { $_ -in 'StringExpandable', 'HereStringExpandable' } {
            if ($Token.Text -cmatch '(?<!`)(?:``)*`(u\{|e)') { New-Finding $Token.Extent 'EscapeSequence' }
        }
        'Comment' {
            if ($Token.Text -match '^#requires\b.*(-Version\s+([6-9]|\d\d)|-PSEdition\s+Core)') { New-Finding $Token.Extent 'Requires' }
        }
    }
}

function Find-Command($Command) {
    $name = $Command.GetCommandName()
    if (-not $name) { return }
    $name = ($name -split '\\')[-1]
    if ($aliases.ContainsKey($name)) { $name = $aliases[$name] }
    if ($name -in $newCommands) { New-Finding $Command.Extent 'Command' }
    $denied = @($newParameters['*']) + @(if ($newParameters.ContainsKey($name)) { $newParameters[$name] })
    $elements = @($Command.CommandElements)
    $positional = 0
    for ($index = 1; $index -lt $elements.Count; $index++) {
        $element = $elements[$index]
        $previous = $elements[$index - 1]
        if ($element -is [System.Management.Automation.Language.CommandParameterAst]) {
            if ($element.ParameterName -in $denied) { New-Finding $element.Extent 'Parameter' }
        }
        elseif ($previous -is [System.Management.Automation.Language.CommandParameterAst] -and $null -eq $previous.Argument) {
            Find-ParameterValue $previous.ParameterName $element
        }
        else {
            $positional++
        }
    }
    if ($name -eq 'Join-Path' -and $positional -gt 2) { New-Finding $Command.Extent 'JoinPathOfMany' }
}

function Find-ParameterValue([string] $Parameter, $Value) {
    $text = $Value.Extent.Text.Trim('''"')
    if ($Parameter -eq 'Encoding' -and $text -in 'utf8NoBOM', 'utf8BOM', 'ansi') { New-Finding $Value.Extent 'EncodingName' }
    if ($Parameter -in 'ErrorAction', 'EA' -and $text -eq 'Break') { New-Finding $Value.Extent 'ErrorActionBreak' }
}

function Get-LastName([string] $TypeName) { ($TypeName -split '[.+]')[-1] }

function Find-Member($Member) {
    $name = "$($Member.Member)"
    $arguments = @(if ($Member -is [System.Management.Automation.Language.InvokeMemberExpressionAst]) { $Member.Arguments | Where-Object { $null -ne $_ } })
    if ($Member.Static -and $Member.Expression -is [System.Management.Automation.Language.TypeExpressionAst]) {
        $type = Get-LastName $Member.Expression.TypeName.FullName
        if ("$type.$name" -in $newStaticMembers -or $name -like 'ThrowIf*' -or ($type -eq 'File' -and $name -like '*Async')) { New-Finding $Member.Extent 'StaticMember' }
        elseif ("$type.$name" -eq 'File.Move' -and $arguments.Count -gt 2) { New-Finding $Member.Extent 'Overload' }
        elseif ("$type.$name" -eq 'string.Join' -and $arguments.Count -and $arguments[0].Extent.Text -like '*`[char`]*') { New-Finding $Member.Extent 'JoinByChar' }
        return
    }
    if ($name -in $newMembers) { New-Finding $Member.Extent 'Member' }
    elseif ($newOverloads.ContainsKey($name) -and $arguments.Count -ge $newOverloads[$name]) { New-Finding $Member.Extent 'Overload' }
    elseif ($comparisons.ContainsKey($name) -and $arguments.Count -ge $comparisons[$name] -and $arguments[-1].Extent.Text -match 'Ordinal|Culture') { New-Finding $Member.Extent 'Overload' }
    elseif ($name -eq 'Split' -and $arguments.Count -and $arguments[0] -is [System.Management.Automation.Language.StringConstantExpressionAst] -and $arguments[0].Value.Length -gt 1) {
        New-Finding $Member.Extent 'SplitByString' # .NET Framework splits at each of the characters
    }
}

function Find-Binary($Binary) {
    if ($Binary.Operator -eq 'DotDot' -and $Binary.Left -is [System.Management.Automation.Language.StringConstantExpressionAst] -and $Binary.Left.Value -match '^\D$') {
        New-Finding $Binary.Extent 'CharacterRange'
    }
    if ($Binary.Operator -in 'Ireplace', 'Creplace' -and $Binary.Right -is [System.Management.Automation.Language.ArrayLiteralAst] -and
        $Binary.Right.Elements[-1] -is [System.Management.Automation.Language.ScriptBlockExpressionAst]) {
        New-Finding $Binary.Extent 'ReplaceByScriptBlock'
    }
}

function Find-Attribute($Attribute) {
    if ((Get-LastName $Attribute.TypeName.FullName) -in $newTypes) { New-Finding $Attribute.Extent 'Attribute' }
    $first = $Attribute.PositionalArguments | Select-Object -First 1
    if ($Attribute.TypeName.FullName -eq 'ValidateRange' -and $first -is [System.Management.Automation.Language.StringConstantExpressionAst]) {
        New-Finding $Attribute.Extent 'ValidateRangeKind'
    }
}

function Find-TypeDefinition($Definition) {
    if ($Definition.IsEnum -and $Definition.BaseTypes.Count) { New-Finding $Definition.Extent 'EnumBaseType' }
    # Implementing an interface's properties by accessor methods fails to load on 5.1 (single source).
    $Definition.Members | Where-Object { $Definition.IsClass -and $_.Name -match '^[gs]et_' } | ForEach-Object { New-Finding $_.Extent 'ClassPropertyAccessor' }
}

function Find-Node($Node) {
    switch ($Node.GetType().Name) {
        'TernaryExpressionAst' { New-Finding $Node.Extent 'Ternary' }
        'PipelineAst' { if ($Node.Background) { New-Finding $Node.Extent 'Background' } }
        'PipelineChainAst' { if ($Node.Background) { New-Finding $Node.Extent 'Background' } }
        'ScriptBlockAst' { if ($null -ne $Node.CleanBlock) { New-Finding $Node.CleanBlock.Extent 'CleanBlock' } }
        'VariableExpressionAst' { if ($Node.VariablePath.UserPath -replace '^\w+:' -in $newVariables) { New-Finding $Node.Extent 'Variable' } }
        { $_ -in 'TypeExpressionAst', 'TypeConstraintAst' } { if ((Get-LastName $Node.TypeName.FullName) -in $newTypes) { New-Finding $Node.Extent 'Type' } }
        { $_ -in 'MemberExpressionAst', 'InvokeMemberExpressionAst' } { Find-Member $Node }
        'CommandAst' { Find-Command $Node }
        'BinaryExpressionAst' { Find-Binary $Node }
        'AttributeAst' { Find-Attribute $Node }
        'TypeDefinitionAst' { Find-TypeDefinition $Node }
    }
}

function Find-InScript([string] $File, [string[]] $Lines) {
    $tokens = $null
    $errors = $null
    $syntax = [System.Management.Automation.Language.Parser]::ParseFile($File, [ref] $tokens, [ref] $errors)
    $errors | ForEach-Object { "${File}:$($_.Extent.StartLineNumber):ParseError:$($_.Message)" }
    $tokens | ForEach-Object { Find-Token $_ $Lines }
    $syntax.FindAll({ $true }, $true) | ForEach-Object { Find-Node $_ }
}

function Find-InFile([string] $File) {
    $bytes = [System.IO.File]::ReadAllBytes($File)
    $hasMark = $bytes.Length -ge 3 -and $bytes[0] -eq 0xEF -and $bytes[1] -eq 0xBB -and $bytes[2] -eq 0xBF
    $lines = [System.IO.File]::ReadAllLines($File)
    # Windows PowerShell reads a file without a mark in the machine's code page. XML says its own encoding.
    for ($number = 0; -not $hasMark -and $File -notlike '*.ps1xml' -and $number -lt $lines.Length; $number++) {
        if ($lines[$number] -match '[^\x00-\x7f]') { "${File}:$($number + 1):NonAsciiWithoutBom:$($lines[$number].Trim())" }
    }
    if ($File -match '\.(ps1|psm1|psd1)$') { Find-InScript $File $lines }
}

$files = @(Get-ChildItem -Path $Path -Recurse -File | Where-Object { $_.Name -match '\.(ps1|psm1|psd1|ps1xml|help\.txt)$' } | Sort-Object FullName)
$findings = @($files | ForEach-Object { Find-InFile $_.FullName })
$findings
"compat51: $($files.Count) files, $($findings.Count) findings"
exit [Math]::Min($findings.Count, 100)
