filter ConvertTo-QnapOperation {
    [pscustomobject]@{
        PSTypeName   = 'QnapSnapshot.Operation'
        OperationId  = $_.operationId
        Kind         = $_.kind
        State        = $_.state
        Nas          = @($_.nas)
        Luns         = @($_.luns)
        StartTimeUtc = ConvertTo-UtcTime $_.startTimeUtc
        EndTimeUtc   = ConvertTo-UtcTime $_.endTimeUtc
        Outcome      = $_.outcome
    }
}
