using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;

namespace PwshHost.Host;

/// <summary>The engine's view of this process. It calls itself ConsoleHost because scripts compare that name.</summary>
internal sealed class StandInHost(bool nonInteractive) : PSHost
{
    private readonly StandInUI ui = new(nonInteractive);

    /// <summary>Set by <c>exit</c> or a signal; the first one wins.</summary>
    public int? ExitCode { get; private set; }

    public override string Name => "ConsoleHost";
    public override Version Version => PSVersionInfo.PSVersion;
    public override Guid InstanceId { get; } = Guid.NewGuid();
    public override PSHostUserInterface UI => ui;
    public override CultureInfo CurrentCulture => CultureInfo.CurrentCulture;
    public override CultureInfo CurrentUICulture => CultureInfo.CurrentUICulture;

    public override void SetShouldExit(int exitCode) => ExitCode ??= exitCode;
    public override void EnterNestedPrompt() => throw new NotSupportedException("This host has no nested prompt.");
    public override void ExitNestedPrompt() { }
    public override void NotifyBeginApplication() { }
    public override void NotifyEndApplication() { }
}
