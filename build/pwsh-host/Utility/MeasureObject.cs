using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsDiagnostic.Measure, "Object", DefaultParameterSetName = "GenericMeasure")]
public sealed class MeasureObjectCommand : CollectingCommand
{
    [Parameter(Position = 0)]
    public object[]? Property { get; set; }

    [Parameter(ParameterSetName = "GenericMeasure")]
    public SwitchParameter Sum { get; set; }

    [Parameter(ParameterSetName = "GenericMeasure")]
    public SwitchParameter Average { get; set; }

    [Parameter(ParameterSetName = "GenericMeasure")]
    public SwitchParameter Minimum { get; set; }

    [Parameter(ParameterSetName = "GenericMeasure")]
    public SwitchParameter Maximum { get; set; }

    [Parameter(ParameterSetName = "GenericMeasure")]
    public SwitchParameter StandardDeviation { get; set; }

    [Parameter(ParameterSetName = "GenericMeasure")]
    public SwitchParameter AllStats { get; set; }

    [Parameter(ParameterSetName = "TextMeasure")]
    public SwitchParameter Line { get; set; }

    [Parameter(ParameterSetName = "TextMeasure")]
    public SwitchParameter Word { get; set; }

    [Parameter(ParameterSetName = "TextMeasure")]
    public SwitchParameter Character { get; set; }

    protected override void EndProcessing()
    {
        if (Property is null)
        {
            Measure(null, [.. Collected.Select(item => item.BaseObject)]);
            return;
        }
        foreach (var property in PropertyArgument.ParseAll(Property))
        {
            Measure(property.Name, [.. Collected.Select(property.ValueOn).OfType<object>()]);
        }
    }

    private void Measure(string? property, List<object> values)
    {
        if (property is not null && values.Count == 0)
        {
            WriteError(new ErrorRecord(new PSArgumentException($"The property \"{property}\" cannot be found in the input for any objects."),
                "GenericMeasurePropertyNotFound", ErrorCategory.InvalidArgument, null));
        }
        WriteObject(ParameterSetName == "TextMeasure" ? MeasureText(property, values) : MeasureValues(property, values));
    }

    private TextMeasureInfo MeasureText(string? property, List<object> values)
    {
        var texts = values.Select(value => value.ToString() ?? "").ToList();
        return new TextMeasureInfo
        {
            Property = property,
            Lines = Line ? texts.Sum(text => text.Split('\n').Length) : null,
            Words = Word ? texts.Sum(text => text.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries).Length) : null,
            Characters = Character ? texts.Sum(text => text.Length) : null,
        };
    }

    private MeasureInfo MeasureValues(string? property, List<object> values)
    {
        var numbers = Sum || Average || StandardDeviation || AllStats ? Numbers(values) : [];
        var order = new ValueComparer();
        var any = values.Count > 0;
        var least = any && (Minimum || AllStats) ? values.Min(order) : null;
        var greatest = any && (Maximum || AllStats) ? values.Max(order) : null;
        return new GenericMeasureInfo
        {
            Property = property,
            Count = values.Count,
            Sum = Sum || AllStats ? numbers.Sum() : null,
            Average = numbers.Count > 0 && (Average || AllStats) ? numbers.Average() : null,
            StandardDeviation = numbers.Count > 0 && (StandardDeviation || AllStats) ? Deviation(numbers) : null,
            Minimum = AsNumber(least),
            Maximum = AsNumber(greatest),
        };
    }

    /// <summary>Numbers become Double, as in the real cmdlet; dates and text stay what they are.</summary>
    private static object? AsNumber(object? value) =>
        value is not null && value is not DateTime && LanguagePrimitives.TryConvertTo<double>(value, out var number) ? number : value;

    private List<double> Numbers(List<object> values)
    {
        var numbers = new List<double>();
        foreach (var value in values)
        {
            if (LanguagePrimitives.TryConvertTo<double>(value, out var number))
            {
                numbers.Add(number);
            }
            else
            {
                WriteError(new ErrorRecord(new PSInvalidCastException($"Input object \"{value}\" is not numeric."),
                    "NonNumericInputObject", ErrorCategory.InvalidType, value));
            }
        }
        return numbers;
    }

    private static double Deviation(List<double> numbers)
    {
        var mean = numbers.Average();
        return numbers.Count < 2 ? 0 : Math.Sqrt(numbers.Sum(number => (number - mean) * (number - mean)) / (numbers.Count - 1));
    }
}

public abstract class MeasureInfo
{
    public string? Property { get; init; }
}

public sealed class GenericMeasureInfo : MeasureInfo
{
    public int Count { get; init; }
    public double? Average { get; init; }
    public double? Sum { get; init; }
    public object? Maximum { get; init; }
    public object? Minimum { get; init; }
    public double? StandardDeviation { get; init; }
}

public sealed class TextMeasureInfo : MeasureInfo
{
    public int? Lines { get; init; }
    public int? Words { get; init; }
    public int? Characters { get; init; }
}
