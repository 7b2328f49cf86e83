using System.Management.Automation;
using System.Reflection;

namespace Microsoft.PowerShell.Commands;

/// <summary>Loads assemblies. There is no compiler in this host, so -TypeDefinition does not exist.</summary>
[Cmdlet(VerbsCommon.Add, "Type", DefaultParameterSetName = "FromPath")]
public sealed class AddTypeCommand : PSCmdlet
{
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "FromPath")]
    public string[] Path { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = "FromAssemblyName"), Alias("AN")]
    public string[] AssemblyName { get; set; } = [];

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override void EndProcessing()
    {
        var loaded = AssemblyName.Select(Load).Concat(Path.SelectMany(path => GetResolvedProviderPathFromPSPath(path, out _)).Select(Assembly.LoadFrom));
        foreach (var assembly in loaded.ToList())
        {
            WriteObject(PassThru ? assembly.GetExportedTypes() : [], enumerateCollection: true);
        }
    }

    private Assembly Load(string name)
    {
        try
        {
            return Assembly.Load(new AssemblyName(name));
        }
        catch (IOException error)
        {
            ThrowTerminatingError(new ErrorRecord(error, "ASSEMBLY_NOT_FOUND", ErrorCategory.ObjectNotFound, name));
            throw;
        }
    }
}
