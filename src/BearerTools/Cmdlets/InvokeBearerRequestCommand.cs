using System.Collections;
using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Composition;
using BearerTools.Http;
using BearerTools.Http.Bodies;
using BearerTools.Pipeline;
using BearerTools.Running;
using BearerTools.Running.Files;
using BearerTools.Running.Paging;
using BearerTools.Session;
using static BearerTools.Pipeline.ParameterErrors;

namespace BearerTools.Cmdlets;

/// <summary>Calls an API with a bearer token, once for each input, concurrently. Objects are streamed in input order.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "BearerRequest", SupportsShouldProcess = true)]
[Alias("ibr")]
[OutputType(typeof(PSObject), typeof(BearerResponse))]
public sealed partial class InvokeBearerRequestCommand : AsyncCmdlet, IRequestParameters
{
    private const string NextStepForPairs =
        "Pass a hashtable of names and values, or a script block that returns one for each piped object ($_).";

    private RequestFactory _factory = null!;
    private RequestOptions _options = null!;
    private RequestPipeline? _pipeline;
    private Connection _connection = null!;
    private BasicCredential? _basic;
    private RequestRun _run = null!;
    private PipedValue<IDictionary> _query = null!;
    private PipedValue<IDictionary> _headers = null!;
    private bool _uriIsTyped;
    private bool _isPiped;
    private bool _showsBody;
    private bool _isAnnounced;

    /// <summary>
    /// Address of the request: absolute, or relative to the connection's base address. A script block returns one for each input.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [RelativeUriTransformation(TakesPipeline = true)]
    public Uri Uri { get; set; } = null!;

