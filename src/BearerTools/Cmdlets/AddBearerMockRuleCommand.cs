using System.Collections;
using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Mocking;
using BearerTools.Pipeline;

namespace BearerTools.Cmdlets;

/// <summary>
/// Adds a rule to a mock: which requests it matches, and what it returns. The first rule that matches determines the response.
/// </summary>
[Cmdlet(VerbsCommon.Add, "BearerMockRule", DefaultParameterSetName = ResponseSet)]
[OutputType(typeof(void))]
public sealed class AddBearerMockRuleCommand : MockCommand
{
    private const string ResponseSet = "Response";
    private const string FileSet = "File";
    private const string SequenceSet = "Sequence";
    private const string FaultSet = "Fault";

    /// <summary>HTTP method of the requests; * for any.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ArgumentCompleter(typeof(MethodCompleter))]
    [ValidateNotNullOrEmpty]
    public string Method { get; set; } = string.Empty;

    /// <summary>
    /// Address of the requests, relative to the mock's base address. {name} matches one segment, ** at the end all that follow, and
    /// parameters after ? are conditions as in -Query.
    /// </summary>
    [Parameter(Mandatory = true, Position = 1)]
    [RelativeUriTransformation]
    public Uri Uri { get; set; } = null!;

    /// <summary>
    /// The response: an object for JSON, text, bytes, a response of New-BearerMockResponse, or a script block that returns one.
    /// </summary>
    [Parameter(ParameterSetName = ResponseSet, Position = 2)]
    [AllowNull]
    public object? Response { get; set; }

