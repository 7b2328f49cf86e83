using System.Management.Automation.Language;
using System.Text;

namespace PwshHost.Host;

/// <summary>
/// <c>-Command -</c>: a line that parses runs at once; an incomplete one opens a block that a blank line ends.
/// Prompts read their answers from the same reader, so they follow the command that asks.
/// </summary>
internal static class StdinLoop
{
    public static bool Run(ScriptRunner runner, StandInHost host)
    {
        var succeeded = true;
        var block = new StringBuilder();
        while (host.ExitCode is null && Console.In.ReadLine() is { } line)
        {
            if (NextScript(block, line) is { } script)
            {
                succeeded = runner.RunText(script);
            }
        }
        return succeeded;
    }

    /// <summary>What is complete with this line, or null while a block is open or the line is empty.</summary>
    private static string? NextScript(StringBuilder block, string line)
    {
        var blank = string.IsNullOrWhiteSpace(line);
        if (block.Length == 0 && !blank && !IsIncomplete(line))
        {
            return line;
        }
        if (!blank)
        {
            block.Append(line).Append('\n');
            return null;
        }
        var script = block.ToString();
        block.Clear();
        return script.Length > 0 ? script : null;
    }

    private static bool IsIncomplete(string line)
    {
        Parser.ParseInput(line, out _, out var errors);
        return errors.Any(error => error.IncompleteInput);
    }
}
