using System.Globalization;
using System.Text;
using PwshHost.Engine;
using PwshHost.Host;

namespace PwshHost;

/// <summary>A stand-in for <c>pwsh</c>: Microsoft's engine, our host and our everyday cmdlets. For tests and the demo only.</summary>
internal static class Program
{
    /// <summary>The exit code of a real pwsh when its own arguments are wrong.</summary>
    private const int BadArguments = 64;

    private static int Main(string[] args)
    {
        // Before the engine is touched: it writes ~/.cache/powershell/telemetry.uuid and may call home.
        Environment.SetEnvironmentVariable("POWERSHELL_TELEMETRY_OPTOUT", "1");
        Environment.SetEnvironmentVariable("POWERSHELL_UPDATECHECK", "Off");
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("en-US");
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.CurrentCulture;
        UseUtf8Output();
        if (args is ["-SelfTest"])
        {
            return SelfTest.Run();
        }
        try
        {
            return Session.Run(CommandLine.Parse(args));
        }
        catch (CommandLineException error)
        {
            Console.Error.WriteLine(error.Message);
            return BadArguments;
        }
    }

    private static void UseUtf8Output()
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        Console.SetOut(new StreamWriter(Console.OpenStandardOutput(), utf8) { AutoFlush = true });
        Console.SetError(new StreamWriter(Console.OpenStandardError(), utf8) { AutoFlush = true });
    }
}
