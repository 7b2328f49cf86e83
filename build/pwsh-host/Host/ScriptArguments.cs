using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace PwshHost.Host;

/// <summary>Turns the words after <c>-File script</c> into parameters and values.</summary>
internal static class ScriptArguments
{
    public static void Add(PowerShell pipeline, IEnumerable<string> arguments)
    {
        var parameters = pipeline.Commands.Commands[0].Parameters;
        foreach (var argument in arguments)
        {
            parameters.Add(IsParameter(argument) ? Named(argument) : new CommandParameter(null, argument));
        }
    }

    private static bool IsParameter(string argument) =>
        argument.Length > 1 && argument[0] == '-' && (char.IsLetter(argument[1]) || argument[1] == '_');

    private static CommandParameter Named(string argument)
    {
        var colon = argument.IndexOf(':');
        if (colon < 0)
        {
            // With its dash it is an unbound token: the binder decides whether the next word is its value.
            return new CommandParameter(argument, null);
        }
        return new CommandParameter(argument[1..colon], Value(argument[(colon + 1)..]));
    }

    private static object Value(string text) => text.ToLowerInvariant() switch
    {
        "$true" => true,
        "$false" => false,
        _ => text,
    };
}
