filter ConvertTo-QnapLunConnection {
    [pscustomobject]@{
        PSTypeName   = 'QnapSnapshot.LunConnection'
        Nas          = $_.nas
        LunName      = $_.lunName
        LunNaa       = $_.lunNaa
        LunNumber    = [int]$_.lunNumber
        TargetIqn    = $_.targetIqn
        InitiatorIqn = $_.initiatorIqn
        Address      = $_.address
    }
}
