using System.ComponentModel;
using System.Diagnostics;
using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsLifecycle.Start, "Process", SupportsShouldProcess = true)]
public sealed class StartProcessCommand : PSCmdlet
{
    private volatile bool stopping;

    [Parameter(Mandatory = true, Position = 0), Alias("PSPath", "Path")]
    public string FilePath { get; set; } = "";

    [Parameter(Position = 1), Alias("Args")]
    public string[] ArgumentList { get; set; } = [];

    [Parameter]
    public string? WorkingDirectory { get; set; }

    [Parameter, Alias("RSO")]
    public string? RedirectStandardOutput { get; set; }

    [Parameter, Alias("RSE")]
    public string? RedirectStandardError { get; set; }

    [Parameter, Alias("nnw")]
    public SwitchParameter NoNewWindow { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    [Parameter]
    public SwitchParameter Wait { get; set; }

    protected override void EndProcessing()
    {
        if (!ShouldProcess(FilePath))
        {
            return;
        }
        var process = Start();
        var copies = Task.WhenAll(CopyTo(RedirectStandardOutput, process, output: true), CopyTo(RedirectStandardError, process, output: false));
        while (Wait && !stopping && !process.WaitForExit(50))
        {
        }
        if (Wait && !stopping)
        {
            copies.Wait();
        }
        if (PassThru)
        {
            WriteObject(process);
        }
    }

    protected override void StopProcessing() => stopping = true;

    private Process Start()
    {
        // As in the real cmdlet the arguments are joined as they are: quoting is the caller's.
        var info = new ProcessStartInfo(Program(), string.Join(' ', ArgumentList))
        {
            WorkingDirectory = GetUnresolvedProviderPathFromPSPath(WorkingDirectory ?? "."),
            RedirectStandardOutput = RedirectStandardOutput is not null,
            RedirectStandardError = RedirectStandardError is not null,
        };
        try
        {
            return Process.Start(info)!;
        }
        catch (Win32Exception error)
        {
            var failure = new InvalidOperationException($"This command cannot be run due to the error: {error.Message}", error);
            ThrowTerminatingError(new ErrorRecord(failure, "InvalidOperationException", ErrorCategory.InvalidOperation, null));
            throw;
        }
    }

    private string Program() =>
        InvokeCommand.GetCommand(FilePath, CommandTypes.Application) is ApplicationInfo found ? found.Path : FilePath;

    private Task CopyTo(string? path, Process process, bool output)
    {
        if (path is null)
        {
            return Task.CompletedTask;
        }
        var file = File.Create(GetUnresolvedProviderPathFromPSPath(path));
        var stream = output ? process.StandardOutput.BaseStream : process.StandardError.BaseStream;
        return stream.CopyToAsync(file).ContinueWith(_ => file.Dispose(), TaskScheduler.Default);
    }
}
