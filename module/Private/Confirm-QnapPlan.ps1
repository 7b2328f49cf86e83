function Confirm-QnapPlan {
    # With -WhatIf a line for each step of the plan; otherwise one question that holds the whole plan.
    param([string]$Caption, [string[]]$Line, $Cmdlet)
    if ($WhatIfPreference) {
        foreach ($text in @($Caption) + $Line) { $null = $Cmdlet.ShouldProcess($text, $text, $Caption) }
        return $false
    }
    $text = (@($Caption) + $Line) -join [Environment]::NewLine
    Confirm-QnapAction $Cmdlet $text $text 'Confirm'
}

function Get-PlanLine {
    # The steps of a plan, numbered.
    param($Step)
    $number = 0
    foreach ($one in $Step) {
        $number++
        "$number. $($one.action)" + $(if (-not $one.changes) { ' (only looked at)' })
    }
}
