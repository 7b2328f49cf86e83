function Remove-Box {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory)] [string] $Name)
    if ($PSCmdlet.ShouldProcess($Name)) {
        throw "Nothing should remove $Name here."
    }
}
