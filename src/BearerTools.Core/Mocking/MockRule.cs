using System.Text;
using System.Text.Json;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Mocking;

/// <summary>Code of a user that is part of a rule. It runs on the thread of the command whose request it is about.</summary>
/// <param name="request">The request.</param>
/// <param name="thread">The thread of the command, or <see langword="null"/> if no command waits for the request.</param>
/// <param name="cancel">Cancels the request.</param>
internal delegate ValueTask<T> MockCode<T>(MockRequest request, ISessionThread? thread, CancellationToken cancel);

/// <summary>Which requests a rule matches, and how it responds. The conditions are checked in the order of their declaration.</summary>
internal sealed class MockRule
{
    /// <summary>An expected value that stands for any value.</summary>
    public const string Any = "*";

    /// <summary>The position in the mock, from 1.</summary>
    public int Number { get; set; }

    /// <summary>The method, or <see cref="Any"/>.</summary>
    public string Method { get; init; } = "GET";

    public required AddressPattern Address { get; init; }

    /// <summary>Parameters that the query has to have; with the value <see langword="null"/>, that it must not have.</summary>
    public IReadOnlyList<KeyValuePair<string, string?>> Query { get; init; } = [];

    /// <summary>Headers that the request has to have; with the value <see langword="null"/>, that it must not have.</summary>
    public IReadOnlyList<KeyValuePair<string, string?>> Headers { get; init; } = [];

    /// <summary>What the body, as JSON, has to contain.</summary>
    public JsonElement? Body { get; init; }

    /// <summary>The text that the body has to be.</summary>
    public string? Text { get; init; }

    /// <summary>True if the query and the body may contain nothing else.</summary>
    public bool IsExact { get; init; }

    /// <summary>A condition of the user, or <see langword="null"/>.</summary>
    public MockCode<bool>? Condition { get; init; }

    public required MockBehavior Behavior { get; init; }

    private IEnumerable<KeyValuePair<string, string?>> AllQuery => Address.Query.Concat(Query);

    /// <summary>Why no request can match the rule, whatever other rules there are, or <see langword="null"/>.</summary>
    public string? Contradiction => AllQuery.GroupBy(pair => pair.Key)
        .FirstOrDefault(group => group.Any(pair => pair.Value is null) && group.Any(pair => pair.Value is not null))?.Key is { } name
        ? $"'{name}' has to be in the query and has to be absent" : null;

    /// <summary>True if each request that the other rule matches matches this one too, as far as its conditions show.</summary>
    public bool Covers(MockRule other) =>
        (Method == Any || Method.Equals(other.Method, StringComparison.OrdinalIgnoreCase)) && Address.Covers(other.Address)
            && Condition is null && (!IsExact || (other.IsExact && HasSameConditions(other)))
            && !AllQuery.Except(other.AllQuery).Any() && !Headers.Except(other.Headers).Any()
            && (Text is null || Text == other.Text)
            && (Body is not { } body || (other.Body is { } more && !JsonDifference.Of(body, more, isExact: false).Any()));

    /// <summary>True if a request may match both.</summary>
    public bool Overlaps(MockRule other) =>
        (Method == Any || other.Method == Any || Method.Equals(other.Method, StringComparison.OrdinalIgnoreCase))
            && Address.Overlaps(other.Address);

    /// <summary>Why the rule does not match, or <see langword="null"/> if it does and its parts are then set.</summary>
    public async ValueTask<MockMismatch?> CheckAsync(MockRequest request, ISessionThread? thread, CancellationToken cancel)
    {
        if (CheckStatic(request, out var parts) is { } mismatch) return mismatch;
        (request.Rule, request.Parts) = (this, parts);
        return Condition is null || await Condition(request, thread, cancel).ConfigureAwait(false)
            ? null
            : new MockMismatch(this, 250, "its -Where block did not return $true");
    }

    /// <summary>True if the request meets the conditions, besides code of the user.</summary>
    public bool Matches(MockRequest request) => Compare(request) is null;

    /// <summary>Why the request does not meet the conditions, besides code of the user, or <see langword="null"/> if it does.</summary>
    public MockMismatch? Compare(MockRequest request) => CheckStatic(request, out _);

