Set-StrictMode -Version 3.0

# The one core of this session (see Private/Start-QnapCore.ps1), or null until the first cmdlet needs it.
$script:Core = $null

foreach ($folder in 'Private', 'Public') {
    foreach ($file in [System.IO.Directory]::GetFiles([System.IO.Path]::Combine($PSScriptRoot, $folder), '*.ps1')) {
        . $file
    }
}

Register-QnapCompletion

$ExecutionContext.SessionState.Module.OnRemove = { Stop-QnapCore }
