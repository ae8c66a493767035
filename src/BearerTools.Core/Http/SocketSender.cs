using System.Diagnostics;
using BearerTools.Tokens;

namespace BearerTools.Http;

/// <summary>The last step: one message out, one answer's headers in.</summary>
internal sealed class SocketSender(HttpMessageInvoker connections)
{
    private const string AcceptEncoding = "Accept-Encoding";

    /// <param name="recipe">What to send.</param>
    /// <param name="token">What to send along (RFC 6750 section 2.1: in the header, never in the address).</param>
    /// <param name="exchange">The input it is for.</param>
    /// <param name="proof">The proof of the key that the token is bound to (RFC 9449 section 7.1).</param>
    public async Task<Answer> SendAsync(RequestRecipe recipe, AccessToken? token, Exchange exchange, string? proof = null)
    {
        using var message = recipe.ToMessage();
        if (token is not null) message.Headers.TryAddWithoutValidation("Authorization", token.AuthorizationHeader);
        if (proof is not null)
        {
            // The caller's own would make two, and two are as good as none.
            message.Headers.Remove(DPoPKey.Header);
            message.Headers.TryAddWithoutValidation(DPoPKey.Header, proof);
        }

        if (!message.Headers.NonValidated.Contains(AcceptEncoding)) message.Headers.TryAddWithoutValidation(AcceptEncoding, Decompression.Accepted);

        exchange.Attempts++;
        var started = Stopwatch.GetTimestamp();
        try
        {
            var answer = await connections.SendAsync(message, exchange.Cancel).ConfigureAwait(false);
            Decompression.Undo(answer);
            exchange.Say?.Invoke($"{recipe.Method} {RequestAddress.Printable(recipe.Address)}: {(int)answer.StatusCode} after {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms{(token is null ? ", without token" : $", token {token.Fingerprint}")}.");
            return new Answer(answer, recipe);
        }
        catch (Exception e) when (ConnectionTrouble.IsCause(e) || (e is OperationCanceledException && !exchange.Cancel.IsCancellationRequested))
        {
            throw RequestFailure.FromConnection(e, recipe);
        }
    }
}
