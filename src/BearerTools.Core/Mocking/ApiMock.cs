using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Mocking;

/// <summary>
/// A stand-in for one API: rules, the calls it received, and a clock. It responds in process, from any thread, and opens no socket.
/// </summary>
internal sealed class ApiMock(Uri baseUri, MockClock clock)
{
    /// <summary>Number of calls that are kept; the oldest are dropped.</summary>
    public const int MaxCalls = 100_000;

    private readonly object _gate = new();
    private readonly Queue<MockCall> _calls = new();
    private volatile MockRule[] _rules = [];
    private int _count;

    /// <summary>The base address, with a slash at the end.</summary>
    public Uri BaseUri => baseUri;

    public Origin Origin { get; } = Origin.Of(baseUri);

    public MockClock Clock => clock;

    public IReadOnlyList<MockRule> Rules => _rules;

    /// <summary>Responds from a recording instead of rules, or <see langword="null"/>.</summary>
    public IMockResponder? Recording { get; init; }

    /// <summary>The calls so far, in order.</summary>
    public IReadOnlyList<MockCall> Calls
    {
        get
        {
            lock (_gate) return [.. _calls];
        }
    }

    /// <summary>Adds a rule after the others. The first rule that matches a request determines the response.</summary>
    /// <returns>The rules before it that may match the same requests.</returns>
    /// <exception cref="BearerRequestException">No request can reach it.</exception>
    public IReadOnlyList<MockRule> Add(MockRule rule)
    {
        if (Recording is not null)
        {
            throw MockErrors.InvalidRule(
                $"The rule {rule} can never match: the mock for {baseUri} responds from a recording only.",
                "Start a mock without -Replay, or add the request to the recording.");
        }

        if (rule.Contradiction is { } contradiction)
        {
            throw MockErrors.InvalidRule(
                $"The rule {rule} can never match: {contradiction}.", "Remove one of the conditions from the address, or from -Query.");
        }

        lock (_gate)
        {
            if (Array.Find(_rules, known => known.Covers(rule)) is { } first)
            {
                throw MockErrors.InvalidRule(
                    $"The rule {rule.WithQuery()} can never match: rule {first.Number} ({first.WithQuery()}) is before it and "
                        + "matches every such request.",
                    "Add the more specific rule first; for several responses of one rule, use -Sequence.");
            }

            rule.Number = _rules.Length + 1;
            var overlapping = _rules.Where(known => known.Overlaps(rule)).ToArray();
            _rules = [.. _rules, rule];
            return overlapping;
        }
    }

    /// <summary>Forgets the calls so far.</summary>
    public void ClearCalls()
    {
        lock (_gate)
        {
            _calls.Clear();
            _count = 0;
        }
    }

    /// <param name="message">The request.</param>
    /// <param name="thread">The thread of the command whose request it is, or <see langword="null"/>.</param>
    /// <param name="cancel">Cancels the request.</param>
    /// <exception cref="BearerRequestException">Nothing matches the request.</exception>
    /// <exception cref="HttpRequestException">The rule asks for a fault.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, ISessionThread? thread, CancellationToken cancel)
    {
        MockCall call;
        MockResponse response;
        using (clock.Begin())
        {
            call = Note(await MockRequest.ReadAsync(message, cancel).ConfigureAwait(false));
            response = Recording is { } recording
                ? recording.Next(call)
                : await RespondAsync(call, thread, cancel).ConfigureAwait(false);
        }

        if (response.Delay > TimeSpan.Zero) await Task.Delay(response.Delay, clock, cancel).ConfigureAwait(false);
        call.Fault = response.Fault;
        if (response.Fault == MockFault.NoResponse) await Task.Delay(TimeSpan.FromDays(1), clock, cancel).ConfigureAwait(false);
        if (response.Fault != MockFault.None) throw MockResponse.ExceptionOf(response.Fault, message.RequestUri!);
        call.Status = response.Status;
        return response.ToMessage(message);
    }

    private MockCall Note(MockRequest request)
    {
        lock (_gate)
        {
            var call = new MockCall(++_count, clock.GetUtcNow(), request);
            _calls.Enqueue(call);
            if (_calls.Count > MaxCalls) _calls.Dequeue();
            return call;
        }
    }

    private async ValueTask<MockResponse> RespondAsync(MockCall call, ISessionThread? thread, CancellationToken cancel)
    {
        MockMismatch? nearest = null;
        foreach (var rule in _rules)
        {
            if (await rule.CheckAsync(call.Request, thread, cancel).ConfigureAwait(false) is not { } mismatch)
            {
                call.Rule = $"{rule.Number}: {rule}";
                return await rule.Behavior.NextAsync(call.Request, clock, thread, cancel).ConfigureAwait(false);
            }

            if (nearest is null || mismatch.Rank > nearest.Rank) nearest = mismatch;
        }

        call.IsUnmatched = true;
        var why = nearest is null ? "The mock has no rules."
            : $"The nearest is rule {nearest.Rule.Number} ({nearest.Rule}), but {nearest.Reason}.";
        throw MockErrors.Error(
            MockErrors.Unmatched,
            BearerErrorKind.NotFound,
            $"No rule of the mock for {baseUri} matches {call.Request}. {why}",
            "Add the rule with Add-BearerMockRule, or correct the request.",
            PrintableAddress.Of(call.Request.Address));
    }
}

/// <summary>Responds in the place of rules.</summary>
internal interface IMockResponder
{
    /// <exception cref="BearerRequestException">It has no response for the request.</exception>
    MockResponse Next(MockCall call);
}