    public override string ToString() => $"{Method} {Address}";

    /// <summary>The rule with its -Query, without values whose names suggest a secret.</summary>
    public string WithQuery()
    {
        if (Query.Count == 0) return ToString();
        var pairs = Query.Select(pair =>
            $"'{pair.Key}' = {(pair.Value is null ? "$null" : SecretNames.Include(pair.Key) ? LiveSecrets.Mark : $"'{pair.Value}'")}");
        return $"{this} -Query @{{ {string.Join("; ", pairs)} }}";
    }

    private bool HasSameConditions(MockRule other) => !other.AllQuery.Except(AllQuery).Any() && Text == other.Text
        && (Body is { } body ? other.Body is { } same && !JsonDifference.Of(body, same, isExact: true).Any() : other.Body is null);

    private MockMismatch? CheckStatic(MockRequest request, out IReadOnlyDictionary<string, string> parts)
    {
        var found = Address.Match(request.Address);
        parts = found ?? new Dictionary<string, string>();
        var isMethod = Method == Any || Method.Equals(request.Method, StringComparison.OrdinalIgnoreCase);
        var rank = (isMethod ? 50 : 0) + (found is null ? 90 * Address.Similarity(request.Address) : 100);
        if (found is null) return new MockMismatch(this, rank, Address.Mismatch(request.Address));
        if (!isMethod) return new MockMismatch(this, rank, $"the method is {request.Method}, not {Method}");
        if (CheckQuery(request) is { } query) return new MockMismatch(this, rank + 10, query);
        if (CheckHeaders(request) is { } header) return new MockMismatch(this, rank + 20, header);
        return CheckBody(request) is { } body ? new MockMismatch(this, rank + 30, body) : null;
    }

    private string? CheckQuery(MockRequest request)
    {
        foreach (var group in AllQuery.GroupBy(pair => pair.Key))
        {
            var given = request.Query.Where(pair => pair.Key == group.Key).Select(pair => pair.Value).ToArray();
            foreach (var (name, value) in group)
            {
                if (value is null ? given.Length == 0 : value == Any ? given.Length > 0 : given.Contains(value)) continue;
                return given.Length == 0 ? $"the query has no '{name}'"
                    : value is null ? $"the query has '{name}'"
                    : SecretNames.Include(name) ? $"'{name}' in the query has another value"
                    : $"'{name}' in the query is '{string.Join("', '", given)}', not '{value}'";
            }
        }

        if (!IsExact) return null;
        var known = AllQuery.Select(pair => pair.Key).ToHashSet();
        return request.Query.FirstOrDefault(pair => !known.Contains(pair.Key)).Key is { } extra ? $"the query also has '{extra}'" : null;
    }

    private string? CheckHeaders(MockRequest request)
    {
        foreach (var (name, value) in Headers)
        {
            var given = request.Header(name);
            if (value is null ? given is null : value == Any ? given is not null : value == given) continue;
            // The value may be a secret that no other code knows.
            return given is null ? $"there is no header {name}" : value is null ? $"there is a header {name}"
                : $"the header {name} has another value";
        }

        return null;
    }

    private string? CheckBody(MockRequest request)
    {
        if (Text is not null)
            return request.Text == Text ? null : request.Body is null ? "there is no body" : "the text of the body is another";
        if (Body is not { } expected) return IsExact && request.Body is not null ? "there is a body" : null;
        if (request.Body is null) return "there is no body";
        if (request.Json is not { } actual) return "the body is neither JSON nor a form";
        return JsonDifference.Of(expected, actual, IsExact).FirstOrDefault() is { } difference ? $"in the body, {difference}" : null;
    }

    /// <summary>The text of a value as JSON, to be compared with bodies.</summary>
    public static JsonElement ToElement(ReadOnlySpan<byte> json) => ServerJson.Parse(Encoding.UTF8.GetString(json));
}

/// <summary>Why a rule does not match a request.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Rank">How near the rule is; the highest is the nearest.</param>
/// <param name="Reason">The first condition that is not met, as a clause.</param>
internal sealed record MockMismatch(MockRule Rule, double Rank, string Reason);
