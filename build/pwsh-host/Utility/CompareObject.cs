using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsData.Compare, "Object")]
public sealed class CompareObjectCommand : PSCmdlet
{
    private readonly List<PSObject> differences = [];
    private List<PropertyArgument> keys = [];
    private ValueComparer values = new();

    [Parameter(Position = 0, Mandatory = true), AllowEmptyCollection]
    public PSObject[] ReferenceObject { get; set; } = [];

    [Parameter(Position = 1, Mandatory = true, ValueFromPipeline = true), AllowEmptyCollection]
    public PSObject[] DifferenceObject { get; set; } = [];

    [Parameter]
    public object[]? Property { get; set; }

    [Parameter]
    public SwitchParameter IncludeEqual { get; set; }

    [Parameter]
    public SwitchParameter ExcludeDifferent { get; set; }

    [Parameter]
    public SwitchParameter CaseSensitive { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override void ProcessRecord() => differences.AddRange(DifferenceObject);

    protected override void EndProcessing()
    {
        keys = PropertyArgument.ParseAll(Property);
        values = new ValueComparer(CaseSensitive);
        var onlyReference = ReferenceObject.Where(item => !TakeEqual(item)).ToList();
        if (!ExcludeDifferent)
        {
            differences.ForEach(item => Give(item, "=>"));
            onlyReference.ForEach(item => Give(item, "<="));
        }
    }

    private bool TakeEqual(PSObject reference)
    {
        var index = differences.FindIndex(item => Same(reference, item));
        if (index < 0)
        {
            return false;
        }
        differences.RemoveAt(index);
        if (IncludeEqual || ExcludeDifferent)
        {
            Give(reference, "==");
        }
        return true;
    }

    private bool Same(PSObject left, PSObject right) => keys.Count == 0
        ? values.Compare(left, right) == 0
        : keys.TrueForAll(key => values.Compare(key.ValueOn(left), key.ValueOn(right)) == 0);

    private void Give(PSObject item, string side)
    {
        var result = PassThru ? item : new PSObject();
        if (!PassThru)
        {
            AddCompared(result, item);
        }
        result.Properties.Add(new PSNoteProperty("SideIndicator", side));
        WriteObject(result);
    }

    private void AddCompared(PSObject result, PSObject item)
    {
        if (keys.Count == 0)
        {
            result.Properties.Add(new PSNoteProperty("InputObject", item));
        }
        foreach (var key in keys)
        {
            result.Properties.Add(new PSNoteProperty(key.Name, key.ValueOn(item)));
        }
    }
}
