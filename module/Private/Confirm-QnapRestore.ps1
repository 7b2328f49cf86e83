function Confirm-QnapRestore {
    # With -WhatIf a line for each step of the plan; otherwise one question that holds the whole plan.
    param($Plan, $Refusals, $Cmdlet)
    $caption = "Restore LUN '$($Plan.lunName)' on $($Plan.nas) from snapshot '$($Plan.snapshotName)'"
    $lines = @($Refusals | ForEach-Object { "Would be refused: $_" }) + @(Get-RestorePlanLine $Plan)
    if ($WhatIfPreference) {
        foreach ($line in @($caption) + $lines) { $null = $Cmdlet.ShouldProcess($line, $line, $caption) }
        return $false
    }
    $text = (@($caption) + $lines) -join [Environment]::NewLine
    Confirm-QnapAction $Cmdlet $text $text 'Confirm'
}

function Get-RestorePlanLine {
    param($Plan)
    $number = 0
    foreach ($step in $Plan.steps) {
        $number++
        "$number. $($step.action)" + $(if (-not $step.changes) { ' (only looked at)' })
    }
    if ($null -ne $Plan.estimatedSeconds) { "Estimated time: $($Plan.estimatedSeconds) s" }
}
