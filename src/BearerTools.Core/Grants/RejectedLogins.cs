using System.Net;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>
/// The logins that a server rejected, so that the same credentials are not sent again by themselves: many servers
/// lock an account after a few tries. The key names endpoint, client and account; other credentials have another key. One for the process.
/// </summary>
internal sealed class RejectedLogins(TimeProvider time)
{
    private const int MaxLogins = 1000;

    private readonly BoundedDictionary<TokenKey, Rejection> _known = new(MaxLogins);

    /// <summary>Without a time, it is remembered until the user asks for another try.</summary>
    public void Remember(TokenKey login, BearerTokenException rejection, TimeSpan? howLong = null)
    {
        var now = time.GetUtcNow();
        _known.Set(login, new Rejection(now, now + howLong, rejection.Details ?? rejection.ErrorDescription, rejection.StatusCode));
    }

    /// <summary>The user asks to try the same credentials again.</summary>
    public void Forget(TokenKey login) => _known.Remove(login);

    /// <summary>Forgets all: every login may be sent again.</summary>
    public void Clear() => _known.Clear();

    /// <exception cref="BearerTokenException">This login was rejected before.</exception>
    public void Check(TokenKey login, string sender)
    {
        if (!_known.TryGetValue(login, out var rejection)) return;
        if (rejection.Until <= time.GetUtcNow())
        {
            Forget(login);
            return;
        }

        throw new BearerTokenException(
            $"{sender} rejected these credentials at {TimeText.Of(rejection.When)}; they are not sent again by themselves, because that could lock the account.")
        {
            ErrorId = "LoginRejected",
            ErrorDescription = rejection.Words,
            StatusCode = rejection.Status,
            NextStep = "Correct the credentials, or have the same ones sent again: Get-BearerToken with -ForceRefresh, or Update-BearerToken.",
        };
    }

    private sealed record Rejection(DateTimeOffset When, DateTimeOffset? Until, string? Words, HttpStatusCode? Status);
}
