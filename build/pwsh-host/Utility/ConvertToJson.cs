using System.Globalization;
using System.Management.Automation;
using Newtonsoft.Json;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsData.ConvertTo, "Json")]
public sealed class ConvertToJsonCommand : PSCmdlet
{
    private readonly List<object?> collected = [];

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true), AllowNull]
    public object? InputObject { get; set; }

    [Parameter, ValidateRange(0, 100)]
    public int Depth { get; set; } = 2;

    [Parameter]
    public SwitchParameter Compress { get; set; }

    [Parameter]
    public SwitchParameter EnumsAsStrings { get; set; }

    [Parameter]
    public SwitchParameter AsArray { get; set; }

    [Parameter]
    public StringEscapeHandling EscapeHandling { get; set; } = StringEscapeHandling.Default;

    protected override void ProcessRecord() => collected.Add(InputObject);

    protected override void EndProcessing()
    {
        if (collected.Count == 0)
        {
            return;
        }
        var text = new StringWriter(CultureInfo.InvariantCulture);
        var json = new JsonTextWriter(text)
        {
            Formatting = Compress ? Formatting.None : Formatting.Indented,
            StringEscapeHandling = EscapeHandling,
        };
        var writer = new PowerShellJsonWriter(json, Depth, EnumsAsStrings);
        // Several inputs make an array that does not count as a level.
        var single = collected.Count == 1 && !AsArray;
        writer.Write(single ? collected[0] : collected, single ? 0 : -1);
        WriteObject(text.ToString());
        if (writer.Truncated)
        {
            WriteWarning($"Resulting JSON is truncated as serialization has exceeded the set depth of {Depth}.");
        }
    }
}
