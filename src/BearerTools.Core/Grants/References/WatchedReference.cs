using BearerTools.Security;

namespace BearerTools.Grants.References;

/// <summary>
/// A reference of a profile, with the value that identifies its token. If the place contains another value by the time that a command
/// names the profile, the profile needs another source: the token may be that of another user.
/// </summary>
internal sealed class WatchedReference
{
    private readonly SecretReference _reference;
    private readonly bool _namesUser;
    private readonly Secret? _first;
    private Secret? _output;

    /// <param name="reference">The reference, before the source reads it.</param>
    /// <param name="namesUser">True for a token, or another secret that says who the user is: a program is run again for it.</param>
    public WatchedReference(SecretReference reference, bool namesUser)
    {
        _reference = reference;
        _namesUser = namesUser;
        _first = reference.IsSlow ? null : reference.ReadIfPresent();
    }

    /// <summary>
    /// Reads the place again. A program is run on this thread, unless none of its output has been used. A vault is not read: its secrets
    /// are known until the token cache is cleared.
    /// </summary>
    /// <exception cref="BearerTokenException">The program failed.</exception>
    public bool HasChanged()
    {
        if (!_reference.IsSlow) return !_first.IsSame(_reference.ReadIfPresent());
        if (!_namesUser || _reference.Output is not { } last) return false;
        _output = _reference.ReadProgram();
        return !last.IsSame(_output);
    }

    /// <summary>Uses what the program of the profile's earlier source has just returned, so that it is not run a second time.</summary>
    public void TakeOver(IEnumerable<WatchedReference> earlier)
    {
        if (earlier.FirstOrDefault(other => other._reference.Text == _reference.Text)?._output is { } output) _reference.Keep(output);
    }
}

/// <summary>Compares values of secrets.</summary>
internal static class WatchedSecret
{
    public static bool IsSame(this Secret? secret, Secret? other) =>
        string.Equals(secret?.Reveal(), other?.Reveal(), StringComparison.Ordinal);
}
