using System.Diagnostics;
using System.Net;
using System.Security;

namespace BearerTools.Security;

/// <summary>
/// A value that is used but never shown. <see cref="LiveSecrets"/> knows every secret in use, so that output can be searched for it in
/// any encoding.
/// </summary>
[DebuggerDisplay("***")]
internal sealed class Secret
{
    private readonly KnownSecret _known;

    public Secret(string value)
    {
        _known = new KnownSecret(value);
        LiveSecrets.Register(_known);
    }

    public bool IsEmpty => _known.Value.Length == 0;

    public static Secret From(SecureString value) => new(new NetworkCredential(string.Empty, value).Password);

    /// <summary>The value, for the code that sends it.</summary>
    public string Reveal() => _known.Value;

    /// <summary>
    /// A new copy each time, which the caller may dispose. SecureString only means "not printed": off Windows it is not encrypted.
    /// </summary>
    public SecureString ToSecureString()
    {
        var copy = new NetworkCredential(string.Empty, _known.Value).SecurePassword;
        copy.MakeReadOnly();
        return copy;
    }

    public override string ToString() => "***";
}
