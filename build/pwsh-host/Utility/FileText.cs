using System.Management.Automation;
using System.Text;

namespace Microsoft.PowerShell.Commands;

/// <summary>Opening text files the way every writing cmdlet does, with its error ids.</summary>
internal static class FileText
{
    public static StreamWriter OpenWrite(PSCmdlet cmdlet, string path, Encoding encoding, bool append, bool noClobber)
    {
        try
        {
            var mode = append ? FileMode.Append : noClobber ? FileMode.CreateNew : FileMode.Create;
            return new StreamWriter(new FileStream(path, mode, FileAccess.Write, FileShare.Read), encoding);
        }
        catch (IOException error) when (noClobber && File.Exists(path))
        {
            cmdlet.ThrowTerminatingError(new ErrorRecord(error, "NoClobber", ErrorCategory.ResourceExists, path));
            throw;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            cmdlet.ThrowTerminatingError(new ErrorRecord(error, "FileOpenFailure", ErrorCategory.OpenError, path));
            throw;
        }
    }
}
