using System.Globalization;
using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsCommon.Get, "Date", DefaultParameterSetName = "DateAndFormat")]
public sealed class GetDateCommand : PSCmdlet
{
    [Parameter(Position = 0, ValueFromPipeline = true, ParameterSetName = "DateAndFormat"), Alias("LastWriteTime")]
    public DateTime? Date { get; set; }

    [Parameter(ParameterSetName = "UnixTimeSecondsAndFormat", Mandatory = true), Alias("UnixTime")]
    public long UnixTimeSeconds { get; set; }

    [Parameter]
    public int? Year { get; set; }

    [Parameter]
    public int? Month { get; set; }

    [Parameter]
    public int? Day { get; set; }

    [Parameter]
    public int? Hour { get; set; }

    [Parameter]
    public int? Minute { get; set; }

    [Parameter]
    public int? Second { get; set; }

    [Parameter]
    public int? Millisecond { get; set; }

    [Parameter]
    public string? Format { get; set; }

    [Parameter]
    public SwitchParameter AsUTC { get; set; }

    protected override void ProcessRecord()
    {
        var moment = WithParts(Start());
        moment = AsUTC ? moment.ToUniversalTime() : moment;
        WriteObject(Format is null ? moment : Formatted(moment, Format));
    }

    private DateTime Start() => ParameterSetName == "UnixTimeSecondsAndFormat"
        ? DateTimeOffset.FromUnixTimeSeconds(UnixTimeSeconds).LocalDateTime
        : Date ?? DateTime.Now;

    private DateTime WithParts(DateTime start)
    {
        var date = new DateTime(Year ?? start.Year, Month ?? start.Month, Day ?? start.Day, Hour ?? start.Hour, Minute ?? start.Minute, Second ?? start.Second, start.Kind);
        return Millisecond is { } exact ? date.AddMilliseconds(exact) : date.AddTicks(start.Ticks % TimeSpan.TicksPerSecond);
    }

    private static string Formatted(DateTime moment, string format) => format.ToUpperInvariant() switch
    {
        "FILEDATE" => moment.ToString("yyyyMMdd", CultureInfo.InvariantCulture),
        "FILEDATETIME" => moment.ToString("yyyyMMdd'T'HHmmssffff", CultureInfo.InvariantCulture),
        "FILEDATEUNIVERSAL" => moment.ToUniversalTime().ToString("yyyyMMdd'Z'", CultureInfo.InvariantCulture),
        "FILEDATETIMEUNIVERSAL" => moment.ToUniversalTime().ToString("yyyyMMdd'T'HHmmssffff'Z'", CultureInfo.InvariantCulture),
        _ => moment.ToString(format, CultureInfo.CurrentCulture),
    };
}

[Cmdlet(VerbsCommon.New, "TimeSpan", DefaultParameterSetName = "Date")]
public sealed class NewTimeSpanCommand : PSCmdlet
{
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Date"), Alias("LastWriteTime")]
    public DateTime? Start { get; set; }

    [Parameter(Position = 1, ParameterSetName = "Date")]
    public DateTime? End { get; set; }

    [Parameter(ParameterSetName = "Time")]
    public int Days { get; set; }

    [Parameter(ParameterSetName = "Time")]
    public int Hours { get; set; }

    [Parameter(ParameterSetName = "Time")]
    public int Minutes { get; set; }

    [Parameter(ParameterSetName = "Time")]
    public int Seconds { get; set; }

    [Parameter(ParameterSetName = "Time")]
    public int Milliseconds { get; set; }

    protected override void ProcessRecord()
    {
        var now = DateTime.Now;
        WriteObject(ParameterSetName == "Time"
            ? new TimeSpan(Days, Hours, Minutes, Seconds, Milliseconds)
            : (End ?? now) - (Start ?? now));
    }
}
