using System.Management.Automation;
using System.Management.Automation.Runspaces;
using PwshHost.Engine;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsData.Update, "FormatData", SupportsShouldProcess = true)]
public sealed class UpdateFormatDataCommand : PSCmdlet
{
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true), Alias("PSPath", "Path")]
    public string[] AppendPath { get; set; } = [];

    [Parameter]
    public string[] PrependPath { get; set; } = [];

    protected override void ProcessRecord()
    {
        var formats = EngineInternals.StateOf(this).Formats;
        var first = Entries(PrependPath).Concat(formats).ToList();
        formats.Clear();
        formats.Add(first);
        formats.Add(Entries(AppendPath));
        EngineInternals.ReloadFormats(this);
    }

    private IEnumerable<SessionStateFormatEntry> Entries(string[] paths) =>
        [.. paths.SelectMany(path => GetResolvedProviderPathFromPSPath(path, out _)).Where(path => ShouldProcess(path))
            .Select(path => new SessionStateFormatEntry(path))];
}

[Cmdlet(VerbsData.Update, "TypeData", SupportsShouldProcess = true, DefaultParameterSetName = "FileSet")]
public sealed class UpdateTypeDataCommand : PSCmdlet
{
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "FileSet"), Alias("PSPath", "Path")]
    public string[] AppendPath { get; set; } = [];

    [Parameter(ParameterSetName = "FileSet")]
    public string[] PrependPath { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = "DynamicTypeSet")]
    public string TypeName { get; set; } = "";

    [Parameter(ParameterSetName = "DynamicTypeSet")]
    public PSMemberTypes MemberType { get; set; }

    [Parameter(ParameterSetName = "DynamicTypeSet")]
    public string MemberName { get; set; } = "";

    [Parameter(ParameterSetName = "DynamicTypeSet")]
    public object? Value { get; set; }

    [Parameter(ParameterSetName = "DynamicTypeSet")]
    public string[] DefaultDisplayPropertySet { get; set; } = [];

    [Parameter(ParameterSetName = "DynamicTypeSet")]
    public string? DefaultDisplayProperty { get; set; }

    [Parameter(ParameterSetName = "DynamicTypeSet")]
    public int? SerializationDepth { get; set; }

    [Parameter(ParameterSetName = "DynamicTypeSet")]
    public SwitchParameter Force { get; set; }

    protected override void ProcessRecord()
    {
        if (ParameterSetName == "FileSet")
        {
            LoadFiles();
        }
        else if (ShouldProcess(TypeName))
        {
            EngineInternals.TypesOf(this).AddType(NewTypeData());
        }
    }

    private void LoadFiles()
    {
        var types = EngineInternals.StateOf(this).Types;
        var all = Entries(PrependPath).Concat(types).Concat(Entries(AppendPath)).ToList();
        types.Clear();
        types.Add(all);
        EngineInternals.ReloadTypes(this);
    }

    private IEnumerable<SessionStateTypeEntry> Entries(string[] paths) =>
        [.. paths.SelectMany(path => GetResolvedProviderPathFromPSPath(path, out _)).Where(path => ShouldProcess(path))
            .Select(path => new SessionStateTypeEntry(path))];

    private TypeData NewTypeData()
    {
        var data = new TypeData(TypeName) { IsOverride = Force, DefaultDisplayProperty = DefaultDisplayProperty };
        if (DefaultDisplayPropertySet.Length > 0)
        {
            data.DefaultDisplayPropertySet = new PropertySetData(DefaultDisplayPropertySet);
        }
        if (SerializationDepth is { } depth)
        {
            data.SerializationDepth = (uint)depth;
        }
        if (MemberName.Length > 0)
        {
            data.Members[MemberName] = NewMember();
        }
        return data;
    }

    private TypeMemberData NewMember()
    {
        var value = Value is PSObject wrapped ? wrapped.BaseObject : Value;
        return MemberType switch
        {
            PSMemberTypes.NoteProperty => new NotePropertyData(MemberName, value),
            PSMemberTypes.AliasProperty => new AliasPropertyData(MemberName, (string)value!),
            PSMemberTypes.ScriptProperty => new ScriptPropertyData(MemberName, (ScriptBlock)value!),
            PSMemberTypes.ScriptMethod => new ScriptMethodData(MemberName, (ScriptBlock)value!),
            _ => throw new PSArgumentException($"Update-TypeData cannot add a member of the type {MemberType}."),
        };
    }
}
