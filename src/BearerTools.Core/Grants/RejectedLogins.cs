using System.Net;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>
/// Remembers rejected logins of the process, so that the same credentials are not sent again automatically: many servers
/// lock an account after a few attempts. The key contains endpoint, client and account; other credentials have another key.
/// </summary>
internal sealed class RejectedLogins(TimeProvider time)
{
    private const int MaxLogins = 1000;

    private readonly BoundedDictionary<TokenKey, Rejection> _known = new(MaxLogins);

    /// <summary>Records a rejection; without a time limit, until the user asks to try again.</summary>
    public void Remember(TokenKey login, BearerTokenException rejection, TimeSpan? duration = null)
    {
        var now = time.GetUtcNow();
        _known.Set(login, new Rejection(now, now + duration, rejection.Details ?? rejection.ErrorDescription, rejection.StatusCode));
    }

    /// <summary>Removes a rejection, because the user asks to try the same credentials again.</summary>
    public void Forget(TokenKey login) => _known.Remove(login);

    /// <summary>Removes all rejections.</summary>
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
            $"{sender} rejected these credentials at {TimeText.Of(rejection.When)}; they are not sent again automatically, because that "
                + "could lock the account.")
        {
            ErrorId = "LoginRejected",
            ErrorDescription = rejection.Message,
            StatusCode = rejection.Status,
            NextStep = "Correct the credentials, or send the same ones again with Get-BearerToken -ForceRefresh or Update-BearerToken.",
        };
    }

    private sealed record Rejection(DateTimeOffset When, DateTimeOffset? Until, string? Message, HttpStatusCode? Status);
}
