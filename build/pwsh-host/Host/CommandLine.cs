using System.Text;

namespace PwshHost.Host;

/// <summary>What the caller of the executable asked for.</summary>
internal sealed record CommandLine
{
    public string? Command { get; private set; }
    public string? File { get; private set; }
    public IReadOnlyList<string> FileArguments { get; private set; } = [];
    public bool ReadStdin { get; private set; }
    public bool NoExit { get; private set; }
    public bool NonInteractive { get; private set; }
    public string? WorkingDirectory { get; private set; }
    public bool ShowVersion { get; private set; }

    public static CommandLine Parse(IReadOnlyList<string> args)
    {
        var line = new CommandLine();
        var index = 0;
        while (index < args.Count && line.Take(args, ref index))
        {
            index++;
        }
        line.ReadStdin |= line is { Command: null, File: null, ShowVersion: false };
        return line;
    }

    /// <summary>Takes the option at <paramref name="index"/>; false when the rest of the line belongs to it.</summary>
    private bool Take(IReadOnlyList<string> args, ref int index)
    {
        switch (OptionName(args[index]))
        {
            case "noprofile" or "nop" or "nologo" or "nol" or "login" or "l" or "sta" or "mta" or "interactive" or "i":
                return true;
            case "executionpolicy" or "ep" or "ex" or "outputformat" or "of" or "o" or "inputformat" or "inp" or "if"
                or "windowstyle" or "w" or "settingsfile" or "configurationname":
                index++;
                return true;
            case "noninteractive" or "noni":
                return NonInteractive = true;
            case "noexit" or "noe":
                return NoExit = true;
            case "version" or "v":
                return !(ShowVersion = true);
            case "workingdirectory" or "wd" or "wo":
                WorkingDirectory = ValueOf(args, ref index);
                return true;
            case "encodedcommand" or "e" or "ec" or "enc":
                Command = Encoding.Unicode.GetString(Convert.FromBase64String(ValueOf(args, ref index)));
                return true;
            case "command" or "c":
                return TakeCommand(args, index + 1);
            case "file" or "f":
                return TakeFile(args, index + 1);
            case null:
                return TakeFile(args, index);
            default:
                throw new CommandLineException($"The argument '{args[index]}' is not recognized as an option of pwsh.");
        }
    }

    private bool TakeCommand(IReadOnlyList<string> args, int first)
    {
        if (first >= args.Count)
        {
            throw new CommandLineException("Cannot process the command because of a missing parameter. A command must follow -Command.");
        }
        ReadStdin = args[first] == "-";
        Command = ReadStdin ? null : string.Join(' ', args.Skip(first));
        return false;
    }

    private bool TakeFile(IReadOnlyList<string> args, int first)
    {
        if (first >= args.Count)
        {
            throw new CommandLineException("The -File parameter requires the path of a script.");
        }
        ReadStdin = args[first] == "-";
        File = ReadStdin ? null : args[first];
        FileArguments = [.. args.Skip(first + 1)];
        return false;
    }

    private static string ValueOf(IReadOnlyList<string> args, ref int index) =>
        ++index < args.Count ? args[index] : throw new CommandLineException($"The option {args[index - 1]} requires a value.");

    /// <summary>The lower-case name without dashes, or null for a bare word.</summary>
    private static string? OptionName(string argument) =>
        argument.StartsWith('-') && argument.Length > 1 ? argument.TrimStart('-').ToLowerInvariant() : null;
}

internal sealed class CommandLineException(string message) : Exception(message);
