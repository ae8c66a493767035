namespace BearerTools.Security;

/// <summary>
/// The value of a <see cref="Secret"/>. <see cref="LiveSecrets"/> refers to it weakly, so that a value is known exactly as long as
/// something can still use the secret.
/// </summary>
internal sealed class KnownSecret(string value)
{
    public string Value => value;
}
