using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>A cmdlet that must have seen all of its input before it can answer.</summary>
public abstract class CollectingCommand : PSCmdlet
{
    private readonly List<PSObject> collected = [];

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    private protected IReadOnlyList<PSObject> Collected => collected;

    protected override void ProcessRecord()
    {
        if (InputObject is not null)
        {
            collected.Add(InputObject);
        }
    }
}
