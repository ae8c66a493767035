using System.Net;
using BearerTools.Tokens;

namespace BearerTools.Http;

/// <summary>
/// Sends a token that is bound to a key, with a proof of the key for each attempt (RFC 9449 section 7). When the API wants
/// a nonce in it that was not there, that is no rejection of the token: the request is sent again with it.
/// </summary>
internal static class DPoPSender
{
    public static async Task<Answer> SendAsync(SocketSender socket, RequestRecipe recipe, AccessToken token, DPoPKey key, Exchange exchange)
    {
        for (var retries = 0; ; retries++)
        {
            string? nonce = null;
            var answer = await socket.SendAsync(recipe, token, exchange, Prove).ConfigureAwait(false);
            var given = key.ApiNonces.Take(recipe.Address, answer.Message.Headers);
            if (answer.Status != HttpStatusCode.Unauthorized || !Challenge.WantsNonce(answer.Message)) return answer;
            if (given is null || given == nonce || retries == DPoPKey.MostNonceRetries) return answer;

            answer.Dispose();
            if (recipe.Body is { CanReplay: false }) throw NotReplayable(recipe);
            exchange.Say?.Invoke("The API wants its nonce in the proof of the key; sending again with it.");

            string Prove() => key.Prove(recipe.Method.Method, recipe.Address, nonce = key.ApiNonces.Of(recipe.Address), token);
        }
    }

    private static BearerRequestException NotReplayable(RequestRecipe recipe) =>
        new("The API wants its nonce in the proof of the key, and the body, a stream that cannot be wound back, has already been sent.", HttpStatusCode.Unauthorized)
        {
            ErrorId = "BodyNotReplayable",
            Kind = BearerErrorKind.Authentication,
            Address = RequestAddress.Printable(recipe.Address),
            NextStep = "Send it again: the nonce is known now. Or give the body as text, bytes or a file.",
        };
}
