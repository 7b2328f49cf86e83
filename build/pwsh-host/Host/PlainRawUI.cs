using System.Management.Automation.Host;

namespace PwshHost.Host;

/// <summary>A screen without a screen: a width to format for, and nothing to position, scroll or read keys from.</summary>
internal sealed class PlainRawUI : PSHostRawUserInterface
{
    private const int DefaultWidth = 120;
    private const int Height = 50;

    private static readonly int Width =
        int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), out var columns) && columns > 0 ? columns : DefaultWidth;

    public override ConsoleColor ForegroundColor { get; set; } = ConsoleColor.Gray;
    public override ConsoleColor BackgroundColor { get; set; } = ConsoleColor.Black;
    public override Size BufferSize { get; set; } = new(Width, Height);
    public override Size WindowSize { get; set; } = new(Width, Height);
    public override Size MaxWindowSize => new(Width, Height);
    public override Size MaxPhysicalWindowSize => new(Width, Height);
    public override Coordinates CursorPosition { get; set; }
    public override Coordinates WindowPosition { get; set; }
    public override int CursorSize { get; set; } = 25;
    public override string WindowTitle { get; set; } = "";
    public override bool KeyAvailable => false;

    public override void FlushInputBuffer() { }
    public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) { }
    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) { }
    public override void SetBufferContents(Rectangle rectangle, BufferCell fill) { }
    public override KeyInfo ReadKey(ReadKeyOptions options) => throw NoTerminal();
    public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw NoTerminal();

    private static NotSupportedException NoTerminal() => new("This host has no terminal.");
}
