using System.Globalization;
using System.Management.Automation;
using System.Text;

namespace Microsoft.PowerShell.Commands;

/// <summary>Comma-separated values as PowerShell writes and reads them.</summary>
internal static class Csv
{
    /// <summary>The delimiter of the parameters: the culture's list separator, one given, or a comma.</summary>
    public static char Delimiter(char? given, bool useCulture) =>
        given ?? (useCulture ? CultureInfo.CurrentCulture.TextInfo.ListSeparator[0] : ',');

    public static IReadOnlyList<string> ColumnsOf(PSObject item) => [.. item.Properties.Select(property => property.Name)];

    public static IEnumerable<string?> CellsOf(PSObject item, IEnumerable<string> columns) =>
        columns.Select(column => item.Properties[column] is { } property ? Text(property) : null);

    /// <summary>Quotes every cell, or none but those that need it; null is an empty cell without quotes.</summary>
    public static string Line(IEnumerable<string?> cells, char delimiter, bool quoteAll) =>
        string.Join(delimiter, cells.Select(cell => cell is null ? "" : quoteAll || NeedsQuotes(cell, delimiter) ? Quoted(cell) : cell));

    /// <summary>The records of a text; a quoted cell may span lines.</summary>
    public static IEnumerable<List<string>> Records(TextReader text, char delimiter)
    {
        while (text.Peek() >= 0)
        {
            var cells = new List<string>();
            while (ReadCell(text, delimiter, cells))
            {
            }
            if (cells is not [""])
            {
                yield return cells;
            }
        }
    }

    public static PSObject ToObject(IReadOnlyList<string> columns, List<string> cells)
    {
        var result = new PSObject(columns.Count);
        for (var index = 0; index < columns.Count; index++)
        {
            result.Properties.Add(new PSNoteProperty(columns[index], index < cells.Count ? cells[index] : null));
        }
        return result;
    }

    private static string? Text(PSPropertyInfo property)
    {
        try
        {
            return property.Value is IFormattable value ? value.ToString(null, CultureInfo.CurrentCulture) : property.Value?.ToString();
        }
        catch (GetValueException)
        {
            return null;
        }
    }

    private static bool NeedsQuotes(string cell, char delimiter) => cell.IndexOfAny([delimiter, '"', '\n', '\r']) >= 0;

    private static string Quoted(string cell) => $"\"{cell.Replace("\"", "\"\"")}\"";

    /// <summary>Reads one cell; false when it was the last of its record.</summary>
    private static bool ReadCell(TextReader text, char delimiter, List<string> cells)
    {
        var cell = new StringBuilder();
        var quoted = false;
        while (text.Read() is var next and >= 0)
        {
            if (next == '"')
            {
                quoted = ReadQuote(text, cell, quoted);
            }
            else if (!quoted && next == delimiter)
            {
                cells.Add(cell.ToString());
                return true;
            }
            else if (!quoted && next == '\n')
            {
                break;
            }
            else if (quoted || next != '\r')
            {
                cell.Append((char)next);
            }
        }
        cells.Add(cell.ToString());
        return false;
    }

    /// <summary>Inside quotes a doubled quote is a character; else it opens or closes them.</summary>
    private static bool ReadQuote(TextReader text, StringBuilder cell, bool quoted)
    {
        if (quoted && text.Peek() == '"')
        {
            cell.Append((char)text.Read());
            return true;
        }
        return !quoted;
    }
}
