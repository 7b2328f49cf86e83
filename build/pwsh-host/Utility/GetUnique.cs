using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsCommon.Get, "Unique", DefaultParameterSetName = "AsString")]
public sealed class GetUniqueCommand : PSCmdlet
{
    private PSObject? last;

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(ParameterSetName = "AsString")]
    public SwitchParameter AsString { get; set; }

    [Parameter(ParameterSetName = "UniqueByType", Mandatory = true)]
    public SwitchParameter OnType { get; set; }

    [Parameter]
    public SwitchParameter CaseInsensitive { get; set; }

    protected override void ProcessRecord()
    {
        if (InputObject is not null && (last is null || !SameAsLast(InputObject)))
        {
            WriteObject(InputObject);
            last = InputObject;
        }
    }

    private bool SameAsLast(PSObject item)
    {
        if (OnType)
        {
            return item.TypeNames[0] == last!.TypeNames[0];
        }
        return AsString
            ? string.Equals(item.ToString(), last!.ToString(), CaseInsensitive ? StringComparison.CurrentCultureIgnoreCase : StringComparison.CurrentCulture)
            : ObjectIdentity.SameContent(last!, item, CaseInsensitive);
    }
}
