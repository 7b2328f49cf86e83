using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

[Cmdlet("Sort", "Object")]
public sealed class SortObjectCommand : CollectingCommand
{
    private List<PropertyArgument> keys = [];
    private ValueComparer values = new();

    [Parameter(Position = 0)]
    public object[]? Property { get; set; }

    [Parameter]
    public SwitchParameter Descending { get; set; }

    [Parameter]
    public SwitchParameter Unique { get; set; }

    [Parameter]
    public SwitchParameter CaseSensitive { get; set; }

    [Parameter]
    public SwitchParameter Stable { get; set; }

    [Parameter, ValidateRange(1, int.MaxValue)]
    public int Top { get; set; }

    [Parameter, ValidateRange(1, int.MaxValue)]
    public int Bottom { get; set; }

    protected override void EndProcessing()
    {
        keys = PropertyArgument.ParseAll(Property);
        values = new ValueComparer(CaseSensitive);
        var byKey = Comparer<object?[]>.Create(CompareKeys);
        var rows = Collected.Select(item => (Item: item, Key: KeyOf(item))).OrderBy(row => row.Key, byKey).ToList();
        var distinct = rows.Where((row, index) => !Unique || index == 0 || CompareKeys(rows[index - 1].Key, row.Key) != 0);
        foreach (var row in Limit(distinct))
        {
            WriteObject(row.Item);
        }
    }

    private IEnumerable<T> Limit<T>(IEnumerable<T> rows) =>
        Top > 0 ? rows.Take(Top) : Bottom > 0 ? rows.TakeLast(Bottom) : rows;

    private object?[] KeyOf(PSObject item) =>
        keys.Count == 0 ? [item.BaseObject] : [.. keys.Select(key => key.ValueOn(item))];

    private int CompareKeys(object?[] left, object?[] right)
    {
        for (var index = 0; index < left.Length; index++)
        {
            var order = values.Compare(left[index], right[index]);
            if (order != 0)
            {
                return IsDescending(index) ? -order : order;
            }
        }
        return 0;
    }

    private bool IsDescending(int index) => keys.Count > 0 && keys[index].Descending is { } own ? own : Descending;
}
