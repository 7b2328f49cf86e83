using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Internal;

namespace PwshHost.Host;

/// <summary>Plain text out; progress as JSON lines on request. The prompts are in <c>StandInUI.Prompts.cs</c>.</summary>
internal sealed partial class StandInUI(bool nonInteractive) : PSHostUserInterface
{
    private readonly PlainRawUI raw = new();

    public override PSHostRawUserInterface RawUI => raw;
    public override bool SupportsVirtualTerminal => false;

    public override void Write(string? value) => Console.Out.Write(Plain(value));
    public override void Write(ConsoleColor foreground, ConsoleColor background, string? value) => Write(value);
    public override void WriteLine(string? value) => Console.Out.WriteLine(Plain(value));
    public override void WriteErrorLine(string? value) => Console.Error.WriteLine(Plain(value));
    public override void WriteDebugLine(string? message) => WriteLine("DEBUG: " + message);
    public override void WriteVerboseLine(string? message) => WriteLine("VERBOSE: " + message);
    public override void WriteWarningLine(string? message) => WriteLine("WARNING: " + message);
    public override void WriteProgress(long sourceId, ProgressRecord record) => ProgressLines.Write(record);

    /// <summary>The formatter decorates headers and errors whatever the settings say, so the escapes go here.</summary>
    private static string Plain(string? value) =>
        value is null ? "" : new StringDecorated(value).ToString(OutputRendering.PlainText);
}
