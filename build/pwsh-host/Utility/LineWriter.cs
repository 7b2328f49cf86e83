using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Text;

namespace Microsoft.PowerShell.Commands;

/// <summary>Hands each finished line on, without the escapes that the formatter puts into headers.</summary>
internal sealed class LineWriter(Action<string> take) : TextWriter
{
    private readonly StringBuilder line = new();

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value)
    {
        if (value == '\n')
        {
            EndLine();
        }
        else if (value != '\r')
        {
            line.Append(value);
        }
    }

    public override void WriteLine(string? value)
    {
        Write(value);
        EndLine();
    }

    protected override void Dispose(bool disposing)
    {
        if (line.Length > 0)
        {
            EndLine();
        }
        base.Dispose(disposing);
    }

    private void EndLine()
    {
        take(new StringDecorated(line.ToString()).ToString(OutputRendering.PlainText));
        line.Clear();
    }
}
