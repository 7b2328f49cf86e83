using System.Management.Automation;
using PwshHost.Engine;

namespace Microsoft.PowerShell.Commands;

public enum TestPathType
{
    Any,
    Container,
    Leaf,
}

[Cmdlet(VerbsDiagnostic.Test, "Path", DefaultParameterSetName = "Path")]
public sealed class TestPathCommand : ProviderCommand
{
    private string[]? literalPath;

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Path")]
    [AllowNull, AllowEmptyCollection, AllowEmptyString]
    public string?[]? Path { get; set; }

    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath"), Alias("PSPath", "LP")]
    [AllowNull, AllowEmptyCollection, AllowEmptyString]
    public string[]? LiteralPath
    {
        get => literalPath;
        set => literalPath = value;
    }

    [Parameter, Alias("Type")]
    public TestPathType PathType { get; set; } = TestPathType.Any;

    [Parameter]
    public SwitchParameter IsValid { get; set; }

    private protected override ProviderOptions Options => new() { Literal = literalPath is not null };

    protected override void ProcessRecord()
    {
        foreach (var path in literalPath ?? Path ?? [null])
        {
            WriteObject(!string.IsNullOrWhiteSpace(path) && Test(path));
        }
    }

    private bool Test(string path)
    {
        try
        {
            return IsValid ? SessionState.Path.IsValid(path) : Exists(path, new ProviderCall(this, Options));
        }
        catch (Exception error) when (error is PSNotSupportedException or SessionStateException)
        {
            return false;
        }
    }

    private bool Exists(string path, ProviderCall call) => PathType switch
    {
        TestPathType.Container => call.IsContainer(path),
        TestPathType.Leaf => call.Exists(path) && !call.IsContainer(path),
        _ => call.Exists(path),
    };
}

[Cmdlet(VerbsCommon.Join, "Path")]
public sealed class JoinPathCommand : ProviderCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true), Alias("PSPath")]
    public string[] Path { get; set; } = [];

    [Parameter(Position = 1, Mandatory = true, ValueFromPipelineByPropertyName = true), AllowNull, AllowEmptyString, AllowEmptyCollection]
    public string[] ChildPath { get; set; } = [];

    [Parameter(Position = 2, ValueFromRemainingArguments = true), AllowNull, AllowEmptyString, AllowEmptyCollection]
    public string[] AdditionalChildPath { get; set; } = [];

    [Parameter]
    public SwitchParameter Resolve { get; set; }

    protected override void ProcessRecord()
    {
        foreach (var path in Path)
        {
            Try(() => Give(ChildPath.Concat(AdditionalChildPath).Aggregate(path, SessionState.Path.Combine)));
        }
    }

    private void Give(string joined)
    {
        if (Resolve)
        {
            WriteObject(SessionState.Path.GetResolvedPSPathFromPSPath(joined).Select(found => found.Path), enumerateCollection: true);
        }
        else
        {
            WriteObject(joined);
        }
    }
}

[Cmdlet(VerbsCommon.Split, "Path", DefaultParameterSetName = "ParentSet")]
public sealed class SplitPathCommand : ProviderCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true), Alias("LiteralPath", "PSPath", "LP")]
    public string[] Path { get; set; } = [];

    [Parameter(ParameterSetName = "ParentSet")]
    public SwitchParameter Parent { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "LeafSet")]
    public SwitchParameter Leaf { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "LeafBaseSet")]
    public SwitchParameter LeafBase { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "ExtensionSet")]
    public SwitchParameter Extension { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "QualifierSet")]
    public SwitchParameter Qualifier { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "NoQualifierSet")]
    public SwitchParameter NoQualifier { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "IsAbsoluteSet")]
    public SwitchParameter IsAbsolute { get; set; }

    protected override void ProcessRecord()
    {
        foreach (var path in Path)
        {
            Try(() => WriteObject(Part(path)));
        }
    }

    private object Part(string path) => ParameterSetName switch
    {
        "LeafSet" => SessionState.Path.ParseChildName(path),
        "LeafBaseSet" => System.IO.Path.GetFileNameWithoutExtension(SessionState.Path.ParseChildName(path)),
        "ExtensionSet" => System.IO.Path.GetExtension(SessionState.Path.ParseChildName(path)),
        "QualifierSet" => QualifierOf(path),
        "NoQualifierSet" => path[(path.IndexOf(':') + 1)..],
        "IsAbsoluteSet" => SessionState.Path.IsPSAbsolute(path, out _),
        _ => SessionState.Path.ParseParent(path, ""),
    };

    private string QualifierOf(string path)
    {
        if (path.IndexOf(':') is var colon and >= 0)
        {
            return path[..(colon + 1)];
        }
        var error = new FormatException($"Cannot parse path because path '{path}' does not have a qualifier specified.");
        ThrowTerminatingError(new ErrorRecord(error, "ParsePathFormatError", ErrorCategory.InvalidArgument, path));
        return "";
    }
}

[Cmdlet(VerbsDiagnostic.Resolve, "Path", DefaultParameterSetName = "Path")]
public sealed class ResolvePathCommand : PathCommand
{
    [Parameter]
    public SwitchParameter Relative { get; set; }

    protected override void ProcessRecord() => ForEachPath((path, _) =>
    {
        var given = IsLiteral ? WildcardPattern.Escape(path) : path;
        foreach (var found in SessionState.Path.GetResolvedPSPathFromPSPath(given))
        {
            WriteObject(Relative ? FromHere(found.ProviderPath) : found);
        }
    });

    private string FromHere(string path) =>
        System.IO.Path.Combine(".", System.IO.Path.GetRelativePath(SessionState.Path.CurrentLocation.ProviderPath, path));
}

[Cmdlet(VerbsData.Convert, "Path", DefaultParameterSetName = "Path")]
public sealed class ConvertPathCommand : PathCommand
{
    protected override void ProcessRecord() => ForEachPath((path, _) =>
        WriteObject(GetResolvedProviderPathFromPSPath(IsLiteral ? WildcardPattern.Escape(path) : path, out var _), enumerateCollection: true));
}
