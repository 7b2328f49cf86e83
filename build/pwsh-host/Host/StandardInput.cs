using System.Management.Automation.Language;

namespace PwshHost.Host;

/// <summary>Standard input as <c>$input</c>: only for scripts that name it, so that others can answer prompts from there.</summary>
internal static class StandardInput
{
    public static IEnumerable<string>? For(string script)
    {
        var syntax = Parser.ParseInput(script, out _, out _);
        var usesInput = syntax.Find(node => node is VariableExpressionAst { VariablePath.UserPath: "input" }, searchNestedScriptBlocks: false);
        return usesInput is not null && Console.IsInputRedirected ? Lines() : null;
    }

    private static IEnumerable<string> Lines()
    {
        while (Console.In.ReadLine() is { } line)
        {
            yield return line;
        }
    }
}
