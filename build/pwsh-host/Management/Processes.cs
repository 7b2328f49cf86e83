using System.Diagnostics;
using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>Finding processes by name (wildcards), id or object.</summary>
public abstract class ProcessCommand : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Id", ValueFromPipelineByPropertyName = true), Alias("PID")]
    public int[] Id { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = "InputObject", ValueFromPipeline = true)]
    public Process[] InputObject { get; set; } = [];

    private protected IEnumerable<Process> Chosen(string[] names) => ParameterSetName switch
    {
        "Id" => Id.SelectMany(ById),
        "InputObject" => InputObject,
        _ => names.SelectMany(ByName),
    };

    private IEnumerable<Process> ById(int id)
    {
        try
        {
            return [Process.GetProcessById(id)];
        }
        catch (ArgumentException)
        {
            WriteNotFound("NoProcessFoundForGivenId", $"Cannot find a process with the process identifier {id}.", id);
            return [];
        }
    }

    private IEnumerable<Process> ByName(string name)
    {
        var pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase);
        var found = Process.GetProcesses().Where(process => pattern.IsMatch(process.ProcessName)).OrderBy(process => process.ProcessName, StringComparer.OrdinalIgnoreCase).ToList();
        if (found.Count == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
        {
            WriteNotFound("NoProcessFoundForGivenName", $"Cannot find a process with the name \"{name}\". Verify the process name and call the cmdlet again.", name);
        }
        return found;
    }

    private void WriteNotFound(string id, string message, object target) =>
        WriteError(new ErrorRecord(new ProcessCommandException(message), id, ErrorCategory.ObjectNotFound, target));
}

public sealed class ProcessCommandException(string message) : SystemException(message);

[Cmdlet(VerbsCommon.Get, "Process", DefaultParameterSetName = "Name")]
public sealed class GetProcessCommand : ProcessCommand
{
    [Parameter(Position = 0, ParameterSetName = "Name", ValueFromPipelineByPropertyName = true), Alias("ProcessName")]
    public string[] Name { get; set; } = ["*"];

    protected override void ProcessRecord() => WriteObject(Chosen(Name), enumerateCollection: true);
}

[Cmdlet(VerbsLifecycle.Stop, "Process", DefaultParameterSetName = "Id", SupportsShouldProcess = true)]
public sealed class StopProcessCommand : ProcessCommand
{
    [Parameter(Mandatory = true, ParameterSetName = "Name", ValueFromPipelineByPropertyName = true), Alias("ProcessName")]
    public string[] Name { get; set; } = [];

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override void ProcessRecord()
    {
        foreach (var process in Chosen(Name).Where(process => ShouldProcess($"{process.ProcessName} ({process.Id})")))
        {
            process.Kill();
            WriteObject(PassThru ? new[] { process } : [], enumerateCollection: true);
        }
    }
}

[Cmdlet(VerbsLifecycle.Wait, "Process", DefaultParameterSetName = "Name")]
public sealed class WaitProcessCommand : ProcessCommand
{
    private readonly List<Process> awaited = [];
    private volatile bool stopping;

    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Name", ValueFromPipelineByPropertyName = true), Alias("ProcessName")]
    public string[] Name { get; set; } = [];

    [Parameter(Position = 1), Alias("TimeoutSec"), ValidateRange(0, 32767)]
    public int? Timeout { get; set; }

    protected override void ProcessRecord() => awaited.AddRange(Chosen(Name));

    protected override void EndProcessing()
    {
        var deadline = Timeout is { } seconds ? DateTime.UtcNow.AddSeconds(seconds) : DateTime.MaxValue;
        foreach (var process in awaited)
        {
            while (!process.WaitForExit(50) && !stopping && DateTime.UtcNow < deadline)
            {
            }
            if (!stopping && !process.HasExited)
            {
                var error = new TimeoutException($"This command stopped operation because process \"{process.ProcessName} ({process.Id})\" is not stopped in the specified time-out.");
                WriteError(new ErrorRecord(error, "ProcessNotTerminated", ErrorCategory.CloseError, process));
            }
        }
    }

    protected override void StopProcessing() => stopping = true;
}
