using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsCommon.Get, "ItemProperty", DefaultParameterSetName = "Path")]
public sealed class GetItemPropertyCommand : FilteredPathCommand
{
    [Parameter(Position = 1), Alias("PSProperty")]
    public string[] Name { get; set; } = [];

    protected override void ProcessRecord() => ForEachPath((path, call) => call.GetProperties(path, Name));
}

[Cmdlet(VerbsCommon.Set, "ItemProperty", SupportsShouldProcess = true, DefaultParameterSetName = "Path")]
public sealed class SetItemPropertyCommand : PathCommand
{
    [Parameter(Position = 1, Mandatory = true, ValueFromPipelineByPropertyName = true), Alias("PSProperty")]
    public string Name { get; set; } = "";

    [Parameter(Position = 2, Mandatory = true, ValueFromPipelineByPropertyName = true), AllowNull]
    public object? Value { get; set; }

    protected override void ProcessRecord()
    {
        var values = new PSObject();
        values.Properties.Add(new PSNoteProperty(Name, Value));
        ForEachPath((path, call) => call.SetProperties(path, values));
    }
}
