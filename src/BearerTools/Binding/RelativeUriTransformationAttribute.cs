using System.Management.Automation;

namespace BearerTools.Binding;

/// <summary>
/// Keeps the text of an address as written. The engine alone would make <c>/users</c> a file URI (on Linux and macOS), and reject what
/// <see cref="Uri"/> cannot parse before the error can be explained.
/// </summary>
internal sealed class RelativeUriTransformationAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        if (PSValue.Unwrap(inputData) is not string text) return inputData;
        var isAbsolute = text.Contains("://", StringComparison.Ordinal) && Uri.TryCreate(text, UriKind.Absolute, out _);
        return Uri.TryCreate(text, isAbsolute ? UriKind.Absolute : UriKind.Relative, out var address) ? address : inputData;
    }
}
