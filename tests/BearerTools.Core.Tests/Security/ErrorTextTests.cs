using System.Net;
using System.Text;
using System.Security.Cryptography;
using BearerTools.Http;
using BearerTools.Http.Connecting;
using BearerTools.Security;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Security;

public sealed class ErrorTextTests : IDisposable
{
    private readonly Http.Wire _wire = new();

    public void Dispose() => _wire.Dispose();

    [Theory]
    [InlineData("HTTP/1.1 2\u001b[31m {0}\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n\u001b]0;x\u0007{0} y\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nz{0}\u001b[2J\r\n")]
    public async Task Lines_of_a_server_that_are_not_HTTP_neither_steer_a_terminal_nor_repeat_the_token(string response)
    {
        await using var server = new RawServer((_, request) => response.Replace("{0}", Token(request), StringComparison.Ordinal) + "\0");

        var error = await Record.ExceptionAsync(async () =>
        {
            using var received = await _wire.SendAsync(Http.Wire.Get(server.Address));
            var failure = await Record.ExceptionAsync(() => received.Message.Content.ReadAsStringAsync());
            throw RequestFailure.FromConnection(failure!, received.Template);
        });

        var failed = Assert.IsType<BearerRequestException>(error);
        Assert.NotNull(failed.InnerException);
        AssertClean(failed);
    }

    [Fact]
    public async Task A_name_of_a_header_may_be_the_token()
    {
        await using var server = new RawServer((_, request) => $"HTTP/1.1 500 Oops\r\n{Token(request)}: 1\r\nContent-Length: 0\r\n\r\n");

        var error = await _wire.FailAsync(server.Address);

        Assert.Contains(LiveSecrets.Mark, error.Headers.Keys);
        Assert.DoesNotContain(error.Headers.Keys, TestTokens.HoldsSecret);
    }

    [Theory]
    [InlineData("403 Forbidden")]
    [InlineData("407 Proxy Authentication Required")]
    [InlineData("302 Found")]
    public async Task The_password_in_the_address_of_a_proxy_is_nowhere_in_its_error(string status)
    {
        var password = Convert.ToHexString(RandomNumberGenerator.GetBytes(8));
        await using var proxy = new RawServer((_, _) => $"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n\0");
        using var wire = new Http.Wire(connections: new HandlerOptions { Proxy = new ProxyWithPassword(new UriBuilder(proxy.Address) { UserName = "user", Password = password }.Uri) });

        var error = await wire.FailAsync(new Uri("https://api.invalid/"));

        Assert.Equal("ProxyFailed", error.ErrorId);
        Assert.DoesNotContain(password, Http.Wire.AllTextOf(error), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("user:", Http.Wire.AllTextOf(error), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("proxy 'http://user:pw@127.0.0.1:1/' failed", "proxy 'http://…@127.0.0.1:1/' failed")]
    [InlineData("http://user:p@w@host/a@b?c=d@e", "http://…@host/a@b?c=d@e")]
    [InlineData("at https://host/users/me@contoso.com", "at https://host/users/me@contoso.com")]
    [InlineData("mail me@contoso.com, see https://host", "mail me@contoso.com, see https://host")]
    public void User_info_is_removed_from_every_address(string text, string shown) => Assert.Equal(shown, ServerText.Clean(text));

    [Fact]
    public void Passwords_of_the_environments_proxies_are_secrets()
    {
        var password = "p/" + Convert.ToHexString(RandomNumberGenerator.GetBytes(8));
        EnvironmentProxy.RegisterPasswords(name => name == "https_proxy" ? $"http://user:{Uri.EscapeDataString(password)}@127.0.0.1:1" : name == "ALL_PROXY" ? "no@address" : null);

        Assert.Equal("a *** b", LiveSecrets.Redact($"a {password} b"));
        Assert.Equal("a *** b", LiveSecrets.Redact($"a {Uri.EscapeDataString(password)} b"));
    }

    [Fact]
    public void A_cause_without_secrets_is_kept_unchanged()
    {
        var cause = new HttpRequestException(HttpRequestError.ConnectionError, "It is closed.", new IOException("It broke."));

        Assert.Same(cause, new BearerRequestException("No.", cause).InnerException);
    }

    [Fact]
    public void A_cause_that_is_cleaned_still_tells_whether_another_try_helps()
    {
        var cause = new HttpRequestException(HttpRequestError.InvalidResponse, "\u001b[1m", new HttpProtocolException(7, "\u0007", null), HttpStatusCode.BadGateway);

        var cleaned = Assert.IsType<HttpRequestException>(new BearerRequestException("No.", cause).InnerException);

        Assert.Equal((HttpRequestError.InvalidResponse, HttpStatusCode.BadGateway), (cleaned.HttpRequestError, cleaned.StatusCode));
        Assert.Equal(7, Assert.IsType<HttpProtocolException>(cleaned.GetBaseException()).ErrorCode);
        Assert.DoesNotContain('\u001b', cleaned.ToString());
    }

    [Fact]
    public void Of_a_librarys_exception_its_type_and_its_cleaned_text_are_left()
    {
        var cause = new LibraryException("refused\u001b[2J") { ResponseBody = "anything" };

        var cleaned = new BearerTokenException("No.", new AggregateException(cause)).InnerException!;

        Assert.Contains($"{typeof(LibraryException).FullName}: refused[2J", cleaned.ToString(), StringComparison.Ordinal);
        Assert.Null(cleaned.InnerException!.GetType().GetProperty(nameof(LibraryException.ResponseBody)));
    }

    private static string Token(string request) => request.Split("Bearer ")[1].Split('\r')[0];

    private void AssertClean(BearerRequestException error)
    {
        var text = Http.Wire.AllTextOf(error);
        Assert.DoesNotContain(text, letter => char.IsControl(letter) && letter is not ('\r' or '\n'));
        var token = _wire.Tokens.Current!.Value.Reveal();
        Assert.DoesNotContain(token, text, StringComparison.Ordinal);
        Assert.DoesNotContain(BitConverter.ToString(Encoding.UTF8.GetBytes(token)), text, StringComparison.Ordinal);
    }

    private sealed class ProxyWithPassword(Uri address) : IWebProxy
    {
        public ICredentials? Credentials { get; set; }

        public Uri? GetProxy(Uri destination) => address;

        public bool IsBypassed(Uri host) => false;
    }

    private sealed class LibraryException(string message) : Exception(message)
    {
        public string? ResponseBody { get; init; }
    }
}
