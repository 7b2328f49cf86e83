function Confirm-QnapRestore {
    param($Plan, $Refusals, $Cmdlet)
    $caption = "Restore LUN '$($Plan.lunName)' on $($Plan.nas) from snapshot '$($Plan.snapshotName)'"
    $lines = @($Refusals | ForEach-Object { "Would be refused: $_" }) + @(Get-PlanLine $Plan.steps)
    if ($null -ne $Plan.estimatedSeconds) { $lines += "Estimated time on the NAS: $($Plan.estimatedSeconds) s" }
    Confirm-QnapPlan $caption $lines $Cmdlet
}
