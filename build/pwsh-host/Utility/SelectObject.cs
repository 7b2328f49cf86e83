using System.Management.Automation;
using PwshHost.Engine;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsCommon.Select, "Object", DefaultParameterSetName = "DefaultParameter")]
public sealed class SelectObjectCommand : PSCmdlet
{
    private readonly List<PSObject> waiting = [];
    private readonly List<PSObject> distinct = [];
    private PropertySelection? selection;
    private int seen;
    private int passed;

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(Position = 0, ParameterSetName = "DefaultParameter"), Parameter(Position = 0, ParameterSetName = "SkipLastParameter")]
    public object[]? Property { get; set; }

    [Parameter(ParameterSetName = "DefaultParameter"), Parameter(ParameterSetName = "SkipLastParameter")]
    public string[] ExcludeProperty { get; set; } = [];

    [Parameter(ParameterSetName = "DefaultParameter"), Parameter(ParameterSetName = "SkipLastParameter")]
    public string? ExpandProperty { get; set; }

    [Parameter]
    public SwitchParameter Unique { get; set; }

    [Parameter]
    public SwitchParameter CaseInsensitive { get; set; }

    [Parameter(ParameterSetName = "DefaultParameter"), ValidateRange(0, int.MaxValue)]
    public int First { get; set; } = -1;

    [Parameter(ParameterSetName = "DefaultParameter"), ValidateRange(0, int.MaxValue)]
    public int Last { get; set; }

    [Parameter(ParameterSetName = "DefaultParameter"), Parameter(ParameterSetName = "SkipLastParameter"), ValidateRange(0, int.MaxValue)]
    public int Skip { get; set; }

    [Parameter(ParameterSetName = "SkipLastParameter", Mandatory = true), ValidateRange(0, int.MaxValue)]
    public int SkipLast { get; set; }

    [Parameter(ParameterSetName = "IndexParameter", Mandatory = true)]
    public int[]? Index { get; set; }

    [Parameter(ParameterSetName = "SkipIndexParameter", Mandatory = true)]
    public int[]? SkipIndex { get; set; }

    [Parameter(ParameterSetName = "DefaultParameter"), Parameter(ParameterSetName = "IndexParameter")]
    public SwitchParameter Wait { get; set; }

    protected override void BeginProcessing()
    {
        if (Property is not null || ExcludeProperty.Length > 0)
        {
            selection = new PropertySelection(Property, ExcludeProperty);
        }
    }

    protected override void ProcessRecord()
    {
        if (InputObject is null)
        {
            return;
        }
        var position = seen++;
        if (Index is not null || SkipIndex is not null)
        {
            TakeByIndex(position);
        }
        else if (Last > 0 || SkipLast > 0)
        {
            TakeForTheEnd();
        }
        else if (position >= Skip)
        {
            TakeFromTheFront();
        }
    }

    protected override void EndProcessing()
    {
        var rest = Last > 0 ? waiting.SkipLast(Skip).TakeLast(Last) : waiting.Skip(Skip).SkipLast(SkipLast);
        foreach (var item in rest)
        {
            Give(item);
        }
    }

    private void TakeByIndex(int position)
    {
        if (Index?.Contains(position) ?? !SkipIndex!.Contains(position))
        {
            Give(InputObject!);
        }
    }

    private void TakeForTheEnd()
    {
        if (passed < First)
        {
            passed++;
            Give(InputObject!);
        }
        else
        {
            waiting.Add(InputObject!);
        }
    }

    private void TakeFromTheFront()
    {
        if (First < 0 || passed < First)
        {
            passed++;
            Give(InputObject!);
        }
        if (First >= 0 && passed >= First && !Wait)
        {
            throw EngineInternals.StopUpstream(this);
        }
    }

    private void Give(PSObject item)
    {
        if (ExpandProperty is not null)
        {
            Expand(item);
        }
        else
        {
            WriteDistinct(selection?.On(item) ?? item);
        }
    }

    private void Expand(PSObject item)
    {
        var expression = new PSPropertyExpression(ExpandProperty);
        var results = expression.GetValues(item);
        if (results.Count == 0)
        {
            WriteError(new ErrorRecord(
                new PSArgumentException($"Property \"{ExpandProperty}\" cannot be found."), "ExpandPropertyNotFound", ErrorCategory.InvalidArgument, item));
            return;
        }
        foreach (var value in LanguagePrimitives.GetEnumerable(results[0].Result)?.Cast<object?>() ?? [results[0].Result])
        {
            WriteDistinct(selection is null || value is null ? value : selection.AddTo(PSObject.AsPSObject(value), item));
        }
    }

    private void WriteDistinct(object? item)
    {
        if (Unique && item is not null)
        {
            var candidate = PSObject.AsPSObject(item);
            if (distinct.Exists(known => ObjectIdentity.SameContent(known, candidate, CaseInsensitive)))
            {
                return;
            }
            distinct.Add(candidate);
        }
        WriteObject(item);
    }
}
