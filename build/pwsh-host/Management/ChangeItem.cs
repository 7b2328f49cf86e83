using System.Management.Automation;
using PwshHost.Engine;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsCommon.New, "Item", SupportsShouldProcess = true, DefaultParameterSetName = "PathSet")]
public sealed class NewItemCommand : ProviderCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "PathSet")]
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true, ParameterSetName = "NameSet")]
    public string[] Path { get; set; } = [""];

    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "NameSet"), AllowNull, AllowEmptyString]
    public string? Name { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true), Alias("Type")]
    public string? ItemType { get; set; }

    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true), Alias("Target")]
    public object? Value { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override bool Forced => Force;

    protected override void ProcessRecord() => ForEach(Path, (path, call) => call.NewItem(path, Name, ItemType, Value));
}

[Cmdlet(VerbsCommon.Set, "Item", SupportsShouldProcess = true, DefaultParameterSetName = "Path")]
public sealed class SetItemCommand : PathCommand
{
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    public object? Value { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override bool Forced => Force;

    private protected override ProviderOptions Options => base.Options with { PassThru = PassThru };

    protected override void ProcessRecord() => ForEachPath((path, call) => call.SetItem(path, Value));
}

[Cmdlet(VerbsCommon.Clear, "Item", SupportsShouldProcess = true, DefaultParameterSetName = "Path")]
public sealed class ClearItemCommand : PathCommand
{
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override bool Forced => Force;

    protected override void ProcessRecord() => ForEachPath((path, call) => call.ClearItem(path));
}

[Cmdlet(VerbsCommon.Remove, "Item", SupportsShouldProcess = true, DefaultParameterSetName = "Path")]
public sealed class RemoveItemCommand : FilteredPathCommand
{
    [Parameter]
    public SwitchParameter Recurse { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override bool Forced => Force;

    protected override void ProcessRecord() => ForEachPath((path, call) =>
    {
        if (!WildcardPattern.ContainsWildcardCharacters(path) && !call.Exists(path))
        {
            var error = new ItemNotFoundException($"Cannot find path '{GetUnresolvedProviderPathFromPSPath(path)}' because it does not exist.");
            WriteError(new ErrorRecord(error, "PathNotFound", ErrorCategory.ObjectNotFound, path));
            return;
        }
        call.RemoveItem(path, Recurse);
    });
}

[Cmdlet(VerbsCommon.Rename, "Item", SupportsShouldProcess = true, DefaultParameterSetName = "ByPath")]
public sealed class RenameItemCommand : ProviderCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "ByPath")]
    public string Path { get; set; } = "";

    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "ByLiteralPath"), Alias("PSPath", "LP")]
    public string? LiteralPath { get; set; }

    [Parameter(Position = 1, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string NewName { get; set; } = "";

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override bool Forced => Force;

    private protected override ProviderOptions Options => base.Options with { Literal = LiteralPath is not null, PassThru = PassThru };

    protected override void ProcessRecord() => ForEach([LiteralPath ?? Path], (path, call) => call.RenameItem(path, NewName));
}

[Cmdlet(VerbsCommon.Copy, "Item", SupportsShouldProcess = true, DefaultParameterSetName = "Path")]
public sealed class CopyItemCommand : FilteredPathCommand
{
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    public string Destination { get; set; } = "";

    [Parameter]
    public SwitchParameter Container { get; set; } = true;

    [Parameter]
    public SwitchParameter Recurse { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override bool Forced => Force;

    private protected override ProviderOptions Options => base.Options with { PassThru = PassThru };

    protected override void ProcessRecord() => ForEachPath((path, call) =>
        call.CopyItem(path, Destination, Recurse, Container ? CopyContainers.CopyTargetContainer : CopyContainers.CopyChildrenOfTargetContainer));
}

[Cmdlet(VerbsCommon.Move, "Item", SupportsShouldProcess = true, DefaultParameterSetName = "Path")]
public sealed class MoveItemCommand : FilteredPathCommand
{
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    public string Destination { get; set; } = ".";

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override bool Forced => Force;

    private protected override ProviderOptions Options => base.Options with { PassThru = PassThru };

    protected override void ProcessRecord() => ForEachPath((path, call) => call.MoveItem(path, Destination));
}
