using System.Management.Automation;

namespace BearerTools.Binding;

/// <summary>Accepts a TimeSpan, its text, or a number of seconds, which the engine would take as ticks of 100 nanoseconds.</summary>
internal sealed class LifetimeTransformationAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) => PSValue.Unwrap(inputData) switch
    {
        byte or sbyte or short or ushort or int or uint or long or ulong or float or double or decimal =>
            Seconds(LanguagePrimitives.ConvertTo<double>(inputData)),
        string text when LanguagePrimitives.TryConvertTo<double>(text, out var seconds) => Seconds(seconds),
        TimeSpan span when span < TimeSpan.Zero => throw Invalid(),
        string text when LanguagePrimitives.TryConvertTo<TimeSpan>(text, out var span) && span < TimeSpan.Zero => throw Invalid(),
        _ => inputData,
    };

    private static TimeSpan Seconds(double seconds) => seconds >= 0 && seconds <= TimeSpan.MaxValue.TotalSeconds / 2
        ? TimeSpan.FromSeconds(seconds)
        : throw Invalid();

    private static ArgumentTransformationMetadataException Invalid() =>
        new("It takes a TimeSpan such as 00:10:00, or a number of seconds, and cannot be negative.");
}
