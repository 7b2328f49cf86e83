using System.Collections;
using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>
/// One element of a <c>-Property</c> argument: a name (wildcards allowed), a script block, or a hashtable with
/// Name/Label, Expression and, for sorting, Ascending/Descending; keys may be shortened.
/// </summary>
internal sealed class PropertyArgument
{
    private readonly string? givenName;

    private PropertyArgument(PSPropertyExpression expression, string? name = null, bool? descending = null)
    {
        Expression = expression;
        givenName = name;
        Descending = descending;
    }

    public PSPropertyExpression Expression { get; }
    public bool? Descending { get; }
    public string Name => givenName ?? Expression.ToString().Trim();

    public static List<PropertyArgument> ParseAll(IEnumerable<object>? arguments) => [.. (arguments ?? []).Select(Parse)];

    /// <summary>The value on one object; null where the object lacks it or the expression fails.</summary>
    public object? ValueOn(PSObject target) => ValueOf(Expression, target);

    public static object? ValueOf(PSPropertyExpression expression, PSObject target) =>
        expression.GetValues(target).FirstOrDefault(result => result.Exception is null)?.Result;

    /// <summary>Names and values on one object; a wildcard gives one pair for each property that fits.</summary>
    public IEnumerable<(string Name, object? Value)> PairsOn(PSObject target)
    {
        if (givenName is not null || Expression.Script is not null || !Expression.HasWildCardCharacters)
        {
            return [(Name, ValueOn(target))];
        }
        return Expression.ResolveNames(target).Select(found => (found.ToString(), ValueOf(found, target)));
    }

    private static PropertyArgument Parse(object argument) =>
        (argument is PSObject wrapped ? wrapped.BaseObject : argument) switch
        {
            IDictionary table => FromTable(table),
            ScriptBlock script => new PropertyArgument(new PSPropertyExpression(script)),
            var name => new PropertyArgument(new PSPropertyExpression(name.ToString())),
        };

    private static PropertyArgument FromTable(IDictionary table)
    {
        var name = Entry(table, "Name", "Label")?.ToString();
        var expression = Entry(table, "Expression") ?? name ?? throw new PSArgumentException("A property table needs an Expression key.");
        var calculated = expression is ScriptBlock script
            ? new PSPropertyExpression(script)
            : new PSPropertyExpression(expression.ToString());
        return new PropertyArgument(calculated, name, Direction(table));
    }

    private static bool? Direction(IDictionary table)
    {
        if (Entry(table, "Descending") is { } descending)
        {
            return LanguagePrimitives.IsTrue(descending);
        }
        return Entry(table, "Ascending") is { } ascending ? !LanguagePrimitives.IsTrue(ascending) : null;
    }

    private static object? Entry(IDictionary table, params string[] names)
    {
        foreach (DictionaryEntry entry in table)
        {
            var key = entry.Key.ToString()!;
            if (names.Any(name => name.StartsWith(key, StringComparison.OrdinalIgnoreCase)))
            {
                return entry.Value is PSObject wrapped ? wrapped.BaseObject : entry.Value;
            }
        }
        return null;
    }
}
