using System.Management.Automation;

namespace BearerTools.Binding;

/// <summary>Accepts a TimeSpan, its text, or a number of seconds, which the engine would take as ticks of 100 nanoseconds.</summary>
internal sealed class LifetimeTransformationAttribute : ArgumentTransformationAttribute
{
    private const string Expected = "It takes a TimeSpan such as 00:10:00, or a number of seconds, and cannot be negative.";

    /// <summary>True if the command itself refuses anything else, after it has begun (<see cref="RefusedValue"/>).</summary>
    public bool IsCheckedWhenRun { get; set; }

    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) => PSValue.Unwrap(inputData) switch
    {
        byte or sbyte or short or ushort or int or uint or long or ulong or float or double or decimal =>
            Seconds(LanguagePrimitives.ConvertTo<double>(inputData)),
        string text when LanguagePrimitives.TryConvertTo<double>(text, out var seconds) => Seconds(seconds),
        { } other when IsCheckedWhenRun && !LanguagePrimitives.TryConvertTo<TimeSpan>(other, out _) => Refuse(),
        TimeSpan span when span < TimeSpan.Zero => Refuse(),
        string text when LanguagePrimitives.TryConvertTo<TimeSpan>(text, out var span) && span < TimeSpan.Zero => Refuse(),
        _ => inputData,
    };

    private object Seconds(double seconds) => seconds >= 0 && seconds <= TimeSpan.MaxValue.TotalSeconds / 2
        ? TimeSpan.FromSeconds(seconds)
        : Refuse();

    private object Refuse() =>
        IsCheckedWhenRun ? RefusedValue.Of(TimeSpan.Zero, Expected) : throw new ArgumentTransformationMetadataException(Expected);
}
