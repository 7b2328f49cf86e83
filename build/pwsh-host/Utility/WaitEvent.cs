using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsLifecycle.Wait, "Event")]
public sealed class WaitEventCommand : PSCmdlet, IDisposable
{
    private readonly AutoResetEvent arrived = new(initialState: false);
    private volatile bool stopping;

    [Parameter(Position = 0)]
    public string SourceIdentifier { get; set; } = "*";

    [Parameter, Alias("TimeoutSec"), ValidateRange(-1, int.MaxValue / 1000)]
    public int Timeout { get; set; } = -1;

    public void Dispose() => arrived.Dispose();

    protected override void EndProcessing()
    {
        var pattern = WildcardPattern.Get(SourceIdentifier, WildcardOptions.IgnoreCase);
        var deadline = Timeout < 0 ? DateTime.MaxValue : DateTime.UtcNow.AddSeconds(Timeout);
        Events.ReceivedEvents.PSEventReceived += OnEvent;
        try
        {
            PSEventArgs? found;
            while ((found = Find(pattern)) is null && !stopping && DateTime.UtcNow < deadline)
            {
                // Short waits, because event actions run on this thread between them.
                arrived.WaitOne(TimeSpan.FromMilliseconds(50));
            }
            WriteObject(found is null ? Array.Empty<PSEventArgs>() : [found], enumerateCollection: true);
        }
        finally
        {
            Events.ReceivedEvents.PSEventReceived -= OnEvent;
        }
    }

    protected override void StopProcessing()
    {
        stopping = true;
        arrived.Set();
    }

    private void OnEvent(object? sender, PSEventArgs received) => arrived.Set();

    private PSEventArgs? Find(WildcardPattern pattern)
    {
        lock (Events.ReceivedEvents.SyncRoot)
        {
            return Events.ReceivedEvents.FirstOrDefault(received => pattern.IsMatch(received.SourceIdentifier));
        }
    }
}
