using System.Diagnostics;
using System.Net;
using System.Security;

namespace BearerTools.Security;

/// <summary>
/// A value that is used but never shown. Every living secret is known to <see cref="LiveSecrets"/>, so that text
/// on its way out can be searched for it, in whatever encoding it got there.
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

    /// <summary>The value itself, for the one place that puts it on the wire.</summary>
    public string Reveal() => _known.Value;

    /// <summary>
    /// A new copy each time, so that a caller who disposes it harms nobody.
    /// SecureString means "not printed"; off Windows it is not encrypted.
    /// </summary>
    public SecureString ToSecureString()
    {
        var copy = new NetworkCredential(string.Empty, _known.Value).SecurePassword;
        copy.MakeReadOnly();
        return copy;
    }

    public override string ToString() => "***";
}
