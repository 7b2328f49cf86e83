using System.Management.Automation;
using PwshHost.Engine;

namespace Microsoft.PowerShell.Commands;

/// <summary>A cmdlet over paths of any provider: -Path with wildcards, or -LiteralPath without.</summary>
public abstract class ProviderCommand : PSCmdlet
{
    private protected virtual bool Forced => false;

    private protected virtual ProviderOptions Options => new() { Force = Forced };

    /// <summary>Does one path after the other; what the engine throws about one is that path's error.</summary>
    private protected void ForEach(IEnumerable<string> paths, Action<string, ProviderCall> action)
    {
        foreach (var path in paths)
        {
            Try(() => action(path, new ProviderCall(this, Options)));
        }
    }

    private protected void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception error) when (error is PSNotSupportedException or SessionStateException and not SessionStateUnauthorizedAccessException)
        {
            WriteError(new ErrorRecord(((IContainsErrorRecord)error).ErrorRecord, error));
        }
    }
}

/// <inheritdoc/>
public abstract class PathCommand : ProviderCommand
{
    private string[]? literalPath;

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Path")]
    public string[] Path { get; set; } = [];

    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath"), Alias("PSPath", "LP")]
    public string[] LiteralPath
    {
        get => literalPath ?? [];
        set => literalPath = value;
    }

    private protected string[] Paths => literalPath ?? Path;

    private protected bool IsLiteral => literalPath is not null;

    private protected override ProviderOptions Options => new() { Force = Forced, Literal = IsLiteral };

    private protected void ForEachPath(Action<string, ProviderCall> action) => ForEach(Paths, action);
}

/// <summary>A path cmdlet that takes -Filter, -Include and -Exclude as well.</summary>
public abstract class FilteredPathCommand : PathCommand
{
    [Parameter]
    public string? Filter { get; set; }

    [Parameter]
    public string[] Include { get; set; } = [];

    [Parameter]
    public string[] Exclude { get; set; } = [];

    private protected override ProviderOptions Options =>
        base.Options with { Filter = Filter, Include = Include, Exclude = Exclude };
}
