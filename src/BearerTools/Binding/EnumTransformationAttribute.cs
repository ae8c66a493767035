using System.Collections;
using System.Management.Automation;

namespace BearerTools.Binding;

/// <summary>
/// Accepts one value of an enumeration. The engine combines several into one number, which is another value: <c>Keyring,File</c> would be
/// <c>Pass</c>.
/// </summary>
internal sealed class EnumTransformationAttribute<T> : ArgumentTransformationAttribute
    where T : struct, Enum
{
    /// <summary>What to do if another value is needed; <see langword="null"/> if the engine's own error says enough.</summary>
    public string? Otherwise { get; init; }

    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) => PSValue.Unwrap(inputData) switch
    {
        string text when text.Contains(',', StringComparison.Ordinal) => throw NotOne(),
        // The engine's own error lists the values.
        IList list => list.Count == 1 && PSValue.Unwrap(list[0]) is not IList ? Transform(engineIntrinsics, list[0]!) : throw NotOne(),
        T value when !Enum.IsDefined(value) => throw NotOne(),
        // The engine converts it to the value 0.
        PSCustomObject => throw NotOne(),
        T => inputData,
        // Another enumeration has other numbers for the same names.
        Enum or HttpMethod => Transform(engineIntrinsics, inputData.ToString()!),
        string text when Otherwise is not null && !IsName(text) => throw NotOne(),
        not string when Otherwise is not null => throw NotOne(),
        _ => inputData,
    };

    /// <summary>The engine also takes the beginning of a name.</summary>
    private static bool IsName(string text) => !string.IsNullOrWhiteSpace(text)
        && Enum.GetNames<T>().Any(name => name.StartsWith(text.Trim(), StringComparison.OrdinalIgnoreCase));

    private ArgumentTransformationMetadataException NotOne() =>
        new($"It takes {ValueList.OneOf(Enum.GetNames<T>())}.{(Otherwise is null ? string.Empty : $" {Otherwise}")}");
}
