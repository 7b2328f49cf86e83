using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsCommon.Get, "Random", DefaultParameterSetName = "RandomNumber")]
public sealed class GetRandomCommand : PSCmdlet
{
    private static Random generator = new();
    private readonly List<object> pool = [];

    [Parameter]
    public int? SetSeed { get; set; }

    [Parameter(Position = 0, ParameterSetName = "RandomNumber")]
    public object? Maximum { get; set; }

    [Parameter(ParameterSetName = "RandomNumber")]
    public object? Minimum { get; set; }

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ParameterSetName = "RandomListItem")]
    public object[] InputObject { get; set; } = [];

    [Parameter(ParameterSetName = "RandomNumber"), Parameter(ParameterSetName = "RandomListItem"), ValidateRange(1, int.MaxValue)]
    public int Count { get; set; } = 1;

    protected override void BeginProcessing() => generator = SetSeed is { } seed ? new Random(seed) : generator;

    protected override void ProcessRecord() => pool.AddRange(InputObject);

    protected override void EndProcessing()
    {
        if (ParameterSetName == "RandomListItem")
        {
            var items = pool.ToArray();
            generator.Shuffle(items);
            WriteObject(items.Take(Count), enumerateCollection: true);
            return;
        }
        for (var given = 0; given < Count; given++)
        {
            WriteObject(NextNumber());
        }
    }

    private object NextNumber()
    {
        if (IsReal(Minimum) || IsReal(Maximum))
        {
            var (low, high) = (LanguagePrimitives.ConvertTo<double>(Minimum ?? 0), LanguagePrimitives.ConvertTo<double>(Maximum ?? double.MaxValue));
            return low + (generator.NextDouble() * (high - low));
        }
        var number = generator.NextInt64(LanguagePrimitives.ConvertTo<long>(Minimum ?? 0), LanguagePrimitives.ConvertTo<long>(Maximum ?? int.MaxValue));
        return number is >= int.MinValue and <= int.MaxValue ? (int)number : number;
    }

    private static bool IsReal(object? bound) => (bound is PSObject wrapped ? wrapped.BaseObject : bound) is double or float;
}

[Cmdlet(VerbsCommon.New, "Guid")]
public sealed class NewGuidCommand : PSCmdlet
{
    [Parameter]
    public SwitchParameter Empty { get; set; }

    protected override void EndProcessing() => WriteObject(Empty ? Guid.Empty : Guid.NewGuid());
}
