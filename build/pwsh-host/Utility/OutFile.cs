using System.Management.Automation;
using System.Text;
using Microsoft.PowerShell.Commands.Internal.Format;
using PwshHost.Engine;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsData.Out, "File", SupportsShouldProcess = true)]
public sealed class OutFileCommand : FrontEndCommandBase
{
    private StreamWriter? file;

    [Parameter(Position = 0, Mandatory = true), Alias("Path", "LiteralPath", "PSPath")]
    public string FilePath { get; set; } = "";

    [Parameter(Position = 1), FileEncodingArgument]
    public Encoding Encoding { get; set; } = FileEncodingArgumentAttribute.Default;

    [Parameter]
    public SwitchParameter Append { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter, Alias("NoOverwrite")]
    public SwitchParameter NoClobber { get; set; }

    [Parameter]
    public SwitchParameter NoNewline { get; set; }

    [Parameter, ValidateRange(2, int.MaxValue)]
    public int Width { get; set; }

    protected override void BeginProcessing()
    {
        var path = GetUnresolvedProviderPathFromPSPath(FilePath);
        if (ShouldProcess(path, "Output to File"))
        {
            file = FileText.OpenWrite(this, path, Encoding, Append, NoClobber);
        }
        var writer = new LineWriter(line => file?.Write(NoNewline ? line : line + Environment.NewLine));
        EngineInternals.WriteLinesTo(this, writer, Width > 0 ? Width : Host.UI.RawUI.BufferSize.Width);
        base.BeginProcessing();
    }

    protected override void EndProcessing()
    {
        base.EndProcessing();
        file?.Dispose();
    }

    protected override void InternalDispose()
    {
        base.InternalDispose();
        file?.Dispose();
    }
}
