using System.Collections;
using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Mocking;
using BearerTools.Security;

namespace BearerTools.Cmdlets;

/// <summary>Fails with a list of the calls if a mock did not receive the expected requests.</summary>
[Cmdlet(VerbsLifecycle.Assert, "BearerMockCall", DefaultParameterSetName = AtLeastSet)]
[OutputType(typeof(void))]
public sealed class AssertBearerMockCallCommand : MockCommand
{
    private const string AtLeastSet = "AtLeast";
    private const string ExactlySet = "Exactly";
    private const string NeverSet = "Never";
    private const string OrderSet = "InOrder";

    private static readonly string[] s_methods =
    [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "QUERY",
        "PROPFIND", "PROPPATCH", "MKCOL", "COPY", "MOVE", "LOCK", "UNLOCK", "SEARCH", "REPORT", "PURGE", "MERGE", "LINK", "UNLINK",
    ];

    /// <summary>HTTP method of the calls (default: any).</summary>
    [Parameter(Position = 0, ParameterSetName = AtLeastSet), Parameter(Position = 0, ParameterSetName = ExactlySet)]
    [Parameter(Position = 0, ParameterSetName = NeverSet)]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(MethodCompleter))]
    public string Method { get; set; } = MockRule.Any;

    /// <summary>Address of the calls, as in Add-BearerMockRule (default: any).</summary>
    [Parameter(Position = 1, ParameterSetName = AtLeastSet), Parameter(Position = 1, ParameterSetName = ExactlySet)]
    [Parameter(Position = 1, ParameterSetName = NeverSet)]
    [RelativeUriTransformation, ValidateNotNull]
    public Uri? Uri { get; set; }

    /// <summary>Query parameters that the calls have.</summary>
    [Parameter(ParameterSetName = AtLeastSet), Parameter(ParameterSetName = ExactlySet), Parameter(ParameterSetName = NeverSet)]
    [ValidateNotNull]
    public IDictionary? Query { get; set; }

    /// <summary>Headers that the calls have.</summary>
    [Parameter(ParameterSetName = AtLeastSet), Parameter(ParameterSetName = ExactlySet), Parameter(ParameterSetName = NeverSet)]
    [ValidateNotNull]
    public IDictionary? Headers { get; set; }

    /// <summary>What the bodies of the calls contain.</summary>
    [Parameter(ParameterSetName = AtLeastSet), Parameter(ParameterSetName = ExactlySet), Parameter(ParameterSetName = NeverSet)]
    [ValidateNotNull]
    public object? Body { get; set; }

    /// <summary>Least number of calls (default 1).</summary>
    [Parameter(ParameterSetName = AtLeastSet)]
    [ValidateRange(1, int.MaxValue)]
    public int AtLeast { get; set; } = 1;

    /// <summary>Number of calls.</summary>
    [Parameter(ParameterSetName = ExactlySet, Mandatory = true)]
    [ValidateRange(0, int.MaxValue)]
    public int Exactly { get; set; }

    /// <summary>There is no such call.</summary>
    [Parameter(ParameterSetName = NeverSet, Mandatory = true)]
    public SwitchParameter Never { get; set; }

    /// <summary>Calls that came in this order, such as 'POST /orders', 'GET /orders/{id}'. There may be others between them.</summary>
    [Parameter(ParameterSetName = OrderSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string[] InOrder { get; set; } = [];

    private protected override void Process(BearerMock mock)
    {
        var calls = mock.Api.Mock.Calls;
        if (ParameterSetName == OrderSet)
        {
            CheckOrder(mock, calls);
            return;
        }

        if (Never || (ParameterSetName == ExactlySet && Exactly == 0)) CheckMethod(mock, calls);
        var filter = Conditions(mock, Method, Uri, Query, Headers, Body, isExact: false);
        var count = calls.Count(call => filter.Matches(call.Request));
        var (isMet, expected) = ParameterSetName switch
        {
            ExactlySet => (count == Exactly, $"exactly {Calls(Exactly)}"),
            NeverSet when Never => (count == 0, "no call"),
            _ => (count >= AtLeast, $"at least {Calls(AtLeast)}"),
        };
        if (isMet) return;
        Fail($"Expected {expected} of {Shown()}, but there {(count == 1 ? "was 1" : $"were {count}")}.{Reason(filter, count, calls)}",
            calls);
    }

    /// <summary>No request has a method that is misspelled, so that the assertion would always pass.</summary>
    private void CheckMethod(BearerMock mock, IReadOnlyList<MockCall> calls)
    {
        IEnumerable<string> known =
            [MockRule.Any, .. s_methods, .. mock.Api.Mock.Rules.Select(rule => rule.Method), .. calls.Select(call => call.Request.Method)];
        if (known.Contains(Method, StringComparer.OrdinalIgnoreCase)) return;
        throw MockErrors.InvalidRule(
            $"No rule or call of the mock has the method '{ServerText.Clean(Method, 100)}', so the assertion would always pass.",
            "Check the spelling; for a method of your own, add a rule with it.");
    }

    private void CheckOrder(BearerMock mock, IReadOnlyList<MockCall> calls)
    {
        var next = 0;
        foreach (var text in InOrder)
        {
            var words = text.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words.Length != 2 || !AddressParser.TryParse(words[1], UriKind.RelativeOrAbsolute, out var address))
                throw MockErrors.InvalidRule($"'{text}' is no method and address.", "Write each call like 'GET /orders/{id}'.");
            var filter = Conditions(mock, words[0], address, null, null, null, isExact: false);
            while (next < calls.Count && !filter.Matches(calls[next].Request)) next++;
            if (next++ == calls.Count)
                Fail(
                    $"Expected {string.Join(", then ", InOrder.Select(MockQuery.Shown))}, but '{MockQuery.Shown(text)}' did not follow.",
                    calls);
        }
    }

    /// <summary>Why the nearest call does not count, if there is none that does.</summary>
    private static string Reason(MockRule filter, int count, IReadOnlyList<MockCall> calls)
    {
        if (count > 0 || calls.Count == 0) return string.Empty;
        var nearest = calls.Select(call => (Call: call, Mismatch: filter.Compare(call.Request)!)).MaxBy(pair => pair.Mismatch.Rank);
        return $" The nearest is call {nearest.Call.Number}, but {nearest.Mismatch.Reason}.";
    }

    private string Shown()
    {
        string[] conditions = [.. new[] { nameof(Query), nameof(Headers), nameof(Body) }.Where(IsGiven).Select(name => $"-{name}")];
        var with = conditions.Length == 0 ? string.Empty : $" with {string.Join(", ", conditions)}";
        return $"{Method} {(Uri is null ? "any address" : MockQuery.Shown(Uri.OriginalString))}{with}";
    }

    private static string Calls(int count) => count == 1 ? "1 call" : $"{count} calls";

    /// <summary>Ends the command. Unlike other errors, this one has several lines.</summary>
    private void Fail(string message, IReadOnlyList<MockCall> calls)
    {
        const int MaxShown = 50;
        IEnumerable<string> lines =
        [
            message,
            calls.Count == 0 ? "There were no calls." : "Calls:",
            .. calls.Take(MaxShown).Select(call => call.ToString()),
        ];
        if (calls.Count > MaxShown) lines = lines.Append($"  … and {calls.Count - MaxShown} more");
        var text = string.Join('\n', lines.Select(line => ErrorText.Message(line)).Select((line, index) => index > 1 ? $"  {line}" : line));
        ThrowTerminatingError(new ErrorRecord(new RuntimeException(text), "MockAssertionFailed", ErrorCategory.InvalidResult, null));
    }
}
