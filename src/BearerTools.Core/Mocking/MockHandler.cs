using BearerTools.Http.Connecting;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Mocking;

/// <summary>
/// Takes the place of the connections to APIs: hands each message to the mock of its origin. Messages to other origins fail, unless they
/// may go to the network.
/// </summary>
/// <param name="mocks">The mocks; of two for one origin, the first answers.</param>
/// <param name="network">The connections for other origins, or <see langword="null"/> if nothing may go there.</param>
internal sealed class MockHandler(IReadOnlyList<ApiMock> mocks, HttpMessageInvoker? network = null) : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var origin = Origin.Of(request.RequestUri!);
        foreach (var mock in mocks)
        {
            if (mock.Origin == origin) return mock.SendAsync(request, (request as ConnectingMessage)?.Events as ISessionThread, cancellationToken);
        }

        return network?.SendAsync(request, cancellationToken) ?? throw MockErrors.Error(
            MockErrors.Unmatched,
            BearerErrorKind.NotFound,
            $"{request.Method} {PrintableAddress.Of(request.RequestUri!)} is for {origin}, which is not mocked. "
                + $"Mocked: {string.Join(", ", mocks.Select(mock => mock.Origin))}.",
            $"Mock it too with Start-BearerMock -BaseUri {origin}, or let requests to other origins through with -AllowNetwork.",
            PrintableAddress.Of(request.RequestUri!));
    }
}
