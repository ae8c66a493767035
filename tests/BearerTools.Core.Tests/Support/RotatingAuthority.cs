using BearerTools.Composition;
using BearerTools.Diagnostics;
using BearerTools.Security;
using BearerTools.Storage;
using BearerTools.StoreProbe;
using Microsoft.AspNetCore.Http;

namespace BearerTools.Tests.Support;

/// <summary>
/// An authority with one login, whose refresh token changes at each use. If an old one is used again, it takes it as stolen and ends the
/// login, as RFC 9700 section 4.14.2 says.
/// </summary>
internal sealed class RotatingAuthority : IAsyncDisposable
{
    private static readonly TimeSpan s_work = TimeSpan.FromMilliseconds(5);

    private readonly object _gate = new();
    private OddServer? _server;
    private string _current = TestTokens.TokenText();
    private string? _previous;
    private (string Access, string Refresh) _last;
    private bool _isRevoked;

    /// <summary>
    /// True to return the last response again if the refresh token before the current one comes, as authorities do that tolerate lost
    /// responses.
    /// </summary>
    public bool ToleratesLostResponses { get; init; }

    public int LifetimeSeconds { get; init; } = 3600;

    /// <summary>Called before a request is looked at.</summary>
    public Func<Task> Before { get; set; } = () => Task.CompletedTask;

    public Uri Endpoint => _server!.At("/token");

    /// <summary>Number of refresh tokens that were exchanged.</summary>
    public int Refreshes { get; private set; }

    /// <summary>Number of times that a refresh token came that had been exchanged before.</summary>
    public int Reuses { get; private set; }

    public static async Task<RotatingAuthority> StartAsync(bool toleratesLostResponses = false, int lifetimeSeconds = 3600)
    {
        var authority = new RotatingAuthority { ToleratesLostResponses = toleratesLostResponses, LifetimeSeconds = lifetimeSeconds };
        authority._server = await OddServer.StartAsync(authority.RespondAsync);
        return authority;
    }

    /// <summary>Puts a login whose access token has expired into a store.</summary>
    public async Task SeedAsync(BearerServices services, StoreKind kind = StoreKind.File)
    {
        var identity = RenewProbe.Login(services, Endpoint).Key.Identity;
        await using var slot = await services.Stores.Find(kind)!.LockAsync(identity, EventSink.None, CancellationToken.None);
        await slot.WriteAsync(new StoredToken
        {
            AccessToken = new Secret(TestTokens.TokenText()),
            ExpiresOn = DateTimeOffset.UtcNow.AddHours(-1),
            IssuedOn = DateTimeOffset.UtcNow.AddHours(-2),
            RefreshToken = new Secret(_current),
            Flow = "DeviceCode",
        });
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task RespondAsync(HttpContext http)
    {
        await Before();
        var (json, status) = Exchange(OddServer.Seen(http).Form["refresh_token"]);
        // As long as it takes at least, so that others could overtake.
        await Task.Delay(s_work);
        await OddServer.JsonAsync(http, json, status);
    }

    private (string Json, int Status) Exchange(string refreshToken)
    {
        lock (_gate)
        {
            if (!_isRevoked && refreshToken == _current)
            {
                _previous = _current;
                _current = TestTokens.TokenText();
                _last = (TestTokens.TokenText(), _current);
                Refreshes++;
                return (Response(), 200);
            }

            if (!_isRevoked && ToleratesLostResponses && refreshToken == _previous) return (Response(), 200);
            Reuses++;
            _isRevoked = true;
            return ("""{"error":"invalid_grant","error_description":"The refresh token was used before."}""", 400);
        }
    }

    private string Response() =>
        $$"""{"access_token":"{{_last.Access}}","token_type":"Bearer","expires_in":{{LifetimeSeconds}},"refresh_token":"{{_last.Refresh}}","scope":"read"}""";
}
