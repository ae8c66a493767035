using System.Management.Automation;
using System.Security;

namespace BearerTools.Binding;

/// <summary>
/// Refuses every value of a hidden parameter that only says what to give instead. Without such a parameter, the engine would take the
/// natural name of a secret as the abbreviation of another parameter, whose value is shown and saved.
/// </summary>
/// <param name="instead">What to give instead, in sentences.</param>
internal sealed class RefusedParameterAttribute(string instead) : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) => RefusedValue.Of(new SecureString(), instead);
}
