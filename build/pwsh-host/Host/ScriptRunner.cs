using System.Management.Automation;
using System.Management.Automation.Runspaces;
using PwshHost.Engine;

namespace PwshHost.Host;

/// <summary>Runs one pipeline at a time on the calling thread and shows what it gives.</summary>
internal sealed class ScriptRunner(Runspace runspace, StandInHost host)
{
    private readonly Lock gate = new();
    private PowerShell? current;

    /// <summary>True when <c>$?</c> is true at the end and nothing stopped the pipeline.</summary>
    public bool RunText(string script, IEnumerable<string>? input = null) =>
        // The engine keeps the $? of a pipeline only when it goes into the history.
        Run(pipeline => pipeline.AddScript(script), input, addToHistory: true);

    /// <summary>True when nothing stopped the script: unlike with text, a last statement that failed does not count.</summary>
    public bool RunFile(string path, IReadOnlyList<string> arguments, IEnumerable<string>? input = null)
    {
        EngineInternals.LetScriptsExitTheHost(runspace);
        return Run(pipeline => ScriptArguments.Add(pipeline.AddCommand(path), arguments), input, addToHistory: false);
    }

    /// <summary>Asks the running pipeline to stop, so that its finally blocks run; false when none is running.</summary>
    public bool Stop()
    {
        lock (gate)
        {
            current?.BeginStop(null, null);
            return current is not null;
        }
    }

    private bool Run(Action<PowerShell> fill, IEnumerable<string>? input, bool addToHistory)
    {
        using var pipeline = PowerShell.Create(runspace);
        fill(pipeline);
        pipeline.Commands.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        pipeline.AddCommand("Out-Default");
        SetCurrent(pipeline);
        try
        {
            pipeline.Invoke(input, new PSInvocationSettings { AddToHistory = addToHistory });
        }
        catch (PipelineStoppedException)
        {
            return false;
        }
        catch (Exception error)
        {
            Report(error);
            return false;
        }
        finally
        {
            SetCurrent(null);
        }
        return runspace.SessionStateProxy.GetVariable("?") is not false;
    }

    private void SetCurrent(PowerShell? pipeline)
    {
        lock (gate)
        {
            current = pipeline;
        }
    }

    /// <summary>Shows a terminating error as the engine shows any other: its own view, on standard error.</summary>
    private void Report(Exception error)
    {
        if (host.ExitCode is not null)
        {
            return;
        }
        var record = (error as IContainsErrorRecord)?.ErrorRecord
            ?? new ErrorRecord(error, "HostError", ErrorCategory.NotSpecified, null);
        using var show = PowerShell.Create(runspace);
        show.AddCommand("Out-Default").Invoke(new[] { EngineInternals.MarkAsError(record) });
    }
}
