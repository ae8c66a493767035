using System.Collections;
using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Mocking;

namespace BearerTools.Cmdlets;

/// <summary>Fails with a list of the calls if a mock did not receive the expected requests.</summary>
[Cmdlet(VerbsLifecycle.Assert, "BearerMockCall", DefaultParameterSetName = AtLeastSet)]
public sealed class AssertBearerMockCallCommand : MockCommand
{
    private const string AtLeastSet = "AtLeast";
    private const string ExactlySet = "Exactly";
    private const string NeverSet = "Never";
    private const string OrderSet = "InOrder";

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

        var filter = Conditions(mock, Method, Uri ?? new Uri(mock.BaseUri, "/**"), Query, Headers, Body, isExact: false);
        var count = calls.Count(call => filter.Matches(call.Request));
        var (isMet, expected) = ParameterSetName switch
        {
            ExactlySet => (count == Exactly, $"exactly {Exactly}"),
            NeverSet when Never => (count == 0, "no"),
            _ => (count >= AtLeast, $"at least {AtLeast}"),
        };
        if (isMet) return;
        throw Failed($"Expected {expected} calls of {Shown()}, but there were {count}.", Reason(filter, count, calls), calls);
    }

    private void CheckOrder(BearerMock mock, IReadOnlyList<MockCall> calls)
    {
        var next = 0;
        foreach (var text in InOrder)
        {
            var words = text.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words.Length != 2)
                throw MockErrors.InvalidRule($"'{text}' is no method and address.", "Write each call like 'GET /orders/{id}'.");
            var filter = Conditions(mock, words[0], new Uri(words[1], UriKind.RelativeOrAbsolute), null, null, null, isExact: false);
            while (next < calls.Count && !filter.Matches(calls[next].Request)) next++;
            if (next++ == calls.Count)
                throw Failed($"Expected {string.Join(", then ", InOrder)}, but '{text}' did not follow.", string.Empty, calls);
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
        var conditions = new[] { Query is null ? null : "-Query", Headers is null ? null : "-Headers", Body is null ? null : "-Body" }.OfType<string>().ToArray();
        return $"{Method} {Uri?.OriginalString ?? "any address"}{(conditions.Length == 0 ? string.Empty : $" with {string.Join(", ", conditions)}")}";
    }

    private static BearerRequestException Failed(string message, string reason, IReadOnlyList<MockCall> calls)
    {
        const int MostShown = 50;
        var list = calls.Count == 0 ? "There were no calls." : "Calls:\n  " + string.Join("\n  ", calls.Take(MostShown));
        if (calls.Count > MostShown) list += $"\n  … and {calls.Count - MostShown} more";
        return new BearerRequestException($"{message}{reason} {list}") { ErrorId = "MockAssertionFailed", Kind = BearerErrorKind.InvalidData };
    }
}
