using System.Management.Automation;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsData.ConvertFrom, "Json")]
public sealed class ConvertFromJsonCommand : PSCmdlet
{
    private readonly List<string> lines = [];

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true), AllowEmptyString]
    public string InputObject { get; set; } = "";

    [Parameter]
    public SwitchParameter AsHashtable { get; set; }

    [Parameter, ValidateRange(1, int.MaxValue)]
    public int Depth { get; set; } = 1024;

    [Parameter]
    public SwitchParameter NoEnumerate { get; set; }

    protected override void ProcessRecord() => lines.Add(InputObject);

    protected override void EndProcessing()
    {
        // Lines are one text, unless the first is JSON by itself: then each of them is.
        if (lines.Count > 1 && TryParse(lines[0], out var first))
        {
            WriteValue(first);
            lines.Skip(1).ToList().ForEach(line => WriteValue(Parse(line)));
        }
        else if (lines.Count > 0)
        {
            WriteValue(Parse(string.Join(Environment.NewLine, lines)));
        }
    }

    private void WriteValue(JToken? token)
    {
        if (token is not null)
        {
            WriteObject(Convert(token), enumerateCollection: !NoEnumerate);
        }
    }

    private bool TryParse(string text, out JToken? token)
    {
        try
        {
            token = JsonText.Parse(text, Depth);
            return true;
        }
        catch (JsonException)
        {
            token = null;
            return false;
        }
    }

    private JToken? Parse(string text)
    {
        try
        {
            return JsonText.Parse(text, Depth);
        }
        catch (JsonException error)
        {
            Fail(new ArgumentException("Conversion from JSON failed with error: " + error.Message, error), "System.ArgumentException");
            throw;
        }
    }

    private object? Convert(JToken token) => token switch
    {
        JObject table => AsHashtable ? ToHashtable(table) : ToObject(table),
        JArray items => items.Select(Convert).ToArray(),
        JValue value => value.Value,
        _ => throw new InvalidDataException($"Unexpected JSON token {token.Type}."),
    };

    private OrderedHashtable ToHashtable(JObject source)
    {
        var table = new OrderedHashtable();
        foreach (var (name, value) in source)
        {
            table[name] = Convert(value!);
        }
        return table;
    }

    private PSObject ToObject(JObject source)
    {
        var result = new PSObject(source.Count);
        foreach (var (name, value) in source)
        {
            RefuseUnusable(result, name);
            result.Properties.Add(new PSNoteProperty(name, Convert(value!)), preValidated: true);
        }
        return result;
    }

    private void RefuseUnusable(PSObject result, string name)
    {
        if (name.Length == 0)
        {
            Fail(new InvalidOperationException(
                "The provided JSON includes a property whose name is an empty string, this is only supported using the -AsHashTable switch."),
                "EmptyKeyInJsonString");
        }
        if (result.Properties[name] is { } other)
        {
            Fail(new InvalidOperationException(
                $"Cannot convert the JSON string because it contains keys with different casing. Please use the -AsHashTable switch instead. The key that was attempted to be added to the existing key '{other.Name}' was '{name}'."),
                "KeysWithDifferentCasingInJsonString");
        }
    }

    private void Fail(Exception error, string id) =>
        ThrowTerminatingError(new ErrorRecord(error, id, ErrorCategory.InvalidOperation, null));
}

/// <summary>JSON read as PowerShell 7 reads it: ISO 8601 text becomes a DateTime.</summary>
internal static class JsonText
{
    public static JToken? Parse(string text, int maximumDepth)
    {
        using var reader = new JsonTextReader(new StringReader(text)) { MaxDepth = maximumDepth, DateParseHandling = DateParseHandling.DateTime };
        if (!reader.Read())
        {
            return null;
        }
        var token = JToken.ReadFrom(reader);
        while (reader.Read())
        {
            if (reader.TokenType != JsonToken.Comment)
            {
                throw new JsonReaderException($"Additional text encountered after finished reading JSON content: {reader.Value ?? reader.TokenType}.");
            }
        }
        return token;
    }
}
