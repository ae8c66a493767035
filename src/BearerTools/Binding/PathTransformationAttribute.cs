using System.Management.Automation;

namespace BearerTools.Binding;

/// <summary>Refuses values that are no path before the engine makes text of them.</summary>
/// <param name="name">The parameter, for the error.</param>
internal sealed class PathTransformationAttribute(string name) : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        try
        {
            // Text is validated by the parameter itself.
            if (PSValue.Unwrap(inputData) is not string) PathText.Of(inputData, name);
            return inputData;
        }
        catch (BearerRequestException e)
        {
            throw new ArgumentTransformationMetadataException($"{e.Message} {e.NextStep}", e);
        }
    }
}
