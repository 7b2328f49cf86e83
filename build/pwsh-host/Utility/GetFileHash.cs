using System.Management.Automation;
using System.Security.Cryptography;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsCommon.Get, "FileHash", DefaultParameterSetName = "Path")]
public sealed class GetFileHashCommand : PSCmdlet
{
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipeline = true)]
    public string[] Path { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true), Alias("PSPath", "LP")]
    public string[] LiteralPath { get; set; } = [];

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Stream")]
    public Stream? InputStream { get; set; }

    [Parameter, ValidateSet("SHA1", "SHA256", "SHA384", "SHA512", "MD5")]
    public string Algorithm { get; set; } = "SHA256";

    protected override void ProcessRecord()
    {
        if (InputStream is not null)
        {
            Give(InputStream, null);
        }
        foreach (var path in Path.SelectMany(path => GetResolvedProviderPathFromPSPath(path, out _)).Concat(LiteralPath.Select(GetUnresolvedProviderPathFromPSPath)))
        {
            HashFile(path);
        }
    }

    private void HashFile(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            Give(file, path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            WriteError(new ErrorRecord(error, "FileReadError", ErrorCategory.ReadError, path));
        }
    }

    private void Give(Stream content, string? path)
    {
        var hash = CryptographicOperations.HashData(new HashAlgorithmName(Algorithm), content);
        WriteObject(new FileHashInfo(Algorithm.ToUpperInvariant(), Convert.ToHexString(hash), path));
    }
}

public sealed class FileHashInfo(string algorithm, string hash, string? path)
{
    public string Algorithm { get; } = algorithm;
    public string Hash { get; } = hash;
    public string? Path { get; } = path;
}
