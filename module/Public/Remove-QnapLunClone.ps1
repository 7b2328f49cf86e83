function Remove-QnapLunClone {
    <#
    .SYNOPSIS
    Removes a LUN that New-QnapLunClone made.

    .DESCRIPTION
    Removes the LUN from the NAS and waits until it is gone. Name and NAA must both be on record on this machine as those of a clone;
    any other LUN is refused.

    .PARAMETER Lun
    The clones: names or NAAs as strings, or objects of New-QnapLunClone or Get-QnapLun.

    .PARAMETER Nas
    Name of the NAS, as a string, for LUNs that are given by name while more than one NAS is known.

    .PARAMETER Force
    Switch. Removes the clone even while initiators are logged in to its targets.

    .EXAMPLE
    $clone = New-QnapLunSnapshot -Lun sqldata | New-QnapLunClone -Name sqltest
    $clone | Remove-QnapLunClone -Confirm:$false

    Makes a clone and removes it again without asking.

    .EXAMPLE
    $null = New-QnapLunSnapshot -Lun sqldata | New-QnapLunClone -Name sqlproof
    Remove-QnapLunClone -Lun sqlproof -Nas nas01 -Confirm:$false

    Removes a clone by its name.

    .INPUTS
    QnapSnapshot.Lun from New-QnapLunClone or Get-QnapLun. System.String (names or NAAs).

    .OUTPUTS
    None.

    .NOTES
    The content of the clone is lost. The snapshot that it was made from stays.

    .LINK
    New-QnapLunClone
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
    [OutputType([void])]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline)]
        [ValidateNotNullOrEmpty()]
        [object[]]$Lun,

        [ValidateNotNullOrEmpty()]
        [string]$Nas,

        [switch]$Force
    )
    process {
        foreach ($item in $Lun) {
            $ref = New-CloneRef $item $Nas $PSCmdlet
            $parameters = @{ lun = $ref }
            if ($Force) { $parameters.force = $true }
            if ($WhatIfPreference) { $parameters.planOnly = $true }
            $call = @{ Operation = 'removeLunClone'; Parameters = $parameters; Cmdlet = $PSCmdlet; TargetObject = $item; OnError = 'Write' }
            if ($WhatIfPreference -and -not (Invoke-QnapCore @call)) { continue }
            if (Confirm-QnapAction $PSCmdlet (Get-LunLabel $ref) 'Remove the clone') { $null = Invoke-QnapCore @call }
        }
    }
}
