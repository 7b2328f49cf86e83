filter ConvertTo-QnapRestoreResult {
    [pscustomobject]@{
        PSTypeName     = 'QnapSnapshot.RestoreResult'
        Nas            = $_.plan.nas
        LunName        = $_.plan.lunName
        SnapshotName   = ConvertTo-WireText $_.plan.snapshotName
        SafetyCopy     = $_.plan.safetyCopy
        SafetyCopyName = $_.safetyCopyName
        Seconds        = $_.seconds
        OperationId    = $_.operationId
        Outcome        = @($_.told)
        NotAdded       = @($_.notAdded)
        Plan           = $_.plan | ConvertTo-QnapRestorePlan
    }
}

filter ConvertTo-QnapRestorePlan {
    [pscustomobject]@{
        PSTypeName       = 'QnapSnapshot.RestorePlan'
        Nas              = $_.nas
        LunName          = $_.lunName
        LunNaa           = $_.lunNaa
        SnapshotName     = ConvertTo-WireText $_.snapshotName
        SnapshotId       = $_.snapshotId
        SafetyCopy       = $_.safetyCopy
        NewerSnapshots   = @($_.newerSnapshots)
        NewerSnapshotCount = [int]$_.newerSnapshotCount
        Initiators       = @($_.initiators | ConvertTo-QnapInitiator)
        EstimatedSeconds = $_.estimatedSeconds
        Steps            = @($_.steps | ConvertTo-QnapPlanStep)
    }
}

filter ConvertTo-QnapPlanStep {
    [pscustomobject]@{
        PSTypeName = 'QnapSnapshot.PlanStep'
        Action     = $_.action
        Changes    = [bool]$_.changes
    }
}