    /// <summary>The piped object. It is the body if the address is typed and the method takes a body.</summary>
    [Parameter(ValueFromPipeline = true, DontShow = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>HTTP method (default GET).</summary>
    [Parameter]
    [EnumTransformation<WebRequestMethod>(Otherwise = "For another method, use -CustomMethod.")]
    public WebRequestMethod Method { get; set; }

    /// <summary>Headers to send, as names and values. A script block returns them for each input.</summary>
    [Parameter]
    public object? Headers { get; set; }

    /// <summary>Query parameters, as names and values; a list repeats its name. A script block returns them for each input.</summary>
    [Parameter]
    public object? Query { get; set; }

    /// <summary>Maximum number of concurrent requests (default 16).</summary>
    [Parameter]
    [ValidateRange(1, 10_000)]
    public int ThrottleLimit { get; set; } = RequestOptions.Default.ThrottleLimit;

    /// <summary>Returns results as they arrive, not in input order.</summary>
    [Parameter]
    public SwitchParameter Unordered { get; set; }

    /// <summary>Returns the complete response: status, headers, body, duration, attempts and input.</summary>
    [Parameter]
    public SwitchParameter IncludeResponse { get; set; }

    /// <summary>
    /// Name of a variable for the status of each response. It is set before the first object of that response is written.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? StatusCodeVariable { get; set; }

    /// <summary>
    /// Name of a variable for the headers of each response. It is set before the first object of that response is written.
    /// </summary>
    [Parameter]
    [Alias("RHV")]
    [ValidateNotNullOrEmpty]
    public string? ResponseHeadersVariable { get; set; }

    /// <summary>True if there is input to run script blocks on.</summary>
    private bool HasInput => MyInvocation.ExpectingInput || IsTyped(nameof(InputObject));

    private bool WantsHead => StatusCodeVariable is not null || ResponseHeadersVariable is not null;

    private protected override RunnerLimits Limits => new(_options.ThrottleLimit) { InOrder = !Unordered, EndWait = EndLimit };

    private protected override bool MayTakeLong => true;

    private protected override void Prepare()
    {
        _isPiped = MyInvocation.ExpectingInput;
        // A script block is bound here too, but not as a Uri.
        _uriIsTyped = MyInvocation.BoundParameters.TryGetValue(nameof(Uri), out var uri) && uri is Uri;
        try
        {
            _query = new PipedValue<IDictionary>(nameof(Query), Query, HasInput, NextStepForPairs);
            _headers = new PipedValue<IDictionary>(nameof(Headers), Headers, HasInput, NextStepForPairs);
            PrepareBody();
            _pages = PageRuleOfParameters();
            CheckFiles();
            CheckBodyForm();
            if (Unordered && WantsHead)
            {
                throw Conflict(
                    "-StatusCodeVariable and -ResponseHeadersVariable cannot be combined with -Unordered, which mixes objects of several "
                        + "responses.",
                    "Use -IncludeResponse, or omit -Unordered.");
            }

            CheckVariable(nameof(StatusCodeVariable), StatusCodeVariable);
            CheckVariable(nameof(ResponseHeadersVariable), ResponseHeadersVariable);
            CheckVariable(nameof(SessionVariable), SessionVariable);
            _keys = new IdempotencyKeys(IdempotencyKey);
            _connection = CreateConnection();
            _options = CreateOptions(_connection);
        }
        catch (Exception e) when (IsOfInput(e))
        {
            Terminate(ErrorOf(e, null));
        }
    }

    private protected override void Begin()
    {
        _showsBody = AsksUser();
        // ShouldProcess has an effect only then, and its text, which is searched for secrets, costs more than the rest of an input.
        _isAnnounced = _showsBody || IsOn("Verbose", GetVariableValue("VerbosePreference") is not ActionPreference.SilentlyContinue);
        if (Explain) WriteEvent(ChosenConnection());
        if (_connection is { BaseUriPath: not null, BaseUri: null }) Await(LocateAsync);
        _factory = new RequestFactory(HttpMethod, ContentType, _connection.BaseUri)
        {
            CommonHeaders = _options.Headers,
            CommonQuery = _options.Query,
            TokenHeader = _connection.Placement.Header,
            AddressIsData = !_uriIsTyped,
            Identity = new(() => ConnectionName.WhereSeveral(_connection, BearerSession.Services)),
        };
        try
        {
            _pipeline = RequestPipeline.Create(_connection.Services, _connection, _options, Grant());
        }
        catch (BearerTokenException e)
        {
            // -RateLimitScope Fleet without a server.
            Terminate(ErrorOf(e, null));
            return;
        }

        _run = new RequestRun(_pipeline.Handler, NewBuilder, JsonOptions)
        {
            Retries = _pipeline.Retries,
            SkipErrorCheck = _options.SkipErrorCheck,
            IncludeResponse = IncludeResponse,
            Form = BodyForm,
            PassesThru = PassThru,
            Resumes = Resume,
            WantsHead = WantsHead,
            Transfer = Transfer,
            Profile = _connection.Profile,
            Time = _connection.Services.Time,
        };
    }

    private protected override void Process()
    {
        var input = InputObject ?? (object)Uri;
        RequestTemplate template;
        OutTarget? target;
        _factory.Part = string.Empty;
        try
        {
            template = _factory.Make(Uri, _headers.For(InputObject), _query.For(InputObject), BodyOfInput(), FileOrForm(), input);
            _factory.Part = nameof(IdempotencyKey);
            template = _keys.AddTo(template);
            target = TargetOfInput();
        }
        catch (Exception e) when (IsOfInput(e))
        {
            Feed(new FailedJob(WithoutBase(ErrorOf(e, _factory.Part)), input));
            return;
        }

        WarnOfUnused();
        // A file of this machine is changed, too, whatever the method.
        if (_isAnnounced && (_factory.MayModify || target is not null) && !ShouldProcess(TargetOf(template), ActionOf(template, target)))
            return;
        Feed(target is not null ? new DownloadJob(_run, template, target)
            : _pages is not null ? new PagedRequestJob(_run, _pages, template)
            : new RequestJob(_run, template));
    }

    /// <summary>What may precede the name of a variable; another prefix is that of a drive.</summary>
    private static readonly string[] s_scopes = ["global", "script", "local", "private", "variable"];

    /// <summary>Before anything is sent: afterwards the error would hide that the request was made.</summary>
    /// <exception cref="BearerRequestException">The variable cannot be written.</exception>
    private void CheckVariable(string parameter, string? name)
    {
        if (name is null) return;
        if (name.Length == 0) throw Conflict($"-{parameter} is empty.", "Pass the name of a variable, without $.");
        const ScopedItemOptions ReadOnly = ScopedItemOptions.ReadOnly | ScopedItemOptions.Constant;
        var isVariable = name.Split(':') is [_]
            || name.Split(':') is [var scope, _] && s_scopes.Contains(scope, StringComparer.OrdinalIgnoreCase);
        if (isVariable
            && name[^1] != ':'
            && ((SessionState.PSVariable.Get(name)?.Options ?? ScopedItemOptions.None) & ReadOnly) == 0)
            return;

        throw Conflict(
            $"-{parameter} names the variable '{name}', which cannot be written.", "Pass the name of another variable, without $.");
    }

    /// <summary>True if a user sees each request first: with -WhatIf or -Confirm.</summary>
    private bool AsksUser() =>
        IsOn("WhatIf", GetVariableValue("WhatIfPreference"))
            || IsOn("Confirm", GetVariableValue("ConfirmPreference") is ConfirmImpact.Low or ConfirmImpact.Medium);

    private bool IsOn(string parameter, object? preference) => MyInvocation.BoundParameters.TryGetValue(parameter, out var given)
        ? (SwitchParameter)given
        : LanguagePrimitives.IsTrue(preference);

    /// <summary>The address and, where a user decides about it, its query and the body.</summary>
    private string TargetOf(RequestTemplate template)
    {
        if (!_showsBody) return RequestAddress.Printable(template.Address);
        var address = BodyPreview.OfAddress(template.Address);
        return template.Body is { } body ? $"{address} with the body {body.Preview}" : address;
    }

    private static string ActionOf(RequestTemplate template, OutTarget? target) =>
        target is null ? template.Method.Method : $"{template.Method.Method}, save to {target.Known?.Place ?? "the folder of -OutFile"}";

    private protected override void OnHead(ResponseHead head)
    {
        SetVariable(nameof(StatusCodeVariable), StatusCodeVariable, (int)head.Status);
        SetVariable(nameof(ResponseHeadersVariable), ResponseHeadersVariable, head.Headers);
    }

    private void SetVariable(string parameter, string? name, object value)
    {
        if (name is null) return;
        try
        {
            SessionState.PSVariable.Set(name, value);
        }
        catch (RuntimeException e) when (IsOfInput(e))
        {
            // Its type or its validation rejects the value.
            Terminate(Conflict(
                $"-{parameter} names the variable '{name}', which does not take the value. {e.Message}",
                "Pass the name of another variable, without $."));
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing) _pipeline?.Dispose();
    }
}
