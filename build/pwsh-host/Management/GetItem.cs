using System.Management.Automation;
using PwshHost.Engine;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsCommon.Get, "Item", DefaultParameterSetName = "Path")]
public sealed class GetItemCommand : FilteredPathCommand
{
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override bool Forced => Force;

    protected override void ProcessRecord() => ForEachPath((path, call) => call.GetItem(path));
}

[Cmdlet(VerbsCommon.Get, "ChildItem", DefaultParameterSetName = "Items")]
public sealed class GetChildItemCommand : ProviderCommand, IDynamicParameters
{
    private object? providerParameters;
    private uint? depth;

    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Items")]
    public string[] Path { get; set; } = [""];

    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralItems"), Alias("PSPath", "LP")]
    public string[]? LiteralPath { get; set; }

    [Parameter(Position = 1)]
    public string? Filter { get; set; }

    [Parameter]
    public string[] Include { get; set; } = [];

    [Parameter]
    public string[] Exclude { get; set; } = [];

    [Parameter, Alias("s", "r")]
    public SwitchParameter Recurse { get; set; }

    [Parameter]
    public uint Depth
    {
        get => depth ?? uint.MaxValue;
        set => depth = value;
    }

    [Parameter]
    public SwitchParameter Name { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override bool Forced => Force;

    private protected override ProviderOptions Options => new()
    {
        Force = Force, Literal = LiteralPath is not null, Filter = Filter, Include = Include, Exclude = Exclude, DynamicParameters = providerParameters,
    };

    private bool Deep => Recurse || depth is not null;

    /// <summary>The provider's own parameters: -File, -Directory, -Hidden and so on for the file system.</summary>
    public object? GetDynamicParameters() =>
        providerParameters = new ProviderCall(this, Options).ChildItemParameters((LiteralPath ?? Path).FirstOrDefault() ?? "", Deep);

    protected override void ProcessRecord() => ForEach(LiteralPath ?? Path, (path, call) =>
    {
        if (Name)
        {
            call.GetChildNames(path, Deep, Depth);
        }
        else
        {
            call.GetChildren(path, Deep, Depth);
        }
    });
}
