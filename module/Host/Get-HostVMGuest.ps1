function Get-HostVMGuest {
    # Which system runs in a VM: what its integration services tell (key-value pairs of its own), by the platform's number.
    param([string]$Id)
    $filter = "SystemName='$($Id.ToUpperInvariant())'"
    $told = Get-CimInstance -Namespace root\virtualization\v2 -ClassName Msvm_KvpExchangeComponent -Filter $filter -ErrorAction Ignore
    $pairs = @{}
    foreach ($item in $told.GuestIntrinsicExchangeItems) {
        $properties = ([xml]$item).INSTANCE.PROPERTY
        $name = ($properties | Where-Object { $_.NAME -eq 'Name' }).VALUE
        $pairs[$name] = ($properties | Where-Object { $_.NAME -eq 'Data' }).VALUE
    }
    if ($pairs['OSPlatformId'] -eq '2') { 'Windows' }
    elseif ($pairs['OSName']) { 'Linux' }
    else { 'Unknown' }
}
