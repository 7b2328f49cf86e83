using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Provider;
using PwshHost.Engine;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsCommon.Get, "Content", DefaultParameterSetName = "Path")]
public sealed class GetContentCommand : FilteredPathCommand, IDynamicParameters
{
    private object? providerParameters;

    [Parameter, ValidateRange(0, long.MaxValue)]
    public long ReadCount { get; set; } = 1;

    [Parameter, Alias("First", "Head"), ValidateRange(0, long.MaxValue)]
    public long TotalCount { get; set; } = long.MaxValue;

    [Parameter, Alias("Last"), ValidateRange(0, int.MaxValue)]
    public int Tail { get; set; } = -1;

    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override bool Forced => Force;

    private protected override ProviderOptions Options => base.Options with { DynamicParameters = providerParameters };

    /// <summary>The provider's own parameters: -Raw, -Encoding, -AsByteStream and so on for the file system.</summary>
    public object? GetDynamicParameters() =>
        providerParameters = new ProviderCall(this, Options).ContentReaderParameters(Paths.FirstOrDefault() ?? ".");

    protected override void ProcessRecord() => ForEachPath((path, call) =>
    {
        foreach (var reader in call.OpenReaders(path))
        {
            using (reader)
            {
                WriteContent(reader);
                reader.Close();
            }
        }
    });

    private void WriteContent(IContentReader reader)
    {
        if (Tail >= 0)
        {
            Blocks(reader, 1).SelectMany(block => block.Cast<object>()).TakeLast(Tail).ToList().ForEach(WriteObject);
            return;
        }
        foreach (var block in Blocks(reader, ReadCount))
        {
            WriteObject(ReadCount == 1 ? block[0] : block.Cast<object>().ToArray());
        }
    }

    private IEnumerable<System.Collections.IList> Blocks(IContentReader reader, long size)
    {
        for (long read = 0; read < TotalCount;)
        {
            var block = reader.Read(Math.Min(size, TotalCount - read));
            if (block is not { Count: > 0 })
            {
                yield break;
            }
            read += block.Count;
            yield return block;
        }
    }
}

/// <summary>What Set-Content and Add-Content share.</summary>
public abstract class WriteContentCommand : PathCommand, IDynamicParameters, IDisposable
{
    private object? providerParameters;
    private List<IContentWriter>? writers;

    [Parameter(Position = 1, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true), AllowNull, AllowEmptyCollection]
    public object?[]? Value { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override bool Forced => Force;

    private protected override ProviderOptions Options => base.Options with { DynamicParameters = providerParameters };

    /// <summary>The provider's own parameters: -Encoding, -NoNewline and so on for the file system.</summary>
    public object? GetDynamicParameters() =>
        providerParameters = new ProviderCall(this, Options).ContentWriterParameters(Paths.FirstOrDefault() ?? ".");

    public void Dispose()
    {
        foreach (var writer in writers ?? [])
        {
            writer.Dispose();
        }
        GC.SuppressFinalize(this);
    }

    protected override void ProcessRecord()
    {
        writers ??= Open();
        foreach (var writer in writers)
        {
            writer.Write(new Collection<object?>(Value ?? [null]));
        }
        if (PassThru)
        {
            WriteObject(Value, enumerateCollection: true);
        }
    }

    protected override void EndProcessing()
    {
        foreach (var writer in writers ?? [])
        {
            writer.Close();
        }
    }

    /// <summary>Leaves what is there, or not, before the writers are used.</summary>
    private protected abstract void Prepare(string path, ProviderCall call);

    private protected abstract void Position(IContentWriter writer);

    private List<IContentWriter> Open()
    {
        var opened = new List<IContentWriter>();
        ForEachPath((path, call) =>
        {
            if (ShouldProcess(path))
            {
                Prepare(path, call);
                opened.AddRange(call.OpenWriters(path));
            }
        });
        opened.ForEach(Position);
        return opened;
    }
}

[Cmdlet(VerbsCommon.Set, "Content", SupportsShouldProcess = true, DefaultParameterSetName = "Path")]
public sealed class SetContentCommand : WriteContentCommand
{
    private protected override void Prepare(string path, ProviderCall call)
    {
        if (call.Exists(path))
        {
            call.ClearContent(path);
        }
    }

    private protected override void Position(IContentWriter writer) { }
}

[Cmdlet(VerbsCommon.Add, "Content", SupportsShouldProcess = true, DefaultParameterSetName = "Path")]
public sealed class AddContentCommand : WriteContentCommand
{
    private protected override void Prepare(string path, ProviderCall call) { }

    private protected override void Position(IContentWriter writer) => writer.Seek(0, SeekOrigin.End);
}

[Cmdlet(VerbsCommon.Clear, "Content", SupportsShouldProcess = true, DefaultParameterSetName = "Path")]
public sealed class ClearContentCommand : PathCommand
{
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override bool Forced => Force;

    private protected override ProviderOptions Options => base.Options with { PassThru = false };

    protected override void ProcessRecord() => ForEachPath((path, call) => call.ClearContent(path));
}
