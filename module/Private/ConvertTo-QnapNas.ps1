filter ConvertTo-QnapNas {
    [pscustomobject]@{
        PSTypeName             = 'QnapSnapshot.Nas'
        Name                   = $_.name
        Address                = $_.address
        Port                   = [int]$_.port
        Scheme                 = $_.scheme
        Connected              = [bool]$_.connected
        Stored                 = [bool]$_.stored
        UserName               = $_.userName
        Trust                  = $_.trust
        CertificateFingerprint = $_.certificateFingerprint
        Family                 = $_.family
        FirmwareVersion        = $_.firmwareVersion
        FirmwareBuild          = $_.firmwareBuild
        Model                  = $_.model
        HostName               = $_.hostName
        SerialNumber           = $_.serialNumber
    }
}

filter ConvertTo-QnapNasAnnouncement {
    [pscustomobject]@{
        PSTypeName      = 'QnapSnapshot.NasAnnouncement'
        Name            = $_.name
        Address         = $_.address
        Port            = [int]$_.port
        Scheme          = $_.scheme
        Model           = $_.model
        FirmwareVersion = $_.firmwareVersion
        FirmwareBuild   = $_.firmwareBuild
        SerialNumber    = $_.serialNumber
    }
}

filter ConvertTo-QnapNasCheck {
    [pscustomobject]@{
        PSTypeName = 'QnapSnapshot.NasCheck'
        Nas        = $_.nas
        Check      = $_.check
        Status     = $_.status
        Detail     = ConvertTo-WireText $_.detail
        Confidence = $_.confidence
    }
}
