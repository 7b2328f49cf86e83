using System.Management.Automation;
using System.Runtime.InteropServices;
using System.Security;
using System.Security.Cryptography;
using System.Text;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsData.ConvertTo, "SecureString", DefaultParameterSetName = "Secure")]
public sealed class ConvertToSecureStringCommand : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    public string String { get; set; } = "";

    [Parameter(Position = 1, Mandatory = true, ParameterSetName = "PlainText")]
    public SwitchParameter AsPlainText { get; set; }

    [Parameter(Position = 2, ParameterSetName = "PlainText")]
    public SwitchParameter Force { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "Open")]
    public byte[]? Key { get; set; }

    protected override void ProcessRecord()
    {
        try
        {
            WriteObject(SecureText.From(AsPlainText ? String : EncryptedText.Decrypt(String, Key)));
        }
        catch (Exception error) when (error is CryptographicException or FormatException or IndexOutOfRangeException)
        {
            ThrowTerminatingError(new ErrorRecord(error, "ImportSecureString_InvalidArgument", ErrorCategory.InvalidArgument, null));
        }
    }
}

[Cmdlet(VerbsData.ConvertFrom, "SecureString", DefaultParameterSetName = "Secure")]
public sealed class ConvertFromSecureStringCommand : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    public SecureString SecureString { get; set; } = new();

    [Parameter(ParameterSetName = "AsPlainText")]
    public SwitchParameter AsPlainText { get; set; }

    [Parameter(ParameterSetName = "Open")]
    public byte[]? Key { get; set; }

    protected override void ProcessRecord()
    {
        var text = SecureText.Reveal(SecureString);
        WriteObject(AsPlainText ? text : EncryptedText.Encrypt(text, Key));
    }
}

internal static class SecureText
{
    public static SecureString From(string text)
    {
        var secret = new SecureString();
        foreach (var character in text)
        {
            secret.AppendChar(character);
        }
        secret.MakeReadOnly();
        return secret;
    }

    public static string Reveal(SecureString secret)
    {
        var pointer = Marshal.SecureStringToGlobalAllocUnicode(secret);
        try
        {
            return Marshal.PtrToStringUni(pointer)!;
        }
        finally
        {
            Marshal.ZeroFreeGlobalAllocUnicode(pointer);
        }
    }
}

/// <summary>
/// Text that goes there and back within this host. With a key it is AES; without one it is only encoded, because
/// there is no DPAPI outside Windows (the real PowerShell for Linux does no better). Not compatible with the real format.
/// </summary>
internal static class EncryptedText
{
    private const int VectorLength = 16;

    public static string Encrypt(string text, byte[]? key)
    {
        var plain = Encoding.Unicode.GetBytes(text);
        if (key is null)
        {
            return Convert.ToHexString(plain);
        }
        using var aes = Aes.Create();
        aes.Key = key;
        aes.GenerateIV();
        return Convert.ToHexString([.. aes.IV, .. aes.EncryptCbc(plain, aes.IV)]);
    }

    public static string Decrypt(string text, byte[]? key)
    {
        var bytes = Convert.FromHexString(text);
        if (key is null)
        {
            return Encoding.Unicode.GetString(bytes);
        }
        using var aes = Aes.Create();
        aes.Key = key;
        return Encoding.Unicode.GetString(aes.DecryptCbc(bytes[VectorLength..], bytes[..VectorLength]));
    }
}
