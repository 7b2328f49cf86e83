using System.Management.Automation;
using System.Reflection;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsCommon.Get, "Member")]
public sealed class GetMemberCommand : PSCmdlet
{
    private readonly HashSet<string> shownTypes = [];
    private bool anyInput;

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(Position = 0)]
    public string[] Name { get; set; } = ["*"];

    [Parameter, Alias("Type")]
    public PSMemberTypes MemberType { get; set; } = PSMemberTypes.All;

    [Parameter]
    public SwitchParameter Static { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override void ProcessRecord()
    {
        if (InputObject is null)
        {
            return;
        }
        anyInput = true;
        var subject = Static ? StaticType(InputObject) : null;
        var typeName = subject?.FullName ?? InputObject.TypeNames[0];
        if (shownTypes.Add(typeName))
        {
            var found = subject is null ? InstanceMembers(InputObject) : StaticMembers(subject);
            WriteObject(Wanted(found, typeName), enumerateCollection: true);
        }
    }

    protected override void EndProcessing()
    {
        if (!anyInput)
        {
            WriteError(new ErrorRecord(new InvalidOperationException("You must specify an object for the Get-Member cmdlet."),
                "NoObjectInGetMember", ErrorCategory.CloseError, null));
        }
    }

    private IEnumerable<MemberDefinition> Wanted(IEnumerable<(string Name, PSMemberTypes Kind, string Definition)> members, string typeName)
    {
        var patterns = Name.Select(name => WildcardPattern.Get(name, WildcardOptions.IgnoreCase)).ToList();
        return members.Where(member => (member.Kind & MemberType) != 0 && patterns.Exists(pattern => pattern.IsMatch(member.Name)))
            .OrderBy(member => member.Kind.ToString(), StringComparer.Ordinal).ThenBy(member => member.Name, StringComparer.OrdinalIgnoreCase)
            .Select(member => new MemberDefinition(typeName, member.Name, member.Kind, member.Definition));
    }

    private IEnumerable<(string, PSMemberTypes, string)> InstanceMembers(PSObject subject) =>
        from member in subject.Members
        where Force || !IsAccessor(member)
        select (member.Name, member.MemberType, member.ToString() ?? "");

    /// <summary>get_X and the like are noise beside X.</summary>
    private static bool IsAccessor(PSMemberInfo member) =>
        member.MemberType == PSMemberTypes.Method
        && (member.Name.StartsWith("get_", StringComparison.Ordinal) || member.Name.StartsWith("set_", StringComparison.Ordinal));

    private static Type StaticType(PSObject subject) => subject.BaseObject as Type ?? subject.BaseObject.GetType();

    private static IEnumerable<(string, PSMemberTypes, string)> StaticMembers(Type type) =>
        from member in type.GetMembers(BindingFlags.Public | BindingFlags.Static | BindingFlags.FlattenHierarchy)
        where member is not MethodInfo { IsSpecialName: true }
        group member by (member.Name, Method: member is MethodBase) into overloads
        select (overloads.Key.Name, overloads.Key.Method ? PSMemberTypes.Method : PSMemberTypes.Property,
            string.Join(", ", overloads.Select(member => "static " + member)));
}

public sealed class MemberDefinition(string typeName, string name, PSMemberTypes memberType, string definition)
{
    public string TypeName { get; } = typeName;
    public string Name { get; } = name;
    public PSMemberTypes MemberType { get; } = memberType;
    public string Definition { get; } = definition;

    public override string ToString() => Definition;
}
