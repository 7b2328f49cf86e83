function Get-Box {
    <#
    .SYNOPSIS
    Finds boxes.

    .DESCRIPTION
    Finds a box by its name.

    .PARAMETER Name
    The name.

    .PARAMETER Kind
    What it is made of.

    .EXAMPLE
    Get-Box red

    .EXAMPLE
    'red' | Get-Box
    #>
    [CmdletBinding()]
    [OutputType('Sample.Box')]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [ArgumentCompleter({ param($command, $parameter, $word) 'red', 'blue' | Where-Object { $_ -like "$word*" } })]
        [string] $Name,

        [ValidateSet('paper', 'wood')]
        [string] $Kind = 'paper'
    )
    process {
        if ($Name -eq 'none') {
            Stop-BoxCommand $PSCmdlet $Name
        }
        if ($Name -eq 'broken') {
            Write-Error -Message "The box $Name is broken." -ErrorId 'box_broken' -Category InvalidData -TargetObject $Name
            return
        }
        [pscustomobject]@{ PSTypeName = 'Sample.Box'; Name = $Name; Size = 3; Kind = $Kind }
    }
}

function Stop-BoxCommand($Cmdlet, $Name) {
    $exception = [System.Management.Automation.ItemNotFoundException]::new("There is no box $Name.")
    $Cmdlet.ThrowTerminatingError([System.Management.Automation.ErrorRecord]::new($exception, 'box_not_found', 'ObjectNotFound', $Name))
}
