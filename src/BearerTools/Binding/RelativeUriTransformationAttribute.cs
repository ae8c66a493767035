using System.Collections;
using System.Management.Automation;
using BearerTools.Security;

namespace BearerTools.Binding;

/// <summary>
/// Keeps the text of an address as written. The engine alone would make <c>/users</c> a file URI (on Linux and macOS), and reject what
/// <see cref="Uri"/> cannot parse before the error can be explained.
/// </summary>
internal sealed class RelativeUriTransformationAttribute : ArgumentTransformationAttribute
{
    /// <summary>True for a parameter that takes several addresses from the pipeline.</summary>
    public bool TakesPipeline { get; init; }

    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var value = PSValue.Unwrap(inputData);
        // The engine takes a list with one element for that element, and says nothing of use about others.
        if (TakesPipeline && value is IList list)
        {
            // A list may contain itself.
            if (list.Count != 1 || PSValue.Unwrap(list[0]) is IList) throw Several(list.Count);
            inputData = list[0]!;
            value = PSValue.Unwrap(inputData);
        }

        if (value is not string text)
        {
            CheckText(value);
            return inputData;
        }

        var isAbsolute = text.Contains("://", StringComparison.Ordinal) && AddressParser.TryParse(text, out _);
        if (AddressParser.TryParse(text, isAbsolute ? UriKind.Absolute : UriKind.Relative, out var address)) return address;
        // A name and a colon, as in localhost:8080/x and documents:batchGet, look like a scheme.
        if (AddressParser.TryParse(text, UriKind.RelativeOrAbsolute, out address)) return address;
        // The engine would quote an error of the runtime's parser.
        const string Message = "The address cannot be read: its host name contains an invalid character.";
        throw new ArgumentTransformationMetadataException(Message, new PSInvalidCastException(Message));
    }

    private static ArgumentTransformationMetadataException Several(int count)
    {
        var message = $"{count} addresses are given where one is expected. Pipe them to the command.";
        return new ArgumentTransformationMetadataException(message, new PSInvalidCastException(message));
    }

    /// <summary>
    /// The engine quotes a value that is no address. If its ToString throws, the whole command would end instead of the error being that of
    /// one input.
    /// </summary>
    private static void CheckText(object? value)
    {
        try
        {
            if (value is not (null or Uri or ScriptBlock or PSCustomObject)) _ = value.ToString();
        }
        catch (Exception e)
        {
            // Any other cause would end the command, too.
            throw new ArgumentTransformationMetadataException(
                $"The address cannot be read: {LiveSecrets.Redact(e.Message)}", new PSInvalidCastException(LiveSecrets.Redact(e.Message)));
        }
    }
}
