using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsData.Import, "PowerShellDataFile", DefaultParameterSetName = "ByPath")]
public sealed class ImportPowerShellDataFileCommand : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "ByPath")]
    public string[] Path { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = "ByLiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string[] LiteralPath { get; set; } = [];

    [Parameter]
    public SwitchParameter SkipLimitCheck { get; set; }

    protected override void ProcessRecord()
    {
        foreach (var path in Path.SelectMany(path => GetResolvedProviderPathFromPSPath(path, out _)))
        {
            Import(path);
        }
        foreach (var path in LiteralPath)
        {
            Import(GetUnresolvedProviderPathFromPSPath(path));
        }
    }

    private void Import(string path)
    {
        try
        {
            WriteObject(DataFile.Read(path));
        }
        catch (Exception error) when (error is RuntimeException or IOException or InvalidDataException)
        {
            var invalid = new InvalidOperationException($"The file '{path}' could not be loaded because it is not a valid PowerShell data file.", error);
            WriteError(new ErrorRecord(invalid, "CouldNotParseAsPowerShellDataFile", ErrorCategory.InvalidData, path));
        }
    }
}

/// <summary>A file that holds one hashtable of constants.</summary>
internal static class DataFile
{
    public static Hashtable Read(string path)
    {
        var syntax = Parser.ParseFile(path, out _, out var errors);
        if (errors.Length > 0)
        {
            throw new ParseException(errors);
        }
        var table = syntax.Find(node => node is HashtableAst, searchNestedScriptBlocks: false)
            ?? throw new InvalidDataException($"{path} holds no hashtable.");
        return (Hashtable)((HashtableAst)table).SafeGetValue();
    }
}
