using System.Diagnostics;
using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsDiagnostic.Measure, "Command")]
public sealed class MeasureCommandCommand : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true)]
    public ScriptBlock? Expression { get; set; }

    protected override void EndProcessing()
    {
        var watch = Stopwatch.StartNew();
        InvokeCommand.InvokeScript(useLocalScope: false, Expression, null, null);
        WriteObject(watch.Elapsed);
    }
}
