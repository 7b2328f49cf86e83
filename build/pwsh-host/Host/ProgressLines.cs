using System.Management.Automation;
using System.Text.Json;

namespace PwshHost.Host;

/// <summary>Progress as one JSON line a record on standard error, when <c>PWSH_HOST_PROGRESS=json</c>; otherwise it is not shown.</summary>
internal static class ProgressLines
{
    private static readonly bool Wanted = Environment.GetEnvironmentVariable("PWSH_HOST_PROGRESS") == "json";

    public static void Write(ProgressRecord record)
    {
        if (!Wanted)
        {
            return;
        }
        var progress = new
        {
            id = record.ActivityId,
            parentId = record.ParentActivityId,
            activity = record.Activity,
            status = record.StatusDescription,
            operation = record.CurrentOperation,
            percent = record.PercentComplete,
            secondsRemaining = record.SecondsRemaining,
            completed = record.RecordType == ProgressRecordType.Completed,
        };
        Console.Error.WriteLine(JsonSerializer.Serialize(new { progress }));
    }
}
