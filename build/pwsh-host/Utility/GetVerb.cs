using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>The approved verbs, read from the engine's own lists.</summary>
[Cmdlet(VerbsCommon.Get, "Verb")]
public sealed class GetVerbCommand : PSCmdlet
{
    private static readonly Type[] Groups =
        [typeof(VerbsCommon), typeof(VerbsCommunications), typeof(VerbsData), typeof(VerbsDiagnostic), typeof(VerbsLifecycle), typeof(VerbsOther), typeof(VerbsSecurity)];

    [Parameter(Position = 0, ValueFromPipeline = true)]
    public string[] Verb { get; set; } = ["*"];

    protected override void ProcessRecord()
    {
        var patterns = Verb.Select(verb => WildcardPattern.Get(verb, WildcardOptions.IgnoreCase)).ToList();
        var all = Groups.SelectMany(group => group.GetFields().Select(field => (Verb: (string)field.GetValue(null)!, Group: group.Name["Verbs".Length..])));
        foreach (var (verb, group) in all.Where(entry => patterns.Exists(pattern => pattern.IsMatch(entry.Verb))))
        {
            var found = new PSObject();
            found.Properties.Add(new PSNoteProperty("Verb", verb));
            found.Properties.Add(new PSNoteProperty("Group", group));
            WriteObject(found);
        }
    }
}
