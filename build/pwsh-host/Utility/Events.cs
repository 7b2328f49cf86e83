using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsLifecycle.Register, "ObjectEvent")]
public sealed class RegisterObjectEventCommand : ObjectEventRegistrationBase
{
    [Parameter(Mandatory = true, Position = 0)]
    public PSObject InputObject { get; set; } = new();

    [Parameter(Mandatory = true, Position = 1)]
    public string EventName { get; set; } = "";

    protected override object GetSourceObject() => InputObject;

    protected override string GetSourceObjectEventName() => EventName;
}

[Cmdlet(VerbsLifecycle.Register, "EngineEvent")]
public sealed class RegisterEngineEventCommand : ObjectEventRegistrationBase
{
    [Parameter(Mandatory = true, Position = 100)]
    public new string SourceIdentifier
    {
        get => base.SourceIdentifier;
        set => base.SourceIdentifier = value;
    }

    protected override object? GetSourceObject() => null;

    protected override string? GetSourceObjectEventName() => null;
}

[Cmdlet(VerbsCommon.New, "Event")]
public sealed class NewEventCommand : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true)]
    public string SourceIdentifier { get; set; } = "";

    [Parameter(Position = 1)]
    public PSObject? Sender { get; set; }

    [Parameter(Position = 2)]
    public PSObject[] EventArguments { get; set; } = [];

    [Parameter(Position = 3)]
    public PSObject? MessageData { get; set; }

    protected override void EndProcessing() =>
        WriteObject(Events.GenerateEvent(SourceIdentifier, Sender, EventArguments, MessageData));
}

[Cmdlet(VerbsCommon.Get, "Event", DefaultParameterSetName = "BySource")]
public sealed class GetEventCommand : PSCmdlet
{
    [Parameter(Position = 0, ParameterSetName = "BySource")]
    public string SourceIdentifier { get; set; } = "*";

    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "ById"), Alias("Id")]
    public int EventIdentifier { get; set; } = -1;

    protected override void EndProcessing()
    {
        var pattern = WildcardPattern.Get(SourceIdentifier, WildcardOptions.IgnoreCase);
        lock (Events.ReceivedEvents.SyncRoot)
        {
            WriteObject(Events.ReceivedEvents.Where(received => EventIdentifier >= 0
                ? received.EventIdentifier == EventIdentifier
                : pattern.IsMatch(received.SourceIdentifier)).ToList(), enumerateCollection: true);
        }
    }
}

[Cmdlet(VerbsCommon.Remove, "Event", SupportsShouldProcess = true, DefaultParameterSetName = "BySource")]
public sealed class RemoveEventCommand : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "BySource")]
    public string SourceIdentifier { get; set; } = "";

    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "ById")]
    public int EventIdentifier { get; set; } = -1;

    protected override void ProcessRecord()
    {
        lock (Events.ReceivedEvents.SyncRoot)
        {
            for (var index = Events.ReceivedEvents.Count - 1; index >= 0; index--)
            {
                var received = Events.ReceivedEvents[index];
                if (IsWanted(received) && ShouldProcess($"Event '{received.SourceIdentifier}'", "Remove"))
                {
                    Events.ReceivedEvents.RemoveAt(index);
                }
            }
        }
    }

    private bool IsWanted(PSEventArgs received) => ParameterSetName == "ById"
        ? received.EventIdentifier == EventIdentifier
        : WildcardPattern.Get(SourceIdentifier, WildcardOptions.IgnoreCase).IsMatch(received.SourceIdentifier);
}

[Cmdlet(VerbsCommon.Get, "EventSubscriber")]
public sealed class GetEventSubscriberCommand : PSCmdlet
{
    [Parameter(Position = 0)]
    public string SourceIdentifier { get; set; } = "*";

    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override void EndProcessing()
    {
        var pattern = WildcardPattern.Get(SourceIdentifier, WildcardOptions.IgnoreCase);
        WriteObject(Events.Subscribers.Where(subscriber => (Force || !subscriber.SupportEvent) && pattern.IsMatch(subscriber.SourceIdentifier ?? "")).ToList(),
            enumerateCollection: true);
    }
}

[Cmdlet(VerbsLifecycle.Unregister, "Event", SupportsShouldProcess = true, DefaultParameterSetName = "BySource")]
public sealed class UnregisterEventCommand : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "BySource")]
    public string SourceIdentifier { get; set; } = "";

    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "ById")]
    public int SubscriptionId { get; set; } = -1;

    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override void ProcessRecord()
    {
        var matching = Events.Subscribers.Where(IsWanted).ToList();
        if (matching.Count == 0 && !WildcardPattern.ContainsWildcardCharacters(SourceIdentifier))
        {
            WriteError(new ErrorRecord(new ArgumentException($"Event subscription '{(SubscriptionId >= 0 ? SubscriptionId : SourceIdentifier)}' was not found."),
                "INVALID_SUBSCRIPTION_IDENTIFIER", ErrorCategory.InvalidArgument, null));
        }
        foreach (var subscriber in matching.Where(subscriber => ShouldProcess($"Event subscription '{subscriber.SourceIdentifier}'", "Unsubscribe")))
        {
            Events.UnsubscribeEvent(subscriber);
        }
    }

    private bool IsWanted(PSEventSubscriber subscriber) => ParameterSetName == "ById"
        ? subscriber.SubscriptionId == SubscriptionId
        : (Force || !subscriber.SupportEvent)
            && WildcardPattern.Get(SourceIdentifier, WildcardOptions.IgnoreCase).IsMatch(subscriber.SourceIdentifier ?? "");
}
