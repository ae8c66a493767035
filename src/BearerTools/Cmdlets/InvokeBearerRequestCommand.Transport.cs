using System.Collections;
using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Http;
using BearerTools.Http.Connecting;
using BearerTools.Security;
using BearerTools.Session;
using BearerTools.Tokens;

namespace BearerTools.Cmdlets;

/// <content>What each message says of itself, and how long it may take.</content>
public sealed partial class InvokeBearerRequestCommand
{
    /// <summary>More than anybody waits for, and less than timers can count.</summary>
    private const int MaxSeconds = 4_000_000;

    private static readonly Version[] s_versions = [System.Net.HttpVersion.Version10, System.Net.HttpVersion.Version11, System.Net.HttpVersion.Version20, System.Net.HttpVersion.Version30];

    private readonly List<HandlerLease> _leases = [];

    /// <summary>A method that -Method has no name for, such as QUERY or PURGE.</summary>
    [Parameter]
    [Alias("CM")]
    [ValidateNotNullOrEmpty]
    public string? CustomMethod { get; set; }

    /// <summary>The version of HTTP.</summary>
    [Parameter]
    [VersionTransformation]
    [ArgumentCompleter(typeof(HttpVersionCompleter))]
    public Version? HttpVersion { get; set; }

    /// <summary>What the client says it is.</summary>
    [Parameter]
    public string? UserAgent { get; set; }

    /// <summary>Each connection is closed after its answer.</summary>
    [Parameter]
    public SwitchParameter DisableKeepAlive { get; set; }

    /// <summary>Sends the body in chunks, and says how it is coded.</summary>
    [Parameter]
    [ValidateSet("chunked", "compress", "deflate", "gzip", "identity", IgnoreCase = true)]
    public string? TransferEncoding { get; set; }

    /// <summary>Headers are sent as they are.</summary>
    [Parameter]
    public SwitchParameter SkipHeaderValidation { get; set; }

    /// <summary>How long the headers of an answer may take, in seconds; 0 is without end.</summary>
    [Parameter]
    [Alias("TimeoutSec")]
    [ValidateRange(0, int.MaxValue)]
    public int ConnectionTimeoutSeconds { get; set; }

    /// <summary>How long the next part of an answer may take, in seconds; 0 is without end.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int OperationTimeoutSeconds { get; set; }

    /// <summary>Bearer or OAuth: what this command does anyway.</summary>
    [Parameter]
    public WebAuthenticationType Authentication { get; set; }

    /// <summary>Has no meaning any more; scripts still say it.</summary>
    [Parameter(DontShow = true)]
    public SwitchParameter UseBasicParsing { get; set; }

    /// <summary>Who sends the requests, for those who read a server's log. Some APIs refuse a client without a name.</summary>
    private string OwnName
    {
        get
        {
            var engine = (GetVariableValue("PSVersionTable") as IDictionary)?["PSVersion"];
            return $"BearerTools/{typeof(BearerSession).Assembly.GetName().Version?.ToString(3)} PowerShell/{engine}";
        }
    }

    private HttpMethod HttpMethod =>
        HttpMethod.Parse((CustomMethod ?? (Method == WebRequestMethod.Default ? WebRequestMethod.Get : Method).ToString()).ToUpperInvariant());

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing) return;
        _leases.ForEach(lease => lease.Dispose());
        // What this command demanded holds for others too, while it runs.
        _pace?.Dispose();
    }

    /// <summary>The way of this command's requests: work that goes on, redirects, the session's cookies, tries, the token, the pace and the socket.</summary>
    private IRequestHandler BuildPipeline(TokenEntry tokens)
    {
        CheckRequestLine();
        _session = OpenSession();
        RequestHeaders.Check(_session?.UserAgent ?? UserAgent, ContentType, asIs: SkipHeaderValidation);
        var wanted = CreateHandlerOptions();
        _pace = CreatePaceOptions();
        var socket = new SocketHandler(Rent(wanted), CreateSendOptions(), Rent(wanted.CrossOrigin), _pace);
        // What goes through a socket of this machine is read by nobody on the way.
        _retries = Retrying(new BearerHandler(socket, tokens, AllowUnencryptedAuthentication || UnixSocket is not null));
        IRequestHandler sender = _session is null ? _retries : new CookieHandler(_retries, _session.Cookies);
        return Waiting(new RedirectHandler(sender, Redirects()));
    }

    private HttpMessageInvoker Rent(HandlerOptions wanted)
    {
        var lease = BearerSession.Api.Rent(wanted);
        _leases.Add(lease);
        return lease.HttpHandlerFactory;
    }

    private SendOptions CreateSendOptions() => new()
    {
        HttpVersion = HttpVersion,
        OnUnixSocket = UnixSocket is not null,
        UserAgent = _session?.UserAgent ?? UserAgent ?? OwnName,
        ClosesConnection = DisableKeepAlive,
        SkipHeaderValidation = SkipHeaderValidation,
        TransferEncoding = TransferEncoding?.ToLowerInvariant(),
        ResponseTimeout = Limit(ConnectionTimeoutSeconds),
        ReadTimeout = Limit(OperationTimeoutSeconds),
        Time = BearerSession.Time,
    };

    /// <summary>Nothing is without end, and so is what no timer can count.</summary>
    private static TimeSpan? Limit(int seconds) => seconds is > 0 and <= MaxSeconds ? TimeSpan.FromSeconds(seconds) : null;

    private void CheckRequestLine()
    {
        if (HttpVersion is not null && !s_versions.Contains(HttpVersion)) throw Conflict($"HTTP has no version {HttpVersion}.", $"Give {string.Join<Version>(", ", s_versions)}, or nothing.");
        if (CustomMethod is null) return;
        if (IsTyped(nameof(Method))) throw Conflict("-Method and -CustomMethod both name the method.", "Give one of them.");
        // The letters of a token (RFC 9110 section 5.6.2).
        if (CustomMethod.All(letter => char.IsAsciiLetterOrDigit(letter) || "!#$%&'*+-.^_`|~".Contains(letter, StringComparison.Ordinal))) return;
        throw Conflict($"'{ServerText.Clean(CustomMethod, 100)}' is no method.", "Give one word, such as QUERY.");
    }
}
