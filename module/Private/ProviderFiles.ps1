function New-StateFolder {
    # Its rights are set before anything is in it; what somebody was quick enough to put in is refused.
    param([string]$Path)
    $null = [System.IO.Directory]::CreateDirectory($Path)
    Set-PathSddl $Path $script:StateSddl
    $fault = Get-FolderFault $Path -ReadersToo
    if ($fault) { throw "$Path is not safe although its rights were set: $fault" }
    if (@(Get-ChildItem -LiteralPath $Path -Force).Count -gt 0) { throw "somebody put files into $Path while it was made" }
}

function Copy-ProviderFile {
    # The programs and the functions that they call, as they lie in the module; install.json says what was copied.
    param($Place)
    Remove-Tree $Place.New
    $null = [System.IO.Directory]::CreateDirectory($Place.Folder)
    Set-PathSddl $Place.Folder $script:ProgramSddl
    $hashes = [ordered]@{}
    foreach ($name in Get-ProviderFileName $Place.Source) {
        $from = [System.IO.Path]::Combine($Place.Source, $name)
        $to = [System.IO.Path]::Combine($Place.New, $name)
        $null = [System.IO.Directory]::CreateDirectory([System.IO.Path]::GetDirectoryName($to))
        Copy-Item -LiteralPath $from -Destination $to
        $hashes[$name.Replace('\', '/')] = Compare-ProviderFile $from $to
    }
    $told = ConvertTo-Json ([ordered]@{ version = $Place.Version; files = $hashes })
    [System.IO.File]::WriteAllText([System.IO.Path]::Combine($Place.New, 'install.json'), $told)
}

function Get-ProviderFileName {
    param([string]$Source)
    foreach ($folder in ([System.IO.Path]::Combine('bin', 'win-x64')), 'Host') {
        $from = [System.IO.Path]::Combine($Source, $folder)
        if (-not (Test-Path -LiteralPath $from)) { continue }
        foreach ($file in Get-ChildItem -LiteralPath $from -Recurse -Force | Where-Object { -not $_.PSIsContainer }) {
            $file.FullName.Substring($Source.Length).TrimStart('\', '/')
        }
    }
}

function Compare-ProviderFile {
    # The SHA-256 of a copy that is like its original, signature and all.
    param([string]$From, [string]$To)
    $hash = (Get-FileHash -LiteralPath $To -Algorithm SHA256).Hash
    if ($hash -ne (Get-FileHash -LiteralPath $From -Algorithm SHA256).Hash) { throw "the copy $To differs from $From" }
    $hash
}

function Switch-ProviderFolder {
    param($Place)
    Remove-Tree $Place.Old
    if (Test-Path -LiteralPath $Place.App) { Move-ProviderFolder $Place.App $Place.Old }
    Move-ProviderFolder $Place.New $Place.App
}

function Undo-ProviderFolder {
    # From whichever of its moves it had come to.
    param($Place)
    if (-not (Test-Path -LiteralPath $Place.New)) { Remove-Tree $Place.App }
    if ((Test-Path -LiteralPath $Place.Old) -and -not (Test-Path -LiteralPath $Place.App)) { Move-ProviderFolder $Place.Old $Place.App }
}

function Move-ProviderFolder {
    # A program that was just stopped keeps its files for a moment.
    param([string]$From, [string]$To)
    for ($try = 1; ; $try++) {
        try { return [System.IO.Directory]::Move($From, $To) }
        catch [System.IO.IOException], [System.UnauthorizedAccessException] { if ($try -eq 20) { throw } }
        Start-Sleep -Seconds 1
    }
}

function Remove-Tree {
    param([string]$Path)
    for ($try = 1; Test-Path -LiteralPath $Path; $try++) {
        try { Remove-Item -LiteralPath $Path -Recurse -Force -ErrorAction Stop }
        catch { if ($try -eq 20) { throw }; Start-Sleep -Seconds 1 }
    }
}

function Remove-EmptyFolder {
    param([string]$Path)
    if ((Test-Path -LiteralPath $Path) -and @(Get-ChildItem -LiteralPath $Path -Force).Count -eq 0) { [System.IO.Directory]::Delete($Path) }
}
