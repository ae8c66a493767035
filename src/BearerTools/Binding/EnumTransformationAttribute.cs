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
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) => PSValue.Unwrap(inputData) switch
    {
        string text when text.Contains(',', StringComparison.Ordinal) => throw NotOne(),
        // The engine's own error lists the values.
        IList list => list.Count == 1 ? Transform(engineIntrinsics, list[0]!) : throw NotOne(),
        T value when !Enum.IsDefined(value) => throw NotOne(),
        _ => inputData,
    };

    private static ArgumentTransformationMetadataException NotOne() => new($"It takes {ValueList.OneOf(Enum.GetNames<T>())}.");
}
