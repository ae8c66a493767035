using System.Globalization;
using BearerTools.Composition;
using BearerTools.Diagnostics;
using BearerTools.Grants;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Checks;

/// <summary>The steps from the authority's metadata to the form of the header.</summary>
/// <param name="steps">The checklist.</param>
/// <param name="connection">The connection.</param>
/// <param name="events">Receives diagnostic events.</param>
internal sealed class IdentityChecks(CheckSteps steps, Connection connection, IEventSink events)
{
    private const int MaxShown = 5;

    private readonly TimeProvider _time = connection.Services.Time;

    /// <summary>Reads the authority's metadata, if the flow uses it.</summary>
    /// <returns>False if that failed.</returns>
    public async Task<bool> DiscoverAsync(CancellationToken cancel)
    {
        var begun = _time.GetTimestamp();
        try
        {
            if (connection.IsMocked || connection.Tokens.Source.Authority is not { } authority
                || await authority.DiscoverAsync(events, cancel).ConfigureAwait(false) is not { } endpoint)
            {
                steps.Skip(CheckSteps.Discovery, "this flow needs none");
                return true;
            }

            var issuer = connection.Tokens.Source.Metadata.Authority;
            steps.Pass(
                CheckSteps.Discovery,
                $"{ServerText.Clean(issuer ?? string.Empty, 200)} has metadata",
                _time.GetElapsedTime(begun),
                new Dictionary<string, object?> { ["Issuer"] = issuer, ["TokenEndpoint"] = OAuthBackchannel.Show(endpoint) });
            return true;
        }
        catch (BearerTokenException e)
        {
            steps.Fail(CheckSteps.Discovery, e);
            return false;
        }
    }

    /// <summary>Gets the token as a request would: from the cache, renewed, or new. Never prompts the user.</summary>
    /// <returns><see langword="null"/> if there is none.</returns>
    public async Task<AccessToken?> GetTokenAsync(CancellationToken cancel)
    {
        var begun = _time.GetTimestamp();
        var before = connection.Tokens.Current?.Fingerprint;
        AccessToken token;
        try
        {
            token = await connection.Tokens.GetAsync(new TokenRequestContext { Events = events }, cancel).ConfigureAwait(false);
        }
        catch (BearerTokenException e)
        {
            steps.Fail(CheckSteps.Token, e);
            return null;
        }

        Describe(token, isNew: token.Fingerprint != before, _time.GetElapsedTime(begun));
        return token;
    }

    /// <summary>Shows what the token contains and how it is sent. Whether that is right is known only when the API has responded.</summary>
    public void Describe(AccessToken token, bool isNew, TimeSpan duration)
    {
        var now = _time.GetUtcNow();
        var content = TokenContent.Of(token);
        var origin = token.Flow == GivenTokenSource.Flow ? "given" : isNew ? "new" : "cached";
        var expiry = token.ExpiresOn is not { } end ? "no expiry time"
            : end > now ? $"expires in {TimeText.Span(end - now)}" : $"expired at {TimeText.Of(end)}";
        var details = new Dictionary<string, object?>
        {
            ["Fingerprint"] = token.Fingerprint,
            ["TokenType"] = token.TokenType,
            ["ExpiresOn"] = token.ExpiresOn,
            ["Account"] = token.Account,
            ["ClientId"] = token.ClientId,
            ["Issuer"] = Jwt.Text(token.Claims, "iss") is { } issuer ? ServerText.Clean(issuer, 200) : token.Authority,
        };
        steps.Pass(CheckSteps.Token, $"{token.Fingerprint}, {origin}, {expiry}", duration, details);
        if (new TokenRequirements().Unmet(content, now) is [var reason, ..])
        {
            steps.Fail(
                CheckSteps.Token,
                $"{token.Fingerprint}: {reason}",
                $"The token {token.Fingerprint} is not valid. {reason}",
                connection.Tokens.CanRenew
                    ? "Get a new one: Update-BearerToken. If that is not valid either, check this machine's clock."
                    : "Get a new one and pass that, or connect again with Connect-BearerApi.",
                "TokenExpired");
            return;
        }

        AddAudience(content);
        AddScopes(content);
        steps.Pass(
            CheckSteps.Header,
            connection.Placement.Shown(token.TokenType),
            details: new Dictionary<string, object?> { ["SentAs"] = connection.Placement.Shown(token.TokenType) });
    }

    private void AddAudience(TokenContent content)
    {
        if (content.Audiences is { Count: > 0 } audiences)
            steps.Pass(
                CheckSteps.Audience, List(audiences), details: new Dictionary<string, object?> { ["Audience"] = Cleaned(audiences) });
        else steps.Skip(CheckSteps.Audience, "the token does not show it");
    }

    private void AddScopes(TokenContent content)
    {
        var roles = Jwt.Texts(content.Claims, "roles") ?? [];
        if (content.Scopes.Count + roles.Length == 0)
        {
            steps.Skip(CheckSteps.Scopes, "the token shows none");
            return;
        }

        steps.Pass(
            CheckSteps.Scopes,
            roles.Length == 0 ? List(content.Scopes)
                : content.Scopes.Count == 0 ? $"roles {List(roles)}" : $"{List(content.Scopes)}; roles {List(roles)}",
            details: new Dictionary<string, object?> { ["Scopes"] = Cleaned(content.Scopes), ["Roles"] = Cleaned(roles) });
    }

    private static string[] Cleaned(IEnumerable<string> texts) => [.. texts.Select(text => ServerText.Clean(text, 200))];

    private static string List(IReadOnlyCollection<string> texts) => string.Join(", ", Cleaned(texts.Take(MaxShown)))
        + (texts.Count > MaxShown ? string.Create(CultureInfo.InvariantCulture, $" and {texts.Count - MaxShown} more") : string.Empty);
}
