using System.Runtime.InteropServices;

namespace PwshHost.Host;

/// <summary>Ctrl-C and SIGTERM stop the pipeline, so that finally blocks run, and then end the process.</summary>
internal sealed class StopSignals : IDisposable
{
    private const int SignalExitBase = 128;

    private readonly ScriptRunner runner;
    private readonly StandInHost host;
    private readonly PosixSignalRegistration interrupt;
    private readonly PosixSignalRegistration terminate;

    public StopSignals(ScriptRunner runner, StandInHost host)
    {
        this.runner = runner;
        this.host = host;
        interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, 2));
        terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, 15));
    }

    public void Dispose()
    {
        interrupt.Dispose();
        terminate.Dispose();
    }

    private void Stop(PosixSignalContext context, int signalNumber)
    {
        context.Cancel = true;
        host.SetShouldExit(SignalExitBase + signalNumber);
        if (!runner.Stop())
        {
            Environment.Exit(SignalExitBase + signalNumber);
        }
    }
}
