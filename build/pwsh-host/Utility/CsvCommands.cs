using System.Management.Automation;
using System.Text;

namespace Microsoft.PowerShell.Commands;

/// <summary>What ConvertTo-Csv and Export-Csv share: the first object decides on the columns.</summary>
public abstract class CsvWritingCommand : PSCmdlet
{
    private IReadOnlyList<string>? columns;

    [Parameter(Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public PSObject InputObject { get; set; } = new();

    [Parameter(Position = 1)]
    public char? Delimiter { get; set; }

    [Parameter]
    public SwitchParameter UseCulture { get; set; }

    [Parameter, Alias("NTI")]
    public SwitchParameter NoTypeInformation { get; set; }

    [Parameter, Alias("ITI")]
    public SwitchParameter IncludeTypeInformation { get; set; }

    [Parameter]
    public SwitchParameter NoHeader { get; set; }

    [Parameter, Alias("UQ"), ValidateSet("Always", "AsNeeded")]
    public string UseQuotes { get; set; } = "Always";

    private protected abstract void WriteLine(string line);

    /// <summary>Columns that are already there, when appending.</summary>
    private protected virtual IReadOnlyList<string>? ExistingColumns => null;

    protected override void ProcessRecord()
    {
        if (columns is null)
        {
            columns = ExistingColumns ?? Csv.ColumnsOf(InputObject);
            WriteHeader();
        }
        WriteLine(Line(Csv.CellsOf(InputObject, columns)));
    }

    private void WriteHeader()
    {
        if (ExistingColumns is not null)
        {
            return;
        }
        if (IncludeTypeInformation)
        {
            WriteLine("#TYPE " + InputObject.TypeNames[0]);
        }
        if (!NoHeader)
        {
            WriteLine(Line(columns!));
        }
    }

    private string Line(IEnumerable<string?> cells) => Csv.Line(cells, Csv.Delimiter(Delimiter, UseCulture), UseQuotes == "Always");
}

[Cmdlet(VerbsData.ConvertTo, "Csv")]
public sealed class ConvertToCsvCommand : CsvWritingCommand
{
    private protected override void WriteLine(string line) => WriteObject(line);
}

[Cmdlet(VerbsData.Export, "Csv", SupportsShouldProcess = true)]
public sealed class ExportCsvCommand : CsvWritingCommand, IDisposable
{
    private StreamWriter? file;
    private IReadOnlyList<string>? existing;

    [Parameter(Position = 0, Mandatory = true), Alias("LiteralPath", "PSPath")]
    public string Path { get; set; } = "";

    [Parameter, FileEncodingArgument]
    public Encoding Encoding { get; set; } = FileEncodingArgumentAttribute.Default;

    [Parameter]
    public SwitchParameter Append { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter, Alias("NoOverwrite")]
    public SwitchParameter NoClobber { get; set; }

    private protected override IReadOnlyList<string>? ExistingColumns => existing;

    public void Dispose() => file?.Dispose();

    protected override void BeginProcessing()
    {
        var path = GetUnresolvedProviderPathFromPSPath(Path);
        if (!ShouldProcess(path))
        {
            return;
        }
        if (Append && File.Exists(path))
        {
            using var reader = new StreamReader(path);
            existing = Csv.Records(reader, Csv.Delimiter(Delimiter, UseCulture)).FirstOrDefault();
        }
        file = FileText.OpenWrite(this, path, Encoding, Append, NoClobber);
    }

    protected override void EndProcessing() => Dispose();

    private protected override void WriteLine(string line) => file?.WriteLine(line);
}

/// <summary>What ConvertFrom-Csv and Import-Csv share.</summary>
public abstract class CsvReadingCommand : PSCmdlet
{
    [Parameter(Position = 1)]
    public char? Delimiter { get; set; }

    [Parameter]
    public SwitchParameter UseCulture { get; set; }

    [Parameter]
    public string[]? Header { get; set; }

    private protected void WriteObjects(TextReader text)
    {
        IReadOnlyList<string>? columns = Header;
        var records = Csv.Records(text, Csv.Delimiter(Delimiter, UseCulture));
        foreach (var cells in records.Where(cells => !cells[0].StartsWith("#TYPE ", StringComparison.Ordinal)))
        {
            if (columns is null)
            {
                columns = cells;
            }
            else
            {
                WriteObject(Csv.ToObject(columns, cells));
            }
        }
    }
}

[Cmdlet(VerbsData.ConvertFrom, "Csv")]
public sealed class ConvertFromCsvCommand : CsvReadingCommand
{
    private readonly StringBuilder text = new();

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true), AllowEmptyString, AllowEmptyCollection]
    public PSObject[] InputObject { get; set; } = [];

    protected override void ProcessRecord() => text.AppendJoin('\n', (object[])InputObject).Append('\n');

    protected override void EndProcessing() => WriteObjects(new StringReader(text.ToString()));
}

[Cmdlet(VerbsData.Import, "Csv")]
public sealed class ImportCsvCommand : CsvReadingCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true), Alias("LiteralPath", "PSPath")]
    public string[] Path { get; set; } = [];

    [Parameter, FileEncodingArgument]
    public Encoding Encoding { get; set; } = FileEncodingArgumentAttribute.Default;

    protected override void ProcessRecord()
    {
        foreach (var path in Path.SelectMany(path => GetResolvedProviderPathFromPSPath(path, out _)))
        {
            using var reader = new StreamReader(path, Encoding);
            WriteObjects(reader);
        }
    }
}
