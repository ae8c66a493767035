using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Checks;
using BearerTools.Composition;
using BearerTools.Http;
using BearerTools.Http.Connecting;
using BearerTools.Pipeline;
using BearerTools.Profiles;
using BearerTools.Running;
using BearerTools.Security;
using BearerTools.Session;
using static BearerTools.Pipeline.ParameterErrors;

namespace BearerTools.Cmdlets;

/// <summary>
/// Tests a connection step by step, from the name resolution to a request, and explains the first step that fails. Changes nothing.
/// </summary>
[Cmdlet(VerbsDiagnostic.Test, "BearerConnection", DefaultParameterSetName = ConnectionSet)]
[OutputType(typeof(BearerConnectionTestResult), typeof(BearerConnectionTestStep), typeof(bool))]
public sealed class TestBearerConnectionCommand : AsyncCmdlet
{
    private const string ConnectionSet = "Connection";
    private const string TokenSet = "Token";
    private const string AddressSet = "Address";

    /// <summary>Tests only the path to an absolute address, and sends no token.</summary>
    [Parameter(ParameterSetName = AddressSet, Mandatory = true, Position = 0)]
    [ValidateNotNull]
    public Uri? Uri { get; set; }

    /// <summary>The profile to test (default: the current connection).</summary>
    [Parameter(ParameterSetName = ConnectionSet)]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ProfileNameCompleter))]
    public string? Profile { get; set; }

    /// <summary>The token to test, with its connection.</summary>
    [Parameter(ParameterSetName = TokenSet, Mandatory = true)]
    [AccessTokenTransformation, ArgumentCompleter(typeof(TokenVariableCompleter))]
    public AccessToken? Token { get; set; }

    /// <summary>Address of the request, absolute or relative to the base address (default: the base address itself).</summary>
    [Parameter(ParameterSetName = ConnectionSet)]
    [Parameter(ParameterSetName = TokenSet)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>HTTP method of the request (default GET).</summary>
    [Parameter]
    [ValidateSet("Get", "Head")]
    public string Method { get; set; } = "Get";

    /// <summary>The proxy (default: the connection's or the system's).</summary>
    [Parameter]
    public Uri? Proxy { get; set; }

    /// <summary>The credential for the proxy.</summary>
    [Parameter]
    [Credential]
    public PSCredential? ProxyCredential { get; set; }

    /// <summary>Authenticates to the proxy as the current user.</summary>
    [Parameter]
    public SwitchParameter ProxyUseDefaultCredentials { get; set; }

    /// <summary>Connects without a proxy, even if the connection or the system defines one.</summary>
    [Parameter]
    public SwitchParameter NoProxy { get; set; }

    /// <summary>Accepts any certificate of the API, and warns about one that is not valid.</summary>
    [Parameter]
    public SwitchParameter SkipCertificateCheck { get; set; }

    /// <summary>Time limit of the whole test, in seconds (default 30).</summary>
    [Parameter]
    [ValidateRange(1, RequestLimits.MaxSeconds)]
    public int TimeoutSec { get; set; } = 30;

    /// <summary>Returns the steps as objects with all facts.</summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    /// <summary>Returns only $true or $false.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private protected override bool MayTakeLong => true;

    private protected override void Process()
    {
        FormatData.EnsureLoaded(this);
        CheckTarget target;
        try
        {
            if (Detailed && Quiet) throw Conflict("-Detailed cannot be combined with -Quiet.", "Use only one of them.");
            target = CreateTarget();
        }
        catch (Exception e) when (e is IBearerError)
        {
            Terminate(e);
            return;
        }

        Feed(new TokenJob(async (output, cancel) =>
        {
            var check = new ConnectionCheck(target, output);
            var steps = await check.RunAsync(cancel).ConfigureAwait(false);
            await WriteAsync(new BearerConnectionTestResult(target, steps, check.Address), output).ConfigureAwait(false);
            return null;
        }));
    }

    private async Task WriteAsync(BearerConnectionTestResult result, JobOutput output)
    {
        if (!Detailed)
        {
            await output.WriteAsync(RunItemKind.Row, Quiet ? result.Result : result).ConfigureAwait(false);
            return;
        }

        foreach (var step in result.Steps) await output.WriteAsync(RunItemKind.Row, step).ConfigureAwait(false);
    }

    /// <exception cref="BearerRequestException">A parameter is not valid, or cannot be combined with another one.</exception>
    private CheckTarget CreateTarget()
    {
        var target = new CheckTarget
        {
            Services = BearerSession.Services,
            Mocks = ActiveMocks.Find(this),
            Subject = Profile is not null ? $"with profile {ServerText.Clean(Profile, 100)}"
                : Token is not null ? $"with token {Token.Fingerprint}"
                : "with the current connection",
            Method = HttpMethod.Parse(Method.ToUpperInvariant()),
            Path = Path,
            Limit = TimeSpan.FromSeconds(TimeoutSec),
            Options = Options(RequestSettings.None),
        };
        if (Uri is not null) return WithAddress(target, BareAddress(Uri));
        Connection connection;
        try
        {
            connection = ConnectionSelector.Select(this, Token, Profile) ?? throw NotConnected.Error();
        }
        catch (BearerTokenException e)
        {
            return WithFault(target, e);
        }

        return WithConnection(target, connection);
    }

    private CheckTarget WithAddress(CheckTarget target, Uri address) => target with
    {
        // The pauses and limits of a mock are not those of the real server.
        Services = target.Mocks?.IsMocked(address) == true ? target.Mocks.Find(address)!.Services : target.Services,
        Subject = "without a token",
        Address = address,
        Path = Uri!.OriginalString,
    };

    private CheckTarget WithConnection(CheckTarget target, Connection connection)
    {
        var options = Options(connection.Settings);
        target = target with
        {
            Services = connection.Services,
            Connection = connection,
            Options = options,
            Subject = ConnectionName.Of(connection) is { } name ? $"with {name}" : target.Subject,
        };
        var place = connection.BaseUri ?? (connection.Origins.Allowed is [var only] ? only.Root : null);
        var isAbsolute = Path is not null && RequestAddress.IsAbsolute(Path);
        if (place is null && !isAbsolute) return target;
        var address = RequestAddress.Resolve(Path ?? "/", place, RequestAddress.Query(options.Query));
        var isGranted = isAbsolute && (Token is not null || connection.Origins.IsEmpty);
        return target with { Address = address, Grant = isGranted ? Origin.Of(address) : null };
    }

    /// <summary>A profile without its secret still has an address to test.</summary>
    private CheckTarget WithFault(CheckTarget target, BearerTokenException fault)
    {
        if (Profile is null || !SavedProfiles.IsMissingSecret(fault)) return target with { Fault = fault };
        try
        {
            var baseUri = SavedProfiles.Describe(this, Profile).BaseUri;
            return baseUri is null
                ? target with { TokenFault = fault }
                : target with { TokenFault = fault, Address = RequestAddress.Resolve(Path ?? "/", RequestAddress.Base(baseUri)) };
        }
        catch (Exception e) when (e is IBearerError)
        {
            return target with { Fault = fault };
        }
    }

    private RequestOptions Options(RequestSettings settings)
    {
        var typed = new RequestSettings
        {
            Proxy = ProxyParameters.Create(Proxy, ProxyCredential, ProxyUseDefaultCredentials, NoProxy),
            NoProxy = NoProxy ? true : null,
        };
        var options = RequestOptions.Default with
        {
            Messages = SendOptions.Default with { UserAgent = ClientName.Of(this) },
            Handlers = new HandlerOptions { SkipCertificateCheck = SkipCertificateCheck },
        };
        options = options.With(typed.Over(settings));
        return options with { Retries = options.Retries with { MaxRetries = 0 } };
    }

    /// <summary>Without a scheme, <c>localhost:5000</c> would be an address with the scheme localhost.</summary>
    private static Uri BareAddress(Uri address) => RequestAddress.IsAbsolute(address.OriginalString)
        ? RequestAddress.Resolve(address.OriginalString, null)
        : throw new BearerRequestException(
            $"'{ServerText.Clean(address.OriginalString, 100)}' is not an absolute address: it has no scheme, such as https.")
        {
            ErrorId = "UriRefused",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Pass it in full, such as https://api.contoso.com/v1/, or test a profile with -Profile or an address of the current "
                + "connection with -Path.",
        };
}
