using System.Management.Automation;
using BearerTools.Composition;
using BearerTools.Diagnostics;
using BearerTools.Pipeline;
using BearerTools.Session;
using BearerTools.Tokens;

namespace BearerTools.Cmdlets;

/// <summary>
/// Tests whether a token is usable: <c>$true</c> or <c>$false</c>, or with -Detailed the reasons. It never requests a token.
/// </summary>
[Cmdlet(VerbsDiagnostic.Test, "BearerToken")]
[OutputType(typeof(bool), typeof(BearerTokenTestResult))]
public sealed class TestBearerTokenCommand : CachedTokenCommand
{
    /// <summary>Minimum remaining lifetime.</summary>
    [Parameter]
    public TimeSpan MinimumLifetime { get; set; }

    /// <summary>Accepted audiences; the token must be for at least one of them.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Audience { get; set; } = [];

    /// <summary>Required scopes; the token must have all of them.</summary>
    [Parameter]
    [Alias("Scopes")]
    [ValidateNotNullOrEmpty]
    public string[] Scope { get; set; } = [];

    /// <summary>Returns an object with the reasons, instead of $true or $false.</summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    /// <summary>
    /// Also asks the authority (RFC 7662), with the credentials of the client that requested the token, or of the current connection.
    /// </summary>
    [Parameter]
    public SwitchParameter Online { get; set; }

    /// <summary>Introspection endpoint, for authorities whose metadata does not contain it. Implies -Online.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public Uri? IntrospectionEndpoint { get; set; }

    private bool IsOnline => Online || IntrospectionEndpoint is not null;

    private protected override void Begin()
    {
        // PowerShell converts a bare 600 to 600 ticks, which is shorter than any token's lifetime.
        if (MinimumLifetime < TimeSpan.Zero)
        {
            Terminate(new BearerTokenException("-MinimumLifetime is negative.")
            {
                ErrorId = "MinimumLifetimeTooShort",
                Kind = BearerErrorKind.InvalidArgument,
                NextStep = "Pass hours, minutes and seconds, such as 00:10:00.",
            });
            return;
        }

        if (MinimumLifetime != TimeSpan.Zero && MinimumLifetime < TimeSpan.FromSeconds(1))
        {
            Terminate(new BearerTokenException($"-MinimumLifetime is {MinimumLifetime.Ticks} ticks of 100 nanoseconds, less than a second.")
            {
                ErrorId = "MinimumLifetimeTooShort",
                Kind = BearerErrorKind.InvalidArgument,
                NextStep = "Pass hours, minutes and seconds, such as 00:10:00, or use (New-TimeSpan -Minutes 10).",
            });
        }
    }

    private protected override void Process()
    {
        // Read now: the session may be connected with another token before the job runs.
        if (!TrySelect(out var connection)) return;
        var token = Token ?? connection?.Tokens.Current;
        var requirements = new TokenRequirements
        {
            MinimumLifetime = MinimumLifetime == TimeSpan.Zero ? null : MinimumLifetime,
            Audiences = Audience,
            Scopes = [.. Scope.SelectMany(scope => scope.Split(' ', StringSplitOptions.RemoveEmptyEntries))],
        };
        var authority = IsOnline
            ? AuthorityOf(token, connection, Token is null ? connection : ConnectionSelector.Select(this, null, null))
            : null;
        Feed(new TokenJob(
            async (output, cancel) =>
                ToOutput(await CheckAsync(token, requirements, authority, output, cancel).ConfigureAwait(false)), Token));
    }

    private async Task<BearerTokenTestResult> CheckAsync(
        AccessToken? token, TokenRequirements requirements, ITokenAuthority? authority, IEventSink events, CancellationToken cancel)
    {
        if (token is null)
        {
            var error = NotConnected.Error();
            return new BearerTokenTestResult(null, null, [$"{error.Message} {error.NextStep}"], BearerSession.Services.Time.GetUtcNow());
        }

        var content = IsOnline
            ? await (authority ?? throw NoAuthority(token)).IntrospectAsync(
                token, IntrospectionEndpoint, events, cancel).ConfigureAwait(false)
            : TokenContent.Of(token);
        var now = BearerSession.Services.Time.GetUtcNow();
        return new BearerTokenTestResult(token, content, requirements.Unmet(content, now), now);
    }

    /// <summary>
    /// The authority that issued the token. A token from elsewhere is sent to the current connection's authority only if its issuer is
    /// that authority, or if the user gives the endpoint.
    /// </summary>
    private ITokenAuthority? AuthorityOf(AccessToken? token, Connection? selected, Connection? connected)
    {
        // A mock has no authority, and a real token is not sent to its own while the mock is active.
        if (selected is { IsMocked: true }) return null;
        if (token?.Entry?.Source.Authority is { } own) return own;
        var session = connected?.Tokens.Source;
        var isOfSession = IntrospectionEndpoint is not null
            || (session?.Metadata.Authority is { } issuer && issuer == Jwt.Text(token?.Claims, "iss"));
        return isOfSession ? session?.Authority : null;
    }

    private static BearerTokenException NoAuthority(AccessToken token) =>
        new($"No OAuth authority is known that can introspect token {token.Fingerprint}.")
        {
            ErrorId = "NoAuthorityToAsk",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Connect with Connect-BearerApi as a client that may introspect tokens, and pass the address with "
                + "-IntrospectionEndpoint; or omit -Online.",
        };

    private object ToOutput(BearerTokenTestResult result) => Detailed ? result : result.Result;
}
