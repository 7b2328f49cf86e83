using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Numerics;
using Newtonsoft.Json;

namespace Microsoft.PowerShell.Commands;

/// <summary>Writes any PowerShell value as JSON; what lies deeper than the limit becomes its text.</summary>
internal sealed class PowerShellJsonWriter(JsonTextWriter writer, int maximumDepth, bool enumsAsStrings)
{
    /// <summary>True when something lay deeper than the limit.</summary>
    public bool Truncated { get; private set; }

    public void Write(object? value, int depth)
    {
        var wrapped = value as PSObject;
        // "No output" is wrapped like an object, and means null.
        var plain = wrapped is null ? value : wrapped == AutomationNull.Value ? null : wrapped.BaseObject;
        if (WriteScalar(plain))
        {
            return;
        }
        if (depth > maximumDepth)
        {
            Truncated = true;
            writer.WriteValue(LanguagePrimitives.ConvertTo<string>(value));
        }
        else if (plain is IDictionary table)
        {
            WriteMembers(table.Keys.Cast<object>().Select(key => (key.ToString()!, table[key])), depth);
        }
        else if (plain is IEnumerable items)
        {
            WriteItems(items, depth);
        }
        else
        {
            WriteMembers(Properties(wrapped ?? PSObject.AsPSObject(plain!)), depth);
        }
    }

    private bool WriteScalar(object? value)
    {
        switch (value)
        {
            case null or DBNull:
                writer.WriteNull();
                return true;
            case SwitchParameter flag:
                writer.WriteValue(flag.IsPresent);
                return true;
            case Enum when enumsAsStrings:
                writer.WriteValue(value.ToString());
                return true;
            case Enum number:
                writer.WriteValue(Convert.ChangeType(number, Enum.GetUnderlyingType(number.GetType())));
                return true;
            case string or char or bool or DateTime or DateTimeOffset or Guid or decimal or Uri or BigInteger:
                writer.WriteValue(value);
                return true;
            case Version or ScriptBlock or Type:
                return WriteStructured(value);
            default:
                return WritePrimitive(value);
        }
    }

    /// <summary>Version is an object to the real cmdlet; script blocks and types are only useful as text.</summary>
    private bool WriteStructured(object value)
    {
        if (value is Version)
        {
            return false;
        }
        writer.WriteValue(value.ToString());
        return true;
    }

    private bool WritePrimitive(object value)
    {
        if (value.GetType().IsPrimitive)
        {
            writer.WriteValue(value);
            return true;
        }
        return false;
    }

    private void WriteItems(IEnumerable items, int depth)
    {
        writer.WriteStartArray();
        foreach (var item in items)
        {
            Write(item, depth + 1);
        }
        writer.WriteEndArray();
    }

    private void WriteMembers(IEnumerable<(string Name, object? Value)> members, int depth)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in members)
        {
            writer.WritePropertyName(name);
            Write(value, depth + 1);
        }
        writer.WriteEndObject();
    }

    private static IEnumerable<(string, object?)> Properties(PSObject subject)
    {
        foreach (var property in subject.Properties)
        {
            object? value = null;
            try
            {
                value = property.IsGettable ? property.Value : null;
            }
            catch (GetValueException)
            {
                // A property that cannot be read is null in JSON, as in the real cmdlet.
            }
            yield return (property.Name, value);
        }
    }
}
