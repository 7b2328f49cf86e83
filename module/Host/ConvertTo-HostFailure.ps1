function ConvertTo-HostFailure {
    # An error by what does not depend on the language of Windows; its message is only for people.
    param($ErrorRecord)
    $exception = $ErrorRecord.Exception
    [pscustomobject]@{
        id      = $ErrorRecord.FullyQualifiedErrorId
        hresult = $exception.HResult
        message = $exception.Message
    }
}
