using System.Management.Automation;

namespace BearerTools.Binding;

/// <summary>Accepts a TimeSpan, its text, or a number of milliseconds, which the engine would take as ticks of 100 nanoseconds.</summary>
internal sealed class DurationTransformationAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) => PSValue.Unwrap(inputData) switch
    {
        byte or sbyte or short or ushort or int or uint or long or ulong or float or double or decimal =>
            Milliseconds(LanguagePrimitives.ConvertTo<double>(inputData)),
        string text when LanguagePrimitives.TryConvertTo<double>(text, out var count) => Milliseconds(count),
        _ => inputData,
    };

    private static TimeSpan Milliseconds(double count) => count >= 0 && count <= TimeSpan.MaxValue.TotalMilliseconds / 2
        ? TimeSpan.FromMilliseconds(count)
        : throw new ArgumentTransformationMetadataException("It takes a TimeSpan such as 00:00:01, or a number of milliseconds.");
}
