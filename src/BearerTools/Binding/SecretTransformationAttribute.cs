using System.Management.Automation;
using System.Security;

namespace BearerTools.Binding;

/// <summary>
/// Accepts a SecureString, and explains what to give instead of anything else. The engine's own error would quote the value, which may be
/// the secret.
/// </summary>
/// <param name="reference">The parameter that takes a reference to the secret, with a sample value.</param>
internal sealed class SecretTransformationAttribute(string reference) : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) => PSValue.Unwrap(inputData) switch
    {
        null or SecureString => inputData,
        string => Refuse(
            "A secret cannot be given as plain text, because it would be stored in history and logs. "
                + $"Pass a SecureString (Read-Host -AsSecureString, Get-Secret), or a reference: {reference}."),
        var other => Refuse(
            $"It takes a SecureString (Read-Host -AsSecureString, Get-Secret), not a value of type {other.GetType().Name}. "
                + $"To refer to a stored secret, use {reference}."),
    };

    /// <summary>The command refuses it when it runs.</summary>
    private static object Refuse(string why) => RefusedValue.Of(new SecureString(), why);
}
