using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>Makes the reduced objects of <c>Select-Object -Property -ExcludeProperty</c>.</summary>
internal sealed class PropertySelection(object[]? wanted, string[] excluded)
{
    private readonly List<PropertyArgument> arguments = PropertyArgument.ParseAll(wanted ?? ["*"]);
    private readonly WildcardPattern[] exclusions = [.. excluded.Select(name => WildcardPattern.Get(name, WildcardOptions.IgnoreCase))];

    public PSObject On(PSObject source)
    {
        var result = new PSObject();
        result.TypeNames.Insert(0, "Selected." + source.TypeNames[0]);
        return AddTo(result, source);
    }

    /// <summary>Adds the selected properties of <paramref name="source"/>; the first of a name wins.</summary>
    public PSObject AddTo(PSObject target, PSObject source)
    {
        foreach (var (name, value) in arguments.SelectMany(argument => argument.PairsOn(source)))
        {
            if (target.Properties[name] is null && !Array.Exists(exclusions, pattern => pattern.IsMatch(name)))
            {
                target.Properties.Add(new PSNoteProperty(name, value));
            }
        }
        return target;
    }
}
