using System.Management.Automation;
using BearerTools.Composition;
using BearerTools.Diagnostics;
using BearerTools.Pipeline;
using BearerTools.Session;
using BearerTools.Tokens;

namespace BearerTools.Cmdlets;

/// <summary>Whether a token will do: <c>$true</c> or <c>$false</c>, or with -Detailed the reasons. It never gets a new one.</summary>
[Cmdlet(VerbsDiagnostic.Test, "BearerToken")]
[OutputType(typeof(bool), typeof(BearerTokenTestResult))]
public sealed class TestBearerTokenCommand : CachedTokenCommand
{
    /// <summary>How long it must still live.</summary>
    [Parameter]
    public TimeSpan MinimumLifetime { get; set; }

    /// <summary>Whom it must be for; of several, one.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Audience { get; set; } = [];

    /// <summary>What it must be good for, all of it.</summary>
    [Parameter]
    [Alias("Scopes")]
    [ValidateNotNullOrEmpty]
    public string[] Scope { get; set; } = [];

    /// <summary>The reasons, for people.</summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    /// <summary>Also what the authority says of it now (RFC 7662), asked with the credentials of the client that got it, or of the session.</summary>
    [Parameter]
    public SwitchParameter Online { get; set; }

    /// <summary>Where to ask, for authorities whose metadata does not say so. It implies -Online.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public Uri? IntrospectionEndpoint { get; set; }

    private bool IsOnline => Online || IntrospectionEndpoint is not null;

    private protected override void Begin()
    {
        // PowerShell reads a bare 600 as 600 ticks, which every token outlives.
        if (MinimumLifetime != TimeSpan.Zero && MinimumLifetime < TimeSpan.FromSeconds(1))
        {
            Terminate(new BearerTokenException($"-MinimumLifetime is {MinimumLifetime.Ticks} ticks of 100 nanoseconds, which is hardly what is meant.")
            {
                ErrorId = "MinimumLifetimeTooShort",
                Kind = BearerErrorKind.InvalidArgument,
                NextStep = "Give hours, minutes and seconds, such as 00:10:00, or (New-TimeSpan -Minutes 10).",
            });
        }
    }

    private protected override void Process()
    {
        // Taken now: the session's token may be another before the job runs.
        var connection = Selected();
        var token = Token ?? connection?.Tokens.Current;
        var requested = new TokenRequirements
        {
            MinimumLifetime = MinimumLifetime == TimeSpan.Zero ? null : MinimumLifetime,
            Audiences = Audience,
            Scopes = [.. Scope.SelectMany(scope => scope.Split(' ', StringSplitOptions.RemoveEmptyEntries))],
        };
        var authority = IsOnline ? AuthorityOf(token, Token is null ? connection : CallerConnection.Get(this)) : null;
        Feed(new TokenJob(
            async (output, cancel) => Shown(await JudgeAsync(token, requested, authority, output, cancel).ConfigureAwait(false)), Token));
    }

    private async Task<BearerTokenTestResult> JudgeAsync(
        AccessToken? token, TokenRequirements requested, ITokenAuthority? authority, IEventSink events, CancellationToken cancel)
    {
        if (token is null)
        {
            var error = NotConnected.Error();
            return new BearerTokenTestResult(null, null, [$"{error.Message} {error.NextStep}"], BearerSession.Time.GetUtcNow());
        }

        var content = IsOnline
            ? await (authority ?? throw NobodyToAsk(token)).IntrospectAsync(token, IntrospectionEndpoint, events, cancel).ConfigureAwait(false)
            : TokenContent.Of(token);
        var now = BearerSession.Time.GetUtcNow();
        return new BearerTokenTestResult(token, content, requested.Unmet(content, now), now);
    }

    /// <summary>
    /// Whoever issued it. A token from outside is shown to the session's authority only if it says that it is from there,
    /// or if the user says where to ask.
    /// </summary>
    private ITokenAuthority? AuthorityOf(AccessToken? token, Connection? connected)
    {
        if (token?.Entry?.Source.Authority is { } own) return own;
        var session = connected?.Tokens.Source;
        var isOfSession = IntrospectionEndpoint is not null
            || (session?.Metadata.Authority is { } issuer && issuer == Jwt.Text(token?.Claims, "iss"));
        return isOfSession ? session?.Authority : null;
    }

    private static BearerTokenException NobodyToAsk(AccessToken token) => new($"There is no OAuth authority that could be asked about token {token.Fingerprint}.")
    {
        ErrorId = "NoAuthorityToAsk",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = "Connect with Connect-BearerApi as a client that may ask, and name the address with -IntrospectionEndpoint; or test it without -Online.",
    };

    private object Shown(BearerTokenTestResult result) => Detailed ? result : result.Result;
}
