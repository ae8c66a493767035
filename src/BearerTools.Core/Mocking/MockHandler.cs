using BearerTools.Http.Connecting;
using BearerTools.Mocking.Recordings;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Mocking;

/// <summary>
/// Takes the place of the connections to APIs: hands each message to the mock of its origin. Messages to other origins fail, unless they
/// may go to the network.
/// </summary>
/// <param name="mocks">The mocks; of two for one origin, the first responds.</param>
/// <param name="recorders">The recorders of origins whose requests are real. They need the network.</param>
/// <param name="network">The connections for them and, if that is allowed, for other origins.</param>
/// <param name="allowsOthers">True if requests to other origins may go to the network.</param>
/// <param name="keepsTokens">True if only the origin of the token, a mock, keeps the requests from the network.</param>
internal sealed class MockHandler(
    IReadOnlyList<ApiMock> mocks, IReadOnlyList<ApiRecorder>? recorders = null, HttpMessageInvoker? network = null,
    bool allowsOthers = false, bool keepsTokens = false)
    : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var origin = Origin.Of(request.RequestUri!);
        var thread = (request as ConnectingMessage)?.Events?.Listener as ISessionThread;
        foreach (var mock in mocks)
        {
            if (mock.Origin == origin) return mock.SendAsync(request, thread, cancellationToken);
        }

        foreach (var recorder in recorders ?? [])
        {
            if (recorder.Origin == origin) return recorder.SendAsync(request, network!, cancellationToken);
        }

        return allowsOthers ? network!.SendAsync(request, cancellationToken) : throw MockErrors.Error(
            MockErrors.Unmatched,
            BearerErrorKind.NotFound,
            $"{request.Method} {PrintableAddress.Of(request.RequestUri!)} is for {origin}, which is not mocked. "
                + $"Mocked: {string.Join(", ", Origins().Distinct())}.",
            keepsTokens
                ? $"The token is from a mock and is not sent to {origin}, also not with -AllowNetwork. Mock the origin too with "
                    + $"Start-BearerMock -BaseUri {origin}, or connect with -BaseUri {origin}."
                : $"Mock it too with Start-BearerMock -BaseUri {origin}, or let requests to other origins through with -AllowNetwork "
                    + "(on each mock that is active).",
            PrintableAddress.Of(request.RequestUri!));
    }

    private IEnumerable<Origin> Origins() =>
        mocks.Select(mock => mock.Origin).Concat((recorders ?? []).Select(recorder => recorder.Origin));
}
