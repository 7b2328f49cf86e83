using System.Management.Automation;
using System.Text.RegularExpressions;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsCommon.Select, "String", DefaultParameterSetName = "Object")]
public sealed class SelectStringCommand : PSCmdlet
{
    private List<Regex> expressions = [];
    private int inputLine;
    private bool found;

    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Object"), AllowNull, AllowEmptyString]
    public PSObject? InputObject { get; set; }

    [Parameter(Position = 0, Mandatory = true)]
    public string[] Pattern { get; set; } = [];

    [Parameter(Position = 1, Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "File"), Alias("LiteralPath", "PSPath")]
    public string[] Path { get; set; } = [];

    [Parameter]
    public SwitchParameter SimpleMatch { get; set; }

    [Parameter]
    public SwitchParameter CaseSensitive { get; set; }

    [Parameter]
    public SwitchParameter AllMatches { get; set; }

    [Parameter]
    public SwitchParameter NotMatch { get; set; }

    [Parameter]
    public SwitchParameter List { get; set; }

    [Parameter]
    public SwitchParameter Raw { get; set; }

    [Parameter]
    public SwitchParameter Quiet { get; set; }

    protected override void BeginProcessing()
    {
        var options = CaseSensitive ? RegexOptions.None : RegexOptions.IgnoreCase;
        expressions = [.. Pattern.Select(pattern => new Regex(SimpleMatch ? Regex.Escape(pattern) : pattern, options))];
    }

    protected override void ProcessRecord()
    {
        if (ParameterSetName == "Object")
        {
            SearchInput();
            return;
        }
        foreach (var path in Path.SelectMany(path => GetResolvedProviderPathFromPSPath(path, out _)))
        {
            SearchFile(path);
        }
    }

    protected override void EndProcessing()
    {
        if (Quiet)
        {
            WriteObject(found);
        }
    }

    private void SearchInput()
    {
        if (InputObject?.BaseObject is FileInfo file)
        {
            SearchFile(file.FullName);
        }
        else
        {
            Search(InputObject?.ToString() ?? "", "InputStream", ++inputLine);
        }
    }

    private void SearchFile(string path)
    {
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            if (Search(line, path, ++number) && List)
            {
                return;
            }
        }
    }

    private bool Search(string line, string path, int number)
    {
        foreach (var expression in expressions)
        {
            var matches = (AllMatches ? expression.Matches(line) : expression.Matches(line).Take(1)).ToArray();
            if (matches.Length > 0 != NotMatch)
            {
                found = true;
                Give(new MatchInfo(line, path, number, expression.ToString(), matches, !CaseSensitive));
                return true;
            }
        }
        return false;
    }

    private void Give(MatchInfo match)
    {
        if (!Quiet)
        {
            WriteObject(Raw ? match.Line : match);
        }
    }
}

public sealed class MatchInfo(string line, string path, int lineNumber, string pattern, Match[] matches, bool ignoreCase)
{
    public bool IgnoreCase { get; } = ignoreCase;
    public int LineNumber { get; } = lineNumber;
    public string Line { get; } = line;
    public string Path { get; } = path;
    public string Filename => System.IO.Path.GetFileName(Path);
    public string Pattern { get; } = pattern;
    public Match[] Matches { get; } = matches;

    public override string ToString() => Path == "InputStream" ? Line : $"{Path}:{LineNumber}:{Line}";

    /// <summary>What the default view shows: the path seen from where the user is.</summary>
    public string ToEmphasizedString(string directory) =>
        Path == "InputStream" ? Line : $"{System.IO.Path.GetRelativePath(directory, Path)}:{LineNumber}:{Line}";
}
