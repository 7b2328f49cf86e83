function Remove-QnapVMwareSetting {
    <#
    .SYNOPSIS
    Forgets a vCenter Server that was stored for this machine.

    .DESCRIPTION
    Removes address, trust, password and policy of the vCenter from this machine, and logs out. Nothing in vCenter itself is touched:
    its VMs and their snapshots stay.

    .PARAMETER Server
    Names of the vCenter Servers, as strings.

    .EXAMPLE
    Remove-QnapVMwareSetting vcsa.lab -WhatIf

    Says what would be forgotten.

    .EXAMPLE
    Get-QnapVMwareSetting | Remove-QnapVMwareSetting -Confirm:$false

    Forgets all vCenters without asking.

    .INPUTS
    System.String. QnapSnapshot.VMwareSetting from Get-QnapVMwareSetting.

    .OUTPUTS
    None.

    .NOTES
    Without it, snapshots of LUNs below its datastores can no longer be application-consistent, and what was interrupted there
    cannot be repaired from this machine.

    .LINK
    Set-QnapVMwareSetting
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
    [OutputType([void])]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [ValidateNotNullOrEmpty()]
        [string[]]$Server
    )
    process {
        foreach ($vCenter in $Server) {
            if (Confirm-QnapAction $PSCmdlet "vCenter '$vCenter'" 'Forget address, trust, secret and policy on this machine') {
                $null = Invoke-QnapCore removeVMwareSetting @{ server = $vCenter } -Cmdlet $PSCmdlet -TargetObject $vCenter -OnError Write
            }
        }
    }
}
