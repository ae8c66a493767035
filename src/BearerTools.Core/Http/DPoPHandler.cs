using System.Net;
using BearerTools.Diagnostics;
using BearerTools.Tokens;

namespace BearerTools.Http;

/// <summary>
/// Sends a token that is bound to a key, with a proof of the key for each attempt (RFC 9449 section 7). When the API wants
/// a nonce in it that was not there, that is no rejection of the token: the request is sent again with it.
/// </summary>
internal static class DPoPHandler
{
    public static async Task<ApiResponse> SendAsync(SocketHandler socket, RequestTemplate template, AccessToken token, DPoPKey key, RequestContext context)
    {
        for (var retries = 0; ; retries++)
        {
            string? nonce = null;
            var response = await socket.SendAsync(template, token, context, Prove).ConfigureAwait(false);
            var given = key.ApiNonces.Take(template.Address, response.Message.Headers);
            if (response.Status != HttpStatusCode.Unauthorized || !Challenge.WantsNonce(response.Message)) return response;
            if (given is null || given == nonce || retries == DPoPKey.MaxNonceRetries) return response;

            response.Dispose();
            if (template.Body is { CanReplay: false }) throw NotReplayable(template);
            if (context.Events.IsEnabled(EventLevel.Verbose)) context.Events.Write(new ApiNonceRequired());

            string Prove() => key.Prove(template.Method.Method, template.Address, nonce = key.ApiNonces.Of(template.Address), token);
        }
    }

    private static BearerRequestException NotReplayable(RequestTemplate template) =>
        new("The API wants its nonce in the proof of the key, and the body, a stream that cannot be wound back, has already been sent.", HttpStatusCode.Unauthorized)
        {
            ErrorId = "BodyNotReplayable",
            Kind = BearerErrorKind.Authentication,
            Address = RequestAddress.Printable(template.Address),
            NextStep = "Send it again: the nonce is known now. Or give the body as text, bytes or a file.",
        };
}
