using System.Management.Automation;
using PwshHost.Engine;

namespace Microsoft.PowerShell.Commands;

/// <summary>What the variable cmdlets share: a scope, and finding by name or pattern.</summary>
public abstract class VariableCommand : PSCmdlet
{
    /// <summary>Global, Local, Script, or how many scopes up.</summary>
    [Parameter]
    public string? Scope { get; set; }

    private protected string TargetScope => Scope ?? "Local";

    private protected IEnumerable<PSVariable> Find(string name)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(name))
        {
            return FindOne(name) is { } variable ? [variable] : [];
        }
        var pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase);
        return EngineInternals.VisibleVariables(SessionState, Scope).Where(variable => pattern.IsMatch(variable.Name))
            .OrderBy(variable => variable.Name, StringComparer.OrdinalIgnoreCase).ToList();
    }

    private protected PSVariable? FindOne(string name) =>
        Scope is null ? SessionState.PSVariable.Get(name) : EngineInternals.FindVariable(SessionState, name, Scope);

    private protected void WriteNotFound(string name) => WriteError(new ErrorRecord(
        new ItemNotFoundException($"Cannot find a variable with the name '{name}'."), "VariableNotFound", ErrorCategory.ObjectNotFound, name));

    private protected IEnumerable<PSVariable> FindOrComplain(string name)
    {
        var found = Find(name).ToList();
        if (found.Count == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
        {
            WriteNotFound(name);
        }
        return found;
    }
}

[Cmdlet(VerbsCommon.Get, "Variable")]
public sealed class GetVariableCommand : VariableCommand
{
    [Parameter(Position = 0, ValueFromPipeline = true)]
    public string[] Name { get; set; } = ["*"];

    [Parameter]
    public SwitchParameter ValueOnly { get; set; }

    protected override void ProcessRecord()
    {
        foreach (var variable in Name.SelectMany(FindOrComplain))
        {
            WriteObject(ValueOnly ? variable.Value : variable);
        }
    }
}

[Cmdlet(VerbsCommon.Set, "Variable", SupportsShouldProcess = true)]
public sealed class SetVariableCommand : VariableCommand
{
    private readonly List<object?> values = [];

    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string[] Name { get; set; } = [];

    [Parameter(Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true), AllowNull]
    public object? Value { get; set; }

    [Parameter]
    public string? Description { get; set; }

    [Parameter]
    public ScopedItemOptions? Option { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override void ProcessRecord() => values.Add(Value);

    protected override void EndProcessing()
    {
        var value = values.Count == 1 ? values[0] : values.ToArray();
        foreach (var name in Name.Where(name => ShouldProcess($"Name: {name} Value: {value}", "Set variable")))
        {
            Set(name, value);
        }
    }

    private void Set(string name, object? value)
    {
        var existing = EngineInternals.FindVariable(SessionState, name, TargetScope);
        var variable = existing ?? new PSVariable(name);
        if (existing is not null && Force && !existing.Options.HasFlag(ScopedItemOptions.Constant))
        {
            existing.Options &= ~ScopedItemOptions.ReadOnly;
        }
        variable.Value = value;
        variable.Description = Description ?? variable.Description;
        variable.Options = Option ?? variable.Options;
        if (existing is null)
        {
            EngineInternals.SetVariable(SessionState, variable, TargetScope, Force);
        }
        if (PassThru)
        {
            WriteObject(variable);
        }
    }
}

[Cmdlet(VerbsCommon.New, "Variable", SupportsShouldProcess = true)]
public sealed class NewVariableCommand : VariableCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string Name { get; set; } = "";

    [Parameter(Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public object? Value { get; set; }

    [Parameter]
    public string Description { get; set; } = "";

    [Parameter]
    public ScopedItemOptions Option { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override void ProcessRecord()
    {
        if (!ShouldProcess($"Name: {Name} Value: {Value}", "New variable"))
        {
            return;
        }
        if (!Force && EngineInternals.FindVariable(SessionState, Name, TargetScope) is not null)
        {
            WriteError(new ErrorRecord(new SessionStateException($"A variable with name '{Name}' already exists."),
                "VariableAlreadyExists", ErrorCategory.ResourceExists, Name));
            return;
        }
        var variable = new PSVariable(Name, Value, Option) { Description = Description };
        EngineInternals.SetVariable(SessionState, variable, TargetScope, Force);
        if (PassThru)
        {
            WriteObject(variable);
        }
    }
}

[Cmdlet(VerbsCommon.Remove, "Variable", SupportsShouldProcess = true)]
public sealed class RemoveVariableCommand : VariableCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string[] Name { get; set; } = [];

    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override void ProcessRecord()
    {
        foreach (var variable in Name.SelectMany(FindOrComplain).Where(variable => ShouldProcess($"Name: {variable.Name}", "Remove variable")))
        {
            EngineInternals.RemoveVariable(SessionState, variable, TargetScope, Force);
        }
    }
}

[Cmdlet(VerbsCommon.Clear, "Variable", SupportsShouldProcess = true)]
public sealed class ClearVariableCommand : VariableCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string[] Name { get; set; } = [];

    protected override void ProcessRecord()
    {
        foreach (var variable in Name.SelectMany(FindOrComplain).Where(variable => ShouldProcess($"Name: {variable.Name}", "Clear variable")))
        {
            variable.Value = null;
        }
    }
}
