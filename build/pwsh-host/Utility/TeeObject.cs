using System.Management.Automation;
using System.Text;
using PwshHost.Engine;
using Shell = System.Management.Automation.PowerShell;

namespace Microsoft.PowerShell.Commands;

[Cmdlet("Tee", "Object", DefaultParameterSetName = "File")]
public sealed class TeeObjectCommand : PSCmdlet, IDisposable
{
    private readonly List<object?> seen = [];
    private Shell? writer;
    private SteppablePipeline? output;

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "File"), Alias("Path", "LiteralPath", "PSPath")]
    public string FilePath { get; set; } = "";

    [Parameter(ParameterSetName = "File")]
    public SwitchParameter Append { get; set; }

    [Parameter(ParameterSetName = "File"), FileEncodingArgument]
    public Encoding Encoding { get; set; } = FileEncodingArgumentAttribute.Default;

    [Parameter(Mandatory = true, ParameterSetName = "Variable")]
    public string Variable { get; set; } = "";

    public void Dispose()
    {
        output?.Dispose();
        writer?.Dispose();
    }

    protected override void BeginProcessing()
    {
        if (ParameterSetName == "File")
        {
            writer = Shell.Create(RunspaceMode.CurrentRunspace);
            writer.AddCommand("Out-File").AddParameter("FilePath", FilePath).AddParameter("Append", Append).AddParameter("Encoding", Encoding);
            output = writer.GetSteppablePipeline();
            output.Begin(this);
        }
    }

    protected override void ProcessRecord()
    {
        seen.Add(InputObject);
        output?.Process(InputObject);
        WriteObject(InputObject);
    }

    protected override void EndProcessing()
    {
        output?.End();
        if (ParameterSetName == "Variable")
        {
            var value = seen.Count == 1 ? seen[0] : seen.ToArray();
            EngineInternals.SetVariable(SessionState, new PSVariable(Variable, value), "Local", force: true);
        }
    }
}
