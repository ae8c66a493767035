using BearerTools.Http;
using BearerTools.Security;

namespace BearerTools.Mocking;

/// <summary>
/// A pattern of addresses, such as <c>/orders/{id}</c>. A part in braces matches one segment and gives it a name; <c>**</c> at the end
/// matches all segments that follow.
/// </summary>
internal sealed class AddressPattern
{
    private const string Rest = "**";

    private readonly string[] _segments;
    private readonly string _text;

    private AddressPattern(string text, Origin origin, string[] segments, IReadOnlyList<KeyValuePair<string, string?>> query) =>
        (_text, Origin, _segments, Query) = (text, origin, segments, query);

    /// <summary>The address without the path of the base address, if it has that path twice; else <see langword="null"/>.</summary>
    private string? WithoutBase { get; init; }

    public Origin Origin { get; }

    /// <summary>The parameters that the pattern itself names after a question mark.</summary>
    public IReadOnlyList<KeyValuePair<string, string?>> Query { get; }

    private bool HasRest => _segments is [.., Rest];

    /// <param name="text">The pattern: absolute, or relative to the base address.</param>
    /// <param name="baseUri">The base address of the mock.</param>
    /// <exception cref="BearerRequestException">It is not a pattern, or is one of another origin.</exception>
    public static AddressPattern Parse(string text, Uri baseUri)
    {
        if (string.IsNullOrWhiteSpace(text))
            throw Refuse(text, "it is empty", "Pass a path, such as /orders/{id}; '/' is the base address.");
        var mark = text.IndexOf('?', StringComparison.Ordinal);
        var path = mark < 0 ? text : text[..mark];
        foreach (var segment in path.Split('/')) CheckSegment(segment, text);
        // Braces are no characters of a URI, so they are put aside before it is parsed.
        var escaped = path.Replace("{", "%7B", StringComparison.Ordinal).Replace("}", "%7D", StringComparison.Ordinal);
        var address = RequestAddress.Resolve(escaped, baseUri);
        var segments = Segments(address.AbsolutePath);
        var origin = Origin.Of(address);
        if (origin != Origin.Of(baseUri))
            throw Refuse(text, $"its origin is {origin}, and this mock is of {Origin.Of(baseUri)}: no request can match it",
                "Use a path, or another mock.");
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < segments.Length; i++)
        {
            if (segments[i] == Rest && i < segments.Length - 1)
                throw Refuse(text, "'**' is only valid at the end", "Use {name} for one segment.");
            if (NameOf(segments[i]) is not { } name) continue;
            if (name.Length == 0) throw Refuse(text, "a part in braces has no name", "Write it like /orders/{id}.");
            if (!names.Add(name)) throw Refuse(text, $"the name '{name}' occurs twice", "Give each part its own name.");
        }

        return new AddressPattern(text, origin, segments, mark < 0 ? [] : [.. MockQuery.Parse(text[mark..]).Select(Expected)])
        {
            WithoutBase = RequestAddress.IsAbsolute(path) ? null : Shortened(segments, Segments(baseUri.AbsolutePath)),
        };
    }

    /// <summary>Why the path does not match, as a clause.</summary>
    public string Mismatch(Uri address) => WithoutBase is null
        ? $"the path is {address.AbsolutePath}"
        : $"the rule is for /{string.Join('/', _segments)}: addresses of rules are relative to the base address; write {WithoutBase}";

    /// <summary>The named parts if the path matches, else <see langword="null"/>.</summary>
    public IReadOnlyDictionary<string, string>? Match(Uri address)
    {
        var given = Segments(address.AbsolutePath);
        if (HasRest ? given.Length < _segments.Length - 1 : given.Length != _segments.Length) return null;
        var parts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < _segments.Length; i++)
        {
            if (_segments[i] == Rest) break;
            if (NameOf(_segments[i]) is { } name) parts[name] = given[i];
            else if (_segments[i] != given[i]) return null;
        }

        return parts;
    }

    /// <summary>The fraction of segments that match, from 0 to 1, to find the nearest rule.</summary>
    public double Similarity(Uri address)
    {
        var given = Segments(address.AbsolutePath);
        var equal = _segments.Zip(given).Count(pair => pair.First == pair.Second || pair.First == Rest || NameOf(pair.First) is not null);
        return (double)equal / Math.Max(1, Math.Max(_segments.Length, given.Length));
    }

    /// <summary>True if each path that the other pattern matches matches this one too.</summary>
    public bool Covers(AddressPattern other)
    {
        var canFit = HasRest
            ? other._segments.Length >= _segments.Length - 1
            : !other.HasRest && other._segments.Length == _segments.Length;
        if (!canFit) return false;
        for (var i = 0; i < _segments.Length && _segments[i] != Rest; i++)
        {
            if (other._segments[i] == Rest) return false;
            if (NameOf(_segments[i]) is null && _segments[i] != other._segments[i]) return false;
        }

        return true;
    }

    /// <summary>True if a path may match both.</summary>
    public bool Overlaps(AddressPattern other)
    {
        for (var i = 0; ; i++)
        {
            var (one, two) = (_segments.ElementAtOrDefault(i), other._segments.ElementAtOrDefault(i));
            if (one == Rest || two == Rest || (one is null && two is null)) return true;
            if (one is null || two is null || (NameOf(one) is null && NameOf(two) is null && one != two)) return false;
        }
    }

    /// <summary>The pattern, without values in its query whose names suggest a secret.</summary>
    public override string ToString() => MockQuery.Shown(_text);

    private static string? Shortened(string[] segments, string[] root) =>
        root.Length > 0 && segments.Length >= 2 * root.Length && segments.AsSpan(root.Length).StartsWith(root)
            ? $"/{string.Join('/', segments[(2 * root.Length)..])}" : null;

    private static KeyValuePair<string, string?> Expected(KeyValuePair<string, string> pair) => new(pair.Key, pair.Value);

    /// <summary>The unescaped segments. A slash at the end makes no difference.</summary>
    private static string[] Segments(string path) =>
        [.. path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString)];

    private static string? NameOf(string segment) => segment is ['{', .. var name, '}'] ? name : null;

    /// <exception cref="BearerRequestException">The segment looks like a pattern, but would be compared as it is.</exception>
    private static void CheckSegment(string segment, string text)
    {
        var inner = NameOf(segment) ?? segment;
        if (inner.AsSpan().IndexOfAny('{', '}') >= 0)
        {
            throw Refuse(text, "a part {name} is a whole segment",
                "Write it like /orders/{id}, and check the rest of the segment with -Where; a brace itself is %7B or %7D.");
        }

        if (segment == Rest || !inner.Contains('*', StringComparison.Ordinal)) return;
        throw Refuse(text, "'*' does not stand for a part of an address",
            "Write {name} for one segment, or ** at the end for all that follow: '/**' is any address. The character itself is %2A.");
    }

    private static BearerRequestException Refuse(string text, string why, string nextStep) =>
        MockErrors.InvalidRule($"'{ServerText.Clean(text, 200)}' cannot be used as the address of a rule: {why}.", nextStep);
}
