using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>PowerShell's own ordering; values of kinds that do not compare are ordered as text.</summary>
internal sealed class ValueComparer(bool caseSensitive = false) : IComparer<object?>, IEqualityComparer<object?>
{
    private readonly StringComparison asText =
        caseSensitive ? StringComparison.CurrentCulture : StringComparison.CurrentCultureIgnoreCase;

    public int Compare(object? left, object? right) =>
        LanguagePrimitives.TryCompare(left, right, !caseSensitive, out var order)
            ? order
            : string.Compare(left?.ToString(), right?.ToString(), asText);

    bool IEqualityComparer<object?>.Equals(object? left, object? right) => Compare(left, right) == 0;

    public int GetHashCode(object? value) =>
        string.GetHashCode(value?.ToString() ?? "", asText);
}
