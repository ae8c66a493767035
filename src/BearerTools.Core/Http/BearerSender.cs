using System.Net;
using BearerTools.Tokens;

namespace BearerTools.Http;

/// <summary>
/// Sends the token where it belongs and nowhere else, and renews it once when the API rejects it. However many requests
/// are rejected with one token, one new token is asked for, and each of them is sent once more.
/// </summary>
internal sealed class BearerSender(SocketSender socket, TokenEntry tokens, bool allowUnencrypted) : IRequestSender
{
    /// <summary>Where it was found that the token may go: it may go there for good.</summary>
    private volatile AdmittedOrigin? _admitted;

    public async Task<Answer> SendAsync(RequestRecipe recipe, Exchange exchange)
    {
        if (!recipe.CarriesToken) return await socket.SendAsync(recipe, null, exchange).ConfigureAwait(false);
        if (_admitted?.Origin != recipe.Origin) CheckOrigin(recipe);

        var token = await tokens.GetAsync(exchange.Say, exchange.Cancel).ConfigureAwait(false);
        var answer = await SendAsync(recipe, token, exchange).ConfigureAwait(false);
        if (answer.Status != HttpStatusCode.Unauthorized)
        {
            tokens.Accepted(token);
            return answer;
        }

        if (!tokens.CanRenew || !Challenge.AsksForAnotherToken(answer.Message, token.TokenType)) return answer;
        return await ReplayAsync(recipe, token, answer, exchange).ConfigureAwait(false);
    }

    private Task<Answer> SendAsync(RequestRecipe recipe, AccessToken token, Exchange exchange) => token.ProofKey is { } key
        ? DPoPSender.SendAsync(socket, recipe, token, key, exchange)
        : socket.SendAsync(recipe, token, exchange);

    private async Task<Answer> ReplayAsync(RequestRecipe recipe, AccessToken rejected, Answer rejection, Exchange exchange)
    {
        if (recipe.Body is { CanReplay: false })
        {
            rejection.Dispose();
            throw new BearerRequestException("The API rejected the token, and the body, a stream that cannot be wound back, has already been sent.", HttpStatusCode.Unauthorized)
            {
                ErrorId = "BodyNotReplayable",
                Kind = BearerErrorKind.Authentication,
                Address = RequestAddress.Printable(recipe.Address),
                NextStep = "Run Update-BearerToken and send it again, or give the body as text, bytes or a file.",
            };
        }

        AccessToken? replacement;
        try
        {
            var claims = Challenge.Claims(rejection.Message, rejected.TokenType);
            exchange.Say?.Invoke($"Token {rejected.Fingerprint} was rejected{(claims is null ? string.Empty : ": the API wants one that has certain claims")}.");
            replacement = await tokens.ReplaceAsync(rejected, exchange.Say, exchange.Cancel, claims).ConfigureAwait(false);
        }
        catch
        {
            rejection.Dispose();
            throw;
        }

        if (replacement is null) return rejection;
        rejection.Dispose();
        var answer = await SendAsync(recipe, replacement, exchange).ConfigureAwait(false);
        if (answer.Status != HttpStatusCode.Unauthorized) tokens.Accepted(replacement);
        return answer;
    }

    private void CheckOrigin(RequestRecipe recipe)
    {
        var origin = recipe.Origin;
        if (!origin.IsSafe && !allowUnencrypted)
        {
            throw new BearerRequestException($"The token is not sent to {origin}: without https anyone on the way can read it.")
            {
                ErrorId = "UnencryptedAuthentication",
                Kind = BearerErrorKind.Security,
                Address = RequestAddress.Printable(recipe.Address),
                NextStep = "Use https, or take the risk with -AllowUnencryptedAuthentication.",
            };
        }

        if (!tokens.Origins.Admits(origin))
        {
            throw new BearerRequestException($"The token is for {string.Join(", ", tokens.Origins.Allowed)} and is not sent to {origin}.")
            {
                ErrorId = "OriginNotAllowed",
                Kind = BearerErrorKind.Security,
                Address = RequestAddress.Printable(recipe.Address),
                NextStep = $"If it may go there too, say so with -AllowedOrigin {origin} on Get-BearerToken.",
            };
        }

        _admitted = new AdmittedOrigin(origin);
    }

    /// <summary>Read and written in one go, as several requests do at once.</summary>
    private sealed record AdmittedOrigin(Origin Origin);
}
