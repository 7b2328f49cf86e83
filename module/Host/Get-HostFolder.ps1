function Get-HostFolder {
    # Whether a folder is there, and anything in it.
    param([string]$Path)
    $exists = Test-Path -LiteralPath $Path
    [pscustomobject]@{
        exists  = $exists
        isEmpty = -not $exists -or $null -eq (Get-ChildItem -LiteralPath $Path -Force | Select-Object -First 1)
    }
}
