using System.Collections;
using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Http;
using BearerTools.Pipeline;
using BearerTools.Running;
using BearerTools.Running.Files;
using BearerTools.Running.Paging;
using BearerTools.Security;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>Calls an API with a bearer token, for each input, concurrently; results come in the order of the inputs.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "BearerRequest", SupportsShouldProcess = true)]
[Alias("ibr")]
[OutputType(typeof(PSObject), typeof(BearerResponse))]
public sealed partial class InvokeBearerRequestCommand : AsyncCmdlet
{
    private const string NextStepForPairs = "Give a hashtable of names and values, or a script block that makes one of $_ for each piped object.";

    private RequestFactory _maker = null!;
    private RequestRun _run = null!;
    private PipedValue<IDictionary> _query = null!;
    private PipedValue<IDictionary> _headers = null!;
    private PipedValue<PSObject> _body = null!;
    private bool _uriIsTyped;
    private bool _bodyIsTyped;

    /// <summary>The address: absolute, or relative to the base; for each input also a script block over it.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [RelativeUriTransformation]
    public Uri Uri { get; set; } = null!;

    /// <summary>What comes down the pipeline; the body, when the address is typed out and a body is due.</summary>
    [Parameter(ValueFromPipeline = true, DontShow = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The method; GET by default.</summary>
    [Parameter]
    public WebRequestMethod Method { get; set; }

    /// <summary>Headers to send along: names and values; for each input also a script block over it, or its property of this name.</summary>
    [Parameter]
    public object? Headers { get; set; }

    /// <summary>The query: names and values, where a list gives its name several times; for each input also a script block over it.</summary>
    [Parameter]
    public object? Query { get; set; }

    /// <summary>
    /// The body: an object becomes JSON; text, bytes and streams are sent as they are. For each input also a script block over
    /// it, or its property of this name.
    /// </summary>
    [Parameter]
    public object? Body { get; set; }

    /// <summary>The media type of the body.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ContentType { get; set; }

    /// <summary>The token; by default the one that Get-BearerToken got last.</summary>
    [Parameter]
    [AccessTokenTransformation]
    public AccessToken? Token { get; set; }

    /// <summary>What relative addresses are joined to.</summary>
    [Parameter]
    [RelativeUriTransformation]
    public Uri? BaseUri { get; set; }

    /// <summary>How many requests are under way at once; 16 by default.</summary>
    [Parameter]
    [ValidateRange(1, 10_000)]
    public int ThrottleLimit { get; set; } = 16;

    /// <summary>Results come as they are there, whatever the order of the inputs.</summary>
    [Parameter]
    public SwitchParameter Unordered { get; set; }

    /// <summary>Error statuses are answers like any other.</summary>
    [Parameter]
    public SwitchParameter SkipHttpErrorCheck { get; set; }

    /// <summary>The whole answer: status, headers, body, duration, attempts, input.</summary>
    [Parameter]
    public SwitchParameter IncludeResponse { get; set; }

    /// <summary>A variable for the status of each answer, set before its first object.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? StatusCodeVariable { get; set; }

    /// <summary>A variable for the headers of each answer, set before its first object.</summary>
    [Parameter]
    [Alias("RHV")]
    [ValidateNotNullOrEmpty]
    public string? ResponseHeadersVariable { get; set; }

    /// <summary>Sends the token over plain http, where anyone on the way can read it.</summary>
    [Parameter]
    public SwitchParameter AllowUnencryptedAuthentication { get; set; }

    /// <summary>Whether there is anything that script blocks could be over.</summary>
    private bool HasInput => MyInvocation.ExpectingInput || IsTyped(nameof(InputObject));

    private bool WantsHead => StatusCodeVariable is not null || ResponseHeadersVariable is not null;

    private protected override RunnerLimits Limits => new(ThrottleLimit) { InOrder = !Unordered };

    private protected override bool MayTakeLong => true;

    private protected override void Begin()
    {
        // A script block stands there already, but not as a Uri.
        _uriIsTyped = MyInvocation.BoundParameters.TryGetValue(nameof(Uri), out var uri) && uri is Uri;
        _bodyIsTyped = IsTyped(nameof(Body));
        Connection? connection;
        IRequestHandler? sender;
        try
        {
            _query = new PipedValue<IDictionary>(nameof(Query), Query, HasInput, NextStepForPairs);
            _headers = new PipedValue<IDictionary>(nameof(Headers), Headers, HasInput, NextStepForPairs) { TakesProperty = !IsTyped(nameof(Headers)) };
            _body = new PipedValue<PSObject>(nameof(Body), Body, HasInput, "Give an object, text or bytes, or a script block that makes one of $_ for each piped object.") { TakesProperty = !_bodyIsTyped, IsBody = true };
            _pages = PageRuleOfParameters();
            CheckFiles();
            if (Unordered && WantsHead)
                throw Conflict("-StatusCodeVariable and -ResponseHeadersVariable tell of the answer whose objects come next, and with -Unordered objects of several answers come mixed.", "Use -IncludeResponse, or leave out -Unordered.");
            _keys = new IdempotencyKeys(IdempotencyKey);
            connection = Connection.For(Token, BaseUri);
            sender = connection is null ? null : BuildPipeline(connection.Tokens);
        }
        catch (BearerRequestException e)
        {
            Terminate(e);
            return;
        }

        if (connection is null || sender is null)
        {
            Terminate(NotConnected.Error());
            return;
        }

        _maker = new RequestFactory(HttpMethod, ContentType, connection.BaseUri) { CommonHeaders = _session?.Headers ?? [] };
        // An address on the command line beside a token of the same line is the user's word that the one may go to the other.
        if (Token is not null && (_uriIsTyped ? _maker.TryResolve(Uri) : connection.BaseUri) is { } consented)
            connection.Tokens.Origins.Allow(Origin.Of(consented));
        _run = new RequestRun(sender, NewBuilder, JsonOptions)
        {
            Retries = _retries,
            SkipErrorCheck = SkipHttpErrorCheck,
            IncludeResponse = IncludeResponse,
            PassesThru = PassThru,
            Resumes = Resume,
            WantsHead = WantsHead,
            IsVerbose = IsVerbose,
            IsDebug = IsDebug,
            Transfer = Transfer,
        };
    }

    private protected override void Process()
    {
        var input = InputObject ?? (object)Uri;
        RequestTemplate template;
        OutTarget? target;
        try
        {
            template = _keys.AddTo(_maker.Make(Uri, _headers.For(InputObject), _query.For(InputObject), BodyOfInput(), FileOrForm(), input));
            target = TargetOfInput();
        }
        catch (Exception e) when (e is IBearerError)
        {
            Feed(new FailedJob(e, input));
            return;
        }

        if (_maker.ChangesThings && !ShouldProcess(RequestAddress.Printable(template.Address), template.Method.Method)) return;
        Feed(target is not null ? new DownloadJob(_run, template, target)
            : _pages is not null ? new PagedRequestJob(_run, _pages, template)
            : new RequestJob(_run, template));
    }

    private protected override void OnHead(ResponseHead head)
    {
        if (StatusCodeVariable is not null) SessionState.PSVariable.Set(StatusCodeVariable, (int)head.Status);
        if (ResponseHeadersVariable is not null) SessionState.PSVariable.Set(ResponseHeadersVariable, head.Headers);
    }

    /// <summary>What was typed; else, where a body is due, a property of the input or, if the address needs none of it, the input.</summary>
    private PSObject? BodyOfInput()
    {
        if (_bodyIsTyped) return _body.For(InputObject);
        if (!_maker.TakesBody || _hasOtherBody) return null;
        return _body.For(InputObject) ?? (_uriIsTyped ? InputObject : null);
    }
}
