function Start-QnapCore {
    # Gives the core of this session; starts one if there is none, or if the last one ended.
    param($Cmdlet)
    if ($null -ne $script:Core) {
        if (-not $script:Core.Process.HasExited) { return $script:Core }
        $script:Core = $null
    }
    $core = Open-QnapCore $Cmdlet
    $agreed = $false
    try {
        $failure = Initialize-QnapCore $core
        $agreed = $null -eq $failure
    }
    finally {
        # Also where Ctrl-C interrupts: a core that was never greeted must not serve the next cmdlet.
        if (-not $agreed) { Close-QnapInput $core }
    }
    if ($null -ne $failure) { Stop-QnapCmdlet $failure $Cmdlet }
    $script:Core = $core
    $core
}

function Open-QnapCore {
    # Starts the process. .NET Framework knows neither ArgumentList nor StandardInputEncoding, hence the writer of our own.
    param($Cmdlet)
    $path = Get-QnapCorePath
    if (-not [System.IO.File]::Exists($path)) {
        Stop-QnapCmdlet (New-QnapErrorRecord CoreMissing ("The core is missing: there is no file $path. " +
                "Install the module again from its release package, or run 'npm run package' in a clone of its sources.") ResourceUnavailable $path) $Cmdlet
    }
    $start = New-Object System.Diagnostics.ProcessStartInfo $path, 'stdio'
    $start.WorkingDirectory = [System.IO.Path]::GetDirectoryName($path)
    $start.UseShellExecute = $false
    $start.CreateNoWindow = $true
    $start.RedirectStandardInput = $true
    $start.RedirectStandardOutput = $true
    $start.RedirectStandardError = $true
    $start.StandardOutputEncoding = $start.StandardErrorEncoding = New-Object System.Text.UTF8Encoding $false
    try { $process = [System.Diagnostics.Process]::Start($start) }
    catch {
        Stop-QnapCmdlet (New-QnapErrorRecord CoreNotStarted ("The core $path cannot be started: $($_.Exception.GetBaseException().Message). " +
                'Check that this account may run it, and that no application control policy blocks it.') ResourceUnavailable $path) $Cmdlet
    }
    $writer = New-Object System.IO.StreamWriter $process.StandardInput.BaseStream, (New-Object System.Text.UTF8Encoding $false)
    $writer.NewLine = "`n"
    $writer.AutoFlush = $true
    [pscustomobject]@{
        Process     = $process
        Writer      = $writer
        Reader      = $process.StandardOutput
        PendingRead = $null
        # Read without a pause so that the core never waits for us; it writes there only when it dies.
        LastWords   = $process.StandardError.ReadToEndAsync()
        Inbox       = @{}
        LastId      = 0
    }
}

function Get-QnapCorePath {
    $platform, $name = 'linux-x64', 'qnap-snapshot-core'
    if ([Environment]::OSVersion.Platform -eq 'Win32NT') { $platform, $name = 'win-x64', 'qnap-snapshot-core.exe' }
    [System.IO.Path]::Combine($ExecutionContext.SessionState.Module.ModuleBase, 'bin', $platform, $name)
}

function Initialize-QnapCore {
    # Greets the core. Gives nothing if both fit together, else the error.
    param($Core)
    $greeting = @{
        protocolVersion = 1
        moduleVersion   = $ExecutionContext.SessionState.Module.Version.ToString()
        culture         = 'en-US'
    }
    $id = Send-QnapRequest $Core 'initialize' $greeting
    $answer = Receive-QnapMessage $Core $id
    $Core.Inbox.Remove($id)
    if ($null -eq $answer) { return New-CoreEndedRecord $Core 'initialize' }
    if ($answer.PSObject.Properties['error']) { ConvertTo-QnapErrorRecord $answer.error }
}
