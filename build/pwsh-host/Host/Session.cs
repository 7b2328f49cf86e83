using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;
using PwshHost.Engine;

namespace PwshHost.Host;

/// <summary>One runspace from its opening to the exit code of the process.</summary>
internal static class Session
{
    public static int Run(CommandLine line)
    {
        if (line.ShowVersion)
        {
            Console.Out.WriteLine($"PowerShell {PSVersionInfo.PSVersion}");
            return 0;
        }
        if (line.WorkingDirectory is { } directory)
        {
            Directory.SetCurrentDirectory(directory);
        }
        var host = new StandInHost(line.NonInteractive);
        using var runspace = Open(host);
        var runner = new ScriptRunner(runspace, host);
        using var signals = new StopSignals(runner, host);
        var succeeded = RunAll(line, runner, host);
        return host.ExitCode ?? (succeeded ? 0 : 1);
    }

    /// <summary>Where a real pwsh would look; this host runs no profile.</summary>
    private static string ProfilePath => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "powershell", "Microsoft.PowerShell_profile.ps1");

    private static Runspace Open(StandInHost host)
    {
        // CreateDefault() needs ConsoleHost's assembly, which the engine package does not have.
        var state = InitialSessionState.CreateDefault2();
        state.Commands.Add(Cmdlets());
        state.ThreadOptions = PSThreadOptions.UseCurrentThread;
        var runspace = RunspaceFactory.CreateRunspace(host, state);
        runspace.Open();
        Runspace.DefaultRunspace = runspace;
        PSStyle.Instance.OutputRendering = OutputRendering.PlainText;
        runspace.SessionStateProxy.SetVariable("PROFILE", ProfilePath);
        return runspace;
    }

    private static IEnumerable<SessionStateCommandEntry> Cmdlets() =>
        from type in Assembly.GetExecutingAssembly().GetTypes()
        let name = type.GetCustomAttribute<CmdletAttribute>()
        where name is not null
        select new SessionStateCmdletEntry($"{name.VerbName}-{name.NounName}", type, null);

    private static bool RunAll(CommandLine line, ScriptRunner runner, StandInHost host)
    {
        var succeeded = true;
        if (line.Command is { } command)
        {
            succeeded = runner.RunText(command, StandardInput.For(command));
        }
        else if (line.File is { } file)
        {
            succeeded = RunFile(file, line.FileArguments, runner);
        }
        var readOn = line.ReadStdin || line.NoExit;
        return readOn && host.ExitCode is null ? StdinLoop.Run(runner, host) : succeeded;
    }

    private static bool RunFile(string file, IReadOnlyList<string> arguments, ScriptRunner runner)
    {
        var path = Path.GetFullPath(file);
        if (!File.Exists(path))
        {
            throw new CommandLineException($"The argument '{file}' is not recognized as the name of a script file. "
                + "Check the spelling of the name, or if a path was included, verify that the path is correct and try again.");
        }
        return runner.RunFile(path, arguments, StandardInput.For(File.ReadAllText(path)));
    }
}