    /// <summary>File whose content is the body of the response.</summary>
    [Parameter(ParameterSetName = FileSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    [PathTransformation(nameof(ResponseFile))]
    public string ResponseFile { get; set; } = string.Empty;

    /// <summary>Responses to give in turn: statuses, or values as for -Response. The last one is repeated.</summary>
    [Parameter(ParameterSetName = SequenceSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public object[] Sequence { get; set; } = [];

    /// <summary>Fault that takes the place of a response.</summary>
    [Parameter(ParameterSetName = FaultSet, Mandatory = true)]
    [EnumTransformation<MockFault>]
    [ValidateSet(
        nameof(MockFault.ConnectionRefused), nameof(MockFault.ConnectionReset), nameof(MockFault.HostNotFound),
        nameof(MockFault.TlsFailure), nameof(MockFault.NoResponse))]
    public MockFault Fault { get; set; }

    /// <summary>Query parameters that the request has to have. '*' is any value, $null means that it must be absent.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? Query { get; set; }

    /// <summary>Headers that the request has to have. '*' is any value, $null means that it must be absent.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? Headers { get; set; }

    /// <summary>What the body has to contain: an object with some of its members, or its complete text.</summary>
    [Parameter]
    [ValidateNotNull]
    public object? Body { get; set; }

    /// <summary>The query and the body may contain nothing else.</summary>
    [Parameter]
    public SwitchParameter Exact { get; set; }

    /// <summary>Script block that gets the request ($_) and returns true if the rule matches it.</summary>
    [Parameter]
    [ValidateNotNull]
    public ScriptBlock? Where { get; set; }

    /// <summary>Status of the response (default 200).</summary>
    [Parameter(ParameterSetName = ResponseSet), Parameter(ParameterSetName = FileSet)]
    [ValidateRange(200, 599)]
    public int StatusCode { get; set; } = 200;

    /// <summary>Headers of the response.</summary>
    [Parameter(ParameterSetName = ResponseSet), Parameter(ParameterSetName = FileSet)]
    [ValidateNotNull]
    public IDictionary? ResponseHeaders { get; set; }

    /// <summary>Time that passes on the mock's clock before the response arrives, as a TimeSpan or in seconds.</summary>
    [Parameter(ParameterSetName = ResponseSet), Parameter(ParameterSetName = FileSet), Parameter(ParameterSetName = FaultSet)]
    [LifetimeTransformation]
    public TimeSpan Delay { get; set; }

    /// <summary>
    /// Number of requests after which the rule returns 429 until the time of -RetryAfterSec has passed on the mock's clock.
    /// </summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int ThrottleAfter { get; set; }

    /// <summary>
    /// The Retry-After of -ThrottleAfter, in seconds (default 1); without -ThrottleAfter, of each response that is not a success.
    /// </summary>
    [Parameter]
    [ValidateRange(1, 86_400)]
    public int RetryAfterSec { get; set; } = 1;

    /// <summary>Fraction of the requests, from 0 to 1, that get a 503.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double FailureRate { get; set; }

    /// <summary>Determines which requests fail with -FailureRate (default 1).</summary>
    [Parameter]
    public int Seed { get; set; } = 1;

    private protected override void Process(BearerMock mock)
    {
        // Without quotation marks, the engine passes /orders/{id} as an address and a script block.
        if (Uri.OriginalString.EndsWith('/') && PSValue.Unwrap(Response) is ScriptBlock block && block.ToString() is var word
            && word.Length > 0 && word.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter == '_'))
        {
            throw MockErrors.InvalidRule(
                $"The address was split at the brace: {Uri.OriginalString} and {{{word}}}.",
                    $"Quote it: '{Uri.OriginalString}{{{word}}}'.");
        }

        CheckCombinations();
        var behavior = new MockBehavior
        {
            Code = ParameterSetName == SequenceSet ? null : CodeOf(Response, nameof(Response), Template()),
            Sequence = [.. Sequence.Select(item => CodeOf(item, nameof(Sequence), MockResponse.Empty))],
            ThrottleAfter = IsGiven(nameof(ThrottleAfter)) ? ThrottleAfter : null,
            RetryAfter = IsGiven(nameof(RetryAfterSec)) ? TimeSpan.FromSeconds(RetryAfterSec) : null,
            FailureRate = FailureRate,
            Seed = Seed,
        };
        var condition = Where is null ? null : new MockScript(Where, nameof(Where));
        var rule = Conditions(mock, Method, Uri, Query, Headers, Body, Exact, behavior, condition);
        foreach (var before in mock.Api.Mock.Add(rule))
            WriteVerbose($"Rule {rule.Number} ({rule}) overlaps with rule {before.Number} ({before}), which is tried first.");
    }

    /// <exception cref="BearerRequestException">A parameter would have no effect.</exception>
    private void CheckCombinations()
    {
        if (IsGiven(nameof(Seed)) && !IsGiven(nameof(FailureRate)))
            throw MockErrors.InvalidRule("-Seed has no effect without -FailureRate.", "Add -FailureRate 0.1, or omit -Seed.");
        if (!IsGiven(nameof(RetryAfterSec)) || IsGiven(nameof(ThrottleAfter)) || IsGiven(nameof(FailureRate))) return;
        var isFixedSuccess = ParameterSetName != SequenceSet && StatusCode is >= 200 and < 300 and not 202
            && PSValue.Unwrap(Response) is not (ScriptBlock or BearerMockResponse);
        if (ParameterSetName == FaultSet || isFixedSuccess)
        {
            throw MockErrors.InvalidRule(
                "-RetryAfterSec has no effect: the rule returns no response that asks to wait.",
                "Add -StatusCode 429 or -ThrottleAfter, or omit -RetryAfterSec.");
        }
    }

    private MockResponse Template()
    {
        var response = MockResponses.Create(this, StatusCode, ResponseHeaders, null, null, ParameterSetName == FileSet ? ResponseFile
            : null);
        return response with { Delay = Delay, Fault = Fault };
    }

    private static MockCode<MockResponse> CodeOf(object? value, string parameter, MockResponse template)
    {
        if (PSValue.Unwrap(value) is ScriptBlock block)
        {
            var script = new MockScript(block, parameter);
            return (request, thread, cancel) => script.RunAsync(request, thread, given => MockBody.With(template, given), cancel);
        }

        if (parameter == nameof(Sequence) && PSValue.Unwrap(value) is int status)
        {
            if (status is < 200 or > 599)
                throw MockErrors.InvalidRule($"{status} in -Sequence is not a status.", "Statuses are from 200 to 599.");
            return (_, _, _) => new(template with { Status = status });
        }

        var response = MockBody.With(template, value);
        MockResponses.CheckBody(response);
        return (_, _, _) => new(response);
    }
}
