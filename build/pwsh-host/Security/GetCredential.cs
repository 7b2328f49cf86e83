using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsCommon.Get, "Credential", DefaultParameterSetName = "CredentialSet")]
public sealed class GetCredentialCommand : PSCmdlet
{
    [Parameter(Position = 0, ParameterSetName = "CredentialSet"), AllowNull]
    public object? Credential { get; set; }

    [Parameter(Position = 0, ParameterSetName = "MessageSet"), AllowNull, AllowEmptyString]
    public string UserName { get; set; } = "";

    [Parameter(ParameterSetName = "MessageSet")]
    public string Message { get; set; } = "Enter your credentials.";

    [Parameter(ParameterSetName = "MessageSet")]
    public string Title { get; set; } = "PowerShell credential request";

    protected override void BeginProcessing()
    {
        var given = Credential is PSObject wrapped ? wrapped.BaseObject : Credential;
        WriteObject(given as PSCredential ?? Host.UI.PromptForCredential(Title, Message, given?.ToString() ?? UserName, ""));
    }
}
