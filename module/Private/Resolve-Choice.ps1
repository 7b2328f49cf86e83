function Resolve-Choice {
    # ValidateSet takes a choice in any case and leaves it as it was typed; the wire knows one spelling.
    param($Cmdlet, [string]$Parameter, [string]$Value)
    $attributes = $Cmdlet.MyInvocation.MyCommand.Parameters[$Parameter].Attributes
    $set = $attributes | Where-Object { $_ -is [System.Management.Automation.ValidateSetAttribute] }
    @($set.ValidValues) -eq $Value
}
