using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsLifecycle.Invoke, "Expression")]
public sealed class InvokeExpressionCommand : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    public string Command { get; set; } = "";

    protected override void ProcessRecord()
    {
        var script = InvokeCommand.NewScriptBlock(Command);
        foreach (var item in InvokeCommand.InvokeScript(useLocalScope: false, script, null, null))
        {
            WriteObject(item);
        }
    }
}
