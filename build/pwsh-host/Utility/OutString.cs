using System.Management.Automation;
using System.Text;
using Microsoft.PowerShell.Commands.Internal.Format;
using PwshHost.Engine;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsData.Out, "String")]
public sealed class OutStringCommand : FrontEndCommandBase
{
    private readonly StringBuilder text = new();

    [Parameter]
    public SwitchParameter Stream { get; set; }

    [Parameter, ValidateRange(2, int.MaxValue)]
    public int Width { get; set; }

    [Parameter]
    public SwitchParameter NoNewline { get; set; }

    protected override void BeginProcessing()
    {
        var writer = new LineWriter(line => Take(line));
        EngineInternals.WriteLinesTo(this, writer, Width > 0 ? Width : Host.UI.RawUI.BufferSize.Width);
        base.BeginProcessing();
    }

    protected override void EndProcessing()
    {
        base.EndProcessing();
        if (!Stream)
        {
            WriteObject(text.ToString());
        }
    }

    private void Take(string line)
    {
        if (Stream)
        {
            WriteObject(line);
        }
        else
        {
            text.Append(line).Append(NoNewline ? "" : Environment.NewLine);
        }
    }
}
