using System.Management.Automation;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace PwshHost.Engine;

/// <summary><c>pwsh -SelfTest</c>: fails loudly when the engine or the module manifests do not fit this host.</summary>
internal static class SelfTest
{
    public static int Run()
    {
        var problems = EngineProblems().Concat(ManifestProblems()).ToList();
        problems.ForEach(Console.Error.WriteLine);
        Console.Out.WriteLine($"self-test: {CmdletNames().Count} cmdlets, {problems.Count} problems");
        return problems.Count == 0 ? 0 : 1;
    }

    private static IEnumerable<string> EngineProblems()
    {
        string? problem = null;
        try
        {
            RuntimeHelpers.RunClassConstructor(typeof(EngineInternals).TypeHandle);
        }
        catch (TypeInitializationException error)
        {
            problem = error.InnerException?.Message ?? error.Message;
        }
        return problem is null ? [] : [problem];
    }

    /// <summary>Every cmdlet must be listed in exactly one manifest: only then can a bare runspace find it.</summary>
    private static IEnumerable<string> ManifestProblems()
    {
        var listed = Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Modules"), "*.psd1", SearchOption.AllDirectories)
            .SelectMany(ExportedCmdlets).ToList();
        var cmdlets = CmdletNames();
        return cmdlets.Except(listed).Select(name => $"{name} is in no manifest under Modules.")
            .Concat(listed.Except(cmdlets).Select(name => $"A manifest lists {name}, which does not exist."))
            .Concat(listed.GroupBy(name => name).Where(group => group.Count() > 1).Select(group => $"{group.Key} is listed twice."));
    }

    private static IEnumerable<string> ExportedCmdlets(string manifest)
    {
        var data = Microsoft.PowerShell.Commands.DataFile.Read(manifest);
        return ((object[])data["CmdletsToExport"]!).Cast<string>();
    }

    private static List<string> CmdletNames() =>
        [.. from type in Assembly.GetExecutingAssembly().GetTypes()
            let cmdlet = type.GetCustomAttribute<CmdletAttribute>()
            where cmdlet is not null
            select $"{cmdlet.VerbName}-{cmdlet.NounName}"];
}
