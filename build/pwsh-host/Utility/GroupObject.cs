using System.Collections;
using System.Collections.ObjectModel;
using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsData.Group, "Object", DefaultParameterSetName = "HashTable")]
public sealed class GroupObjectCommand : CollectingCommand
{
    private ValueComparer values = new();

    [Parameter(Position = 0)]
    public object[]? Property { get; set; }

    [Parameter]
    public SwitchParameter NoElement { get; set; }

    [Parameter(ParameterSetName = "HashTable"), Alias("AHT")]
    public SwitchParameter AsHashTable { get; set; }

    [Parameter(ParameterSetName = "HashTable")]
    public SwitchParameter AsString { get; set; }

    [Parameter]
    public SwitchParameter CaseSensitive { get; set; }

    protected override void EndProcessing()
    {
        values = new ValueComparer(CaseSensitive);
        var keys = PropertyArgument.ParseAll(Property);
        var rows = Collected.Select(item => (Item: item, Key: keys.Count == 0 ? [item] : keys.Select(key => key.ValueOn(item)).ToArray()));
        var groups = rows.GroupBy(row => row.Key, row => row.Item, EqualityComparer<object?[]>.Create(SameKey, HashOf))
            .OrderBy(group => group.Key, Comparer<object?[]>.Create(CompareKeys))
            .Select(group => new GroupInfo([.. group.Key], new Collection<PSObject>([.. group])));
        if (AsHashTable)
        {
            WriteObject(ToTable(groups));
        }
        else
        {
            WriteObject(NoElement ? groups.Select(group => new GroupInfoNoElement(group)) : groups, enumerateCollection: true);
        }
    }

    private Hashtable ToTable(IEnumerable<GroupInfo> groups)
    {
        var table = new Hashtable(CaseSensitive ? StringComparer.CurrentCulture : StringComparer.CurrentCultureIgnoreCase);
        foreach (var group in groups)
        {
            var key = AsString || group.Values.Count > 1 ? group.Name : PSObject.AsPSObject(group.Values[0] ?? "").BaseObject;
            table[key] = group.Group;
        }
        return table;
    }

    private bool SameKey(object?[]? left, object?[]? right) => CompareKeys(left!, right!) == 0;

    private int HashOf(object?[] key) => key.Aggregate(0, (hash, value) => HashCode.Combine(hash, values.GetHashCode(value)));

    private int CompareKeys(object?[] left, object?[] right) =>
        left.Zip(right).Select(pair => values.Compare(pair.First, pair.Second)).FirstOrDefault(order => order != 0);
}

public class GroupInfo(ArrayList values, Collection<PSObject> group)
{
    public ArrayList Values { get; } = values;
    public int Count => Group.Count;
    public string Name => string.Join(", ", Values.Cast<object?>().Select(value => value?.ToString()));
    public Collection<PSObject> Group { get; } = group;
}

/// <summary>A type of its own because its default view is.</summary>
public sealed class GroupInfoNoElement(GroupInfo group)
{
    public ArrayList Values => group.Values;
    public int Count => group.Count;
    public string Name => group.Name;
}
