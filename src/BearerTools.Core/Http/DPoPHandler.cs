using System.Net;
using BearerTools.Diagnostics;
using BearerTools.Diagnostics.Tracing;
using BearerTools.Tokens;

namespace BearerTools.Http;

/// <summary>
/// Sends a key-bound token with a fresh proof for each attempt (RFC 9449 section 7). When the API asks for a nonce that the proof
/// lacked, the token is not rejected: the request is sent again with the nonce.
/// </summary>
internal static class DPoPHandler
{
    public static async Task<ApiResponse> SendAsync(
        SocketHandler socket, RequestTemplate template, AccessToken token, DPoPKey key, RequestContext context)
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
            context.Reason = SendReason.Nonce;
            if (context.Events.IsEnabled(EventLevel.Verbose)) context.Events.Write(new ApiNonceRequired());

            string Prove() => key.Prove(template.Method.Method, template.Address, nonce = key.ApiNonces.Of(template.Address), token);
        }
    }

    private static BearerRequestException NotReplayable(RequestTemplate template) =>
        new(
            "The API requires its nonce in the DPoP proof, and the body, a stream that cannot be rewound, has already been sent.",
            HttpStatusCode.Unauthorized)
        {
            ErrorId = "BodyNotReplayable",
            Kind = BearerErrorKind.Authentication,
            Address = RequestAddress.Printable(template.Address),
            NextStep = "Send the request again: the nonce is known now. Or pass the body as text, bytes or a file.",
        };
}
