using System.Globalization;

namespace BearerTools.Sandbox.Authority;

/// <summary>
/// What the scopes of a token request ask the sandbox to do. Other scopes are granted as they are, except
/// <c>forbidden</c>.
/// </summary>
internal sealed record ScopeDirectives
{
    /// <summary><c>lifetime:2</c>: seconds.</summary>
    public int Lifetime { get; private set; } = 3600;

    /// <summary><c>delay:2000</c>: milliseconds until the response.</summary>
    public int Delay { get; private set; }

    /// <summary><c>refresh</c>: with a refresh token, a new one at every use; <c>refresh:keep</c>: the first one stays.</summary>
    public bool Refresh { get; private set; }

    public bool KeepRefreshToken { get; private set; }

    /// <summary><c>opaque</c>: not a JWT.</summary>
    public bool Opaque { get; private set; }

    /// <summary><c>noexpiry</c>: the response does not say when the token expires (a JWT still does).</summary>
    public bool NoExpiry { get; private set; }

    /// <summary><c>type:mac</c>: the token_type of the response.</summary>
    public string TokenType { get; private set; } = "Bearer";

    /// <summary><c>unbound</c>: a bearer token though a key was proved, as from authorities that do not know DPoP.</summary>
    public bool Unbound { get; private set; }

    /// <summary><c>alg:RS256</c>: how a JWT is signed.</summary>
    public string Algorithm { get; private set; } = SigningKeys.Ec;

    /// <summary>Reads the directives, or says which scope cannot be granted.</summary>
    public static ScopeDirectives? TryRead(string? scope, out string? refused)
    {
        var directives = new ScopeDirectives();
        refused = (scope ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(one => !directives.Take(one));
        return refused is null ? directives : null;
    }

    private bool Take(string scope)
    {
        var colon = scope.IndexOf(':', StringComparison.Ordinal);
        var (name, value) = colon < 0 ? (scope, "") : (scope[..colon], scope[(colon + 1)..]);
        var isNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        switch (name)
        {
            case "lifetime": Lifetime = number; return isNumber;
            case "delay": Delay = number; return isNumber;
            case "refresh": (Refresh, KeepRefreshToken) = (true, value == "keep"); return true;
            case "opaque": return Opaque = true;
            case "unbound": return Unbound = true;
            case "noexpiry": return NoExpiry = true;
            case "type": TokenType = value; return value.Length > 0;
            case "alg": Algorithm = value; return SigningKeys.Algorithms.Contains(value);
            default: return name != "forbidden";
        }
    }
}
