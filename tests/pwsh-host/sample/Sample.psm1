Set-StrictMode -Version Latest

class Crate {
    [int] $Edge
    Crate([int] $edge) { $this.Edge = $edge }
    [int] Size() { return [math]::Pow($this.Edge, 3) }
}

foreach ($file in Get-ChildItem (Join-Path $PSScriptRoot 'Public') -Filter '*.ps1') {
    . $file.FullName
}

$ExecutionContext.SessionState.Module.OnRemove = { $global:sampleRemoved = $true }
