using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
using Microsoft.PowerShell.Commands;

namespace PwshHost.Host;

/// <summary>Questions are written to standard output and answered from standard input.</summary>
internal sealed partial class StandInUI
{
    public override string? ReadLine()
    {
        RefuseWhenNonInteractive();
        return Console.In.ReadLine();
    }

    public override SecureString ReadLineAsSecureString() => SecureText.From(ReadLine() ?? "");

    public override Dictionary<string, PSObject> Prompt(string? caption, string? message, Collection<FieldDescription> descriptions)
    {
        RefuseWhenNonInteractive();
        WriteHeading(caption, message);
        return descriptions.ToDictionary(field => field.Name, ReadField);
    }

    public override int PromptForChoice(string? caption, string? message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        RefuseWhenNonInteractive();
        WriteHeading(caption, message);
        var keys = choices.Select(choice => new ChoiceKey(choice)).ToList();
        while (true)
        {
            Write(Question(keys, defaultChoice));
            // A real end of input must never count as the default answer, which may be Yes.
            var answer = Console.In.ReadLine() ?? throw new PromptingException("The input ended while an answer was awaited.");
            WriteLine("");
            var chosen = answer.Trim().Length == 0 ? defaultChoice : keys.FindIndex(key => key.Matches(answer.Trim()));
            if (chosen >= 0)
            {
                return chosen;
            }
        }
    }

    public override PSCredential PromptForCredential(string? caption, string? message, string? userName, string? targetName)
    {
        RefuseWhenNonInteractive();
        WriteHeading(caption, message);
        if (string.IsNullOrEmpty(userName))
        {
            Write("User: ");
            userName = ReadLine();
        }
        Write($"Password for user {userName}: ");
        var password = ReadLineAsSecureString();
        WriteLine("");
        return new PSCredential(userName, password);
    }

    public override PSCredential PromptForCredential(
        string? caption, string? message, string? userName, string? targetName, PSCredentialTypes types, PSCredentialUIOptions options) =>
        PromptForCredential(caption, message, userName, targetName);

    private PSObject ReadField(FieldDescription field)
    {
        Write(field.Name + ": ");
        if (field.ParameterTypeName == nameof(SecureString))
        {
            return PSObject.AsPSObject(ReadLineAsSecureString());
        }
        if (field.ParameterTypeName == nameof(PSCredential))
        {
            return PSObject.AsPSObject(PromptForCredential("", "", "", ""));
        }
        return PSObject.AsPSObject(ReadLine() ?? throw new PromptingException("The input ended while an answer was awaited."));
    }

    private void WriteHeading(string? caption, string? message)
    {
        WriteLine("");
        foreach (var text in new[] { caption, message }.Where(text => !string.IsNullOrEmpty(text)))
        {
            WriteLine(text);
        }
    }

    private static string Question(List<ChoiceKey> keys, int defaultChoice)
    {
        var choices = string.Join("  ", keys.Select(key => $"[{key.Key}] {key.Label}"));
        var fallback = defaultChoice >= 0 ? $" (default is \"{keys[defaultChoice].Key}\")" : "";
        return $"{choices}{fallback}: ";
    }

    private void RefuseWhenNonInteractive()
    {
        if (nonInteractive)
        {
            throw new PSInvalidOperationException("PowerShell is in NonInteractive mode. Read and Prompt functionality is not available.");
        }
    }

    /// <summary>One answer: <c>&amp;Yes</c> is chosen with Y or Yes.</summary>
    private sealed class ChoiceKey(ChoiceDescription choice)
    {
        public string Label { get; } = choice.Label.Replace("&", "");

        public string Key { get; } = choice.Label.IndexOf('&') is var mark and >= 0
            ? choice.Label.Substring(mark + 1, 1).ToUpperInvariant()
            : choice.Label;

        public bool Matches(string answer) =>
            answer.Equals(Key, StringComparison.OrdinalIgnoreCase) || answer.Equals(Label, StringComparison.OrdinalIgnoreCase);
    }
}
