using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsCommon.Get, "PSDrive", DefaultParameterSetName = "Name")]
public sealed class GetPSDriveCommand : ProviderCommand
{
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    public string[] Name { get; set; } = ["*"];

    [Parameter]
    public string[] PSProvider { get; set; } = ["*"];

    protected override void ProcessRecord()
    {
        foreach (var name in Name)
        {
            var found = SessionState.Drive.GetAll().Where(drive => Fits(name, drive.Name) && Array.Exists(PSProvider, provider => Fits(provider, drive.Provider.Name)));
            if (WildcardPattern.ContainsWildcardCharacters(name))
            {
                WriteObject(found.OrderBy(drive => drive.Name, StringComparer.OrdinalIgnoreCase), enumerateCollection: true);
            }
            else
            {
                Try(() => WriteObject(SessionState.Drive.Get(name)));
            }
        }
    }

    private static bool Fits(string pattern, string name) => WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase).IsMatch(name);
}

[Cmdlet(VerbsCommon.New, "PSDrive", SupportsShouldProcess = true)]
public sealed class NewPSDriveCommand : ProviderCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string Name { get; set; } = "";

    [Parameter(Position = 1, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string PSProvider { get; set; } = "";

    [Parameter(Position = 2, Mandatory = true, ValueFromPipelineByPropertyName = true), AllowEmptyString]
    public string Root { get; set; } = "";

    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string Description { get; set; } = "";

    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Scope { get; set; }

    protected override void ProcessRecord() => Try(() =>
    {
        if (ShouldProcess($"Name: {Name} Provider: {PSProvider} Root: {Root}", "New drive"))
        {
            var drive = new PSDriveInfo(Name, SessionState.Provider.GetOne(PSProvider), Root, Description, null);
            WriteObject(SessionState.Drive.New(drive, Scope));
        }
    });
}

[Cmdlet(VerbsCommon.Remove, "PSDrive", SupportsShouldProcess = true)]
public sealed class RemovePSDriveCommand : ProviderCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string[] Name { get; set; } = [];

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Scope { get; set; }

    protected override void ProcessRecord()
    {
        foreach (var name in Name.Where(name => ShouldProcess(name, "Remove drive")))
        {
            Try(() => SessionState.Drive.Remove(name, Force, Scope));
        }
    }
}

[Cmdlet(VerbsCommon.Get, "PSProvider")]
public sealed class GetPSProviderCommand : ProviderCommand
{
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    public string[] PSProvider { get; set; } = [];

    protected override void ProcessRecord()
    {
        if (PSProvider.Length == 0)
        {
            WriteObject(SessionState.Provider.GetAll(), enumerateCollection: true);
        }
        foreach (var name in PSProvider)
        {
            Try(() => WriteObject(SessionState.Provider.Get(name), enumerateCollection: true));
        }
    }
}
