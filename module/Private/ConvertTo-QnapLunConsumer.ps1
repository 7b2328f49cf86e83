filter ConvertTo-QnapLunConsumer {
    [pscustomobject]@{
        PSTypeName = 'QnapSnapshot.LunConsumer'
        Nas        = $_.nas
        LunName    = $_.lunName
        LunNaa     = $_.lunNaa
        Kind       = $_.kind
        Name       = $_.name
        State      = $_.state
        Detail     = $_.detail
        Consumer   = $_.consumer
        Id         = $_.id
    }
}

filter ConvertTo-QnapLunCheck {
    [pscustomobject]@{
        PSTypeName = 'QnapSnapshot.LunCheck'
        Nas        = $_.nas
        LunName    = $_.lunName
        LunNaa     = $_.lunNaa
        Kind       = $_.kind
        Name       = $_.name
        Verdict    = $_.verdict
        Rule       = $_.rule
        Reason     = $_.reason
    }
}
