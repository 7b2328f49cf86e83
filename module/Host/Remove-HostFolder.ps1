function Remove-HostFolder {
    # The folders at which volumes were mounted, as far as they are empty. Nothing in them is ever removed.
    param([string]$Path, [bool]$KeepSelf)
    if (-not (Test-Path -LiteralPath $Path)) { return }
    foreach ($folder in Get-ChildItem -LiteralPath $Path -Directory -Filter 'Partition*') {
        if ((Get-HostFolder $folder.FullName).isEmpty) { Remove-Item -LiteralPath $folder.FullName }
    }
    if (-not $KeepSelf -and (Get-HostFolder $Path).isEmpty) { Remove-Item -LiteralPath $Path }
}
