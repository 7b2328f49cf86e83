using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>When two objects count as the same for <c>-Unique</c>: by value, or property for property.</summary>
internal static class ObjectIdentity
{
    public static bool SameContent(PSObject left, PSObject right, bool ignoreCase)
    {
        if (left.BaseObject is PSCustomObject && right.BaseObject is PSCustomObject)
        {
            return SameProperties(left, right, ignoreCase);
        }
        return LanguagePrimitives.Equals(left.BaseObject, right.BaseObject, ignoreCase);
    }

    private static bool SameProperties(PSObject left, PSObject right, bool ignoreCase)
    {
        var ours = left.Properties.ToList();
        var theirs = right.Properties.ToList();
        return ours.Count == theirs.Count
            && ours.Zip(theirs).All(pair => pair.First.Name.Equals(pair.Second.Name, StringComparison.OrdinalIgnoreCase)
                && LanguagePrimitives.Equals(pair.First.Value, pair.Second.Value, ignoreCase));
    }
}
