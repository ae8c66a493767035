using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using BearerTools.Grants;
using BearerTools.Grants.Keys;
using BearerTools.Http.Connecting;
using BearerTools.Security;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Grants;

/// <summary>What the tests of grants have in common: a way to servers, a clock, and secrets made on the spot.</summary>
internal sealed class Workbench : IDisposable
{
    private readonly HttpMessageInvoker _http;

    /// <param name="trusted">The certificate of the servers.</param>
    /// <param name="retries">Whether requests are repeated after transient faults. Then there is no time limit, whose timers a clock would count.</param>
    public Workbench(X509Certificate2? trusted = null, bool retries = false)
    {
        _http = Connect(trusted);
        Backchannel = new OAuthBackchannel(
            _http, Clock, retries ? Timeout.InfiniteTimeSpan : null, key => Connect(trusted, key), retries ? new TransientFaults(() => 0) : null);
        Discovery = new Discovery(Backchannel);
        Rejected = new RejectedLogins(Clock);
    }

    public TestClock Clock { get; } = new();

    public OAuthBackchannel Backchannel { get; }

    public Discovery Discovery { get; }

    public RejectedLogins Rejected { get; }

    /// <summary>Random, with the characters that encodings change.</summary>
    public static string NewSecret() => Convert.ToHexString(RandomNumberGenerator.GetBytes(8)) + "+/=&%\" é" + Convert.ToHexString(RandomNumberGenerator.GetBytes(4));

    public static string NewToken() => "t-" + Convert.ToHexString(RandomNumberGenerator.GetBytes(12));

    /// <summary>A JWT that ends at a time; its signature is noise.</summary>
    public static string NewJwt(DateTimeOffset exp, string subject = "someone")
    {
        static string Part(string json) => Convert.ToBase64String(Encoding.UTF8.GetBytes(json)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        var noise = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        return $"{Part("{\"alg\":\"RS256\"}")}.{Part($"{{\"sub\":\"{subject}\",\"exp\":{exp.ToUnixTimeSeconds()}}}")}.{noise}";
    }

    public static Task<TokenResult> AcquireAsync(ITokenSource source, TokenResult? previous = null) =>
        source.AcquireAsync(new TokenRequestContext { Previous = previous }, CancellationToken.None);

    public static Task<BearerTokenException> FailAsync(ITokenSource source) =>
        Assert.ThrowsAsync<BearerTokenException>(() => AcquireAsync(source));

    public static string AllTextOf(BearerTokenException e) => $"{e} {e.ErrorDescription} {e.Details} {e.NextStep} {e.ErrorUri} {e.Error}";

    public ClientCredentialsSource ClientCredentials(OddServer server, Secret? secret = null, GrantScope? scope = null, string? method = null, string clientId = "ops") =>
        new(Backchannel, Discovery, new OAuthClientOptions
        {
            TokenEndpoint = server.At("/token"),
            ClientId = clientId,
            Secret = SecretReference.To(secret ?? new Secret(NewSecret())),
            AuthenticationMethod = method,
        }, scope ?? new GrantScope());

    private static HttpMessageInvoker Connect(X509Certificate2? trusted, ClientKey? client = null)
    {
        var handler = HttpHandlerFactory.Handler(new HandlerOptions { Certificates = ClientCertificates.Of(client?.Certificate, client?.Chain) });
        handler.UseProxy = false;
        if (trusted is not null) handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => trusted.Equals(certificate);
        return new HttpMessageInvoker(handler);
    }

    public void Dispose() => _http.Dispose();
}
