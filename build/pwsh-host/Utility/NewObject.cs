using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsCommon.New, "Object")]
public sealed class NewObjectCommand : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true)]
    public string TypeName { get; set; } = "";

    [Parameter(Position = 1), Alias("Args")]
    public object[] ArgumentList { get; set; } = [];

    [Parameter]
    public IDictionary? Property { get; set; }

    protected override void EndProcessing()
    {
        if (!LanguagePrimitives.TryConvertTo(TypeName, out Type type))
        {
            var error = new PSArgumentException($"Cannot find type [{TypeName}]: verify that the assembly containing this type is loaded.");
            ThrowTerminatingError(new ErrorRecord(error, "TypeNotFound", ErrorCategory.InvalidType, null));
        }
        var isBag = type == typeof(PSObject) || type == typeof(PSCustomObject);
        var created = isBag && ArgumentList.Length == 0 ? new PSObject() : PSObject.AsPSObject(Construct(type));
        SetProperties(created, isBag);
        WriteObject(created);
    }

    /// <summary>Lets the engine choose the constructor; the table keeps a new array from being enumerated.</summary>
    private object Construct(Type type)
    {
        try
        {
            var script = InvokeCommand.NewScriptBlock("param($type, $arguments) @{ Created = $type::new.Invoke($arguments) }");
            var answer = (PSObject)script.InvokeReturnAsIs(type, ArgumentList);
            return ((Hashtable)answer.BaseObject)["Created"]!;
        }
        catch (RuntimeException error)
        {
            ThrowTerminatingError(new ErrorRecord(error.InnerException ?? error, "ConstructorInvokedThrowException", ErrorCategory.InvalidOperation, null));
            throw;
        }
    }

    private void SetProperties(PSObject created, bool mayAdd)
    {
        foreach (DictionaryEntry entry in Property ?? new Hashtable())
        {
            var name = entry.Key.ToString()!;
            if (created.Properties[name] is { } existing)
            {
                existing.Value = entry.Value;
            }
            else if (mayAdd)
            {
                created.Properties.Add(new PSNoteProperty(name, entry.Value));
            }
            else
            {
                var error = new InvalidOperationException($"The member \"{name}\" was not found for the specified {TypeName} object.");
                WriteError(new ErrorRecord(error, "InvalidOperationException", ErrorCategory.InvalidOperation, null));
            }
        }
    }
}
