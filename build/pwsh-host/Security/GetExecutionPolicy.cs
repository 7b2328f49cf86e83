using System.Management.Automation;
using ShellPolicy = Microsoft.PowerShell.ExecutionPolicy;

namespace Microsoft.PowerShell.Commands;

/// <summary>There are no execution policies outside Windows: the answer is always Unrestricted.</summary>
[Cmdlet(VerbsCommon.Get, "ExecutionPolicy")]
public sealed class GetExecutionPolicyCommand : PSCmdlet
{
    protected override void EndProcessing() => WriteObject(ShellPolicy.Unrestricted);
}
