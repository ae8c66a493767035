using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using BearerTools.Http;
using BearerTools.Json;
using BearerTools.Security;

namespace BearerTools.Mocking.Recordings;

/// <summary>Reads a recording file. People edit it, so errors name the line and the field.</summary>
internal sealed partial class RecordingReader
{
    public const string VersionName = "recordingVersion";
    public const string BaseUriName = "baseUri";
    public const string RedactedName = "redacted";
    public const string EntriesName = "entries";
    public const string MethodName = "method";
    public const string AddressName = "address";
    public const string StatusName = "status";
    public const string HeadersName = "headers";
    public const string CutName = "cut";
    public const string FaultName = "fault";
    public const string DelayName = "delayMs";
    public const string DigestName = "responseDigest";

    private const int MaxDepth = 256;

    private static readonly string[] s_bodies = ["Json", "Text", "Base64"];
    private static readonly string[] s_fields =
    [
        MethodName, AddressName, StatusName, HeadersName, CutName, FaultName, DelayName, DigestName,
        .. s_bodies.Select(kind => "request" + kind), .. s_bodies.Select(kind => "response" + kind),
    ];

    private readonly string _path;
    private readonly byte[] _text;
    private readonly bool _acceptsEdits;
    private readonly bool _readsHar;
    private readonly List<int> _lineStarts = [0];

    private RecordingReader(string path, byte[] text, bool acceptsEdits, bool readsHar)
    {
        (_path, _text, _acceptsEdits, _readsHar) = (path, text, acceptsEdits, readsHar);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == (byte)'\n') _lineStarts.Add(i + 1);
        }
    }

    /// <param name="path">Full path, for errors.</param>
    /// <param name="content">The content of the file.</param>
    /// <param name="baseUri">The base address of the requests to read from a HAR file, or <see langword="null"/>.</param>
    /// <param name="acceptsEdits">True if responses may have been edited since they were recorded.</param>
    /// <param name="readsHar">False if a HAR file is an error.</param>
    /// <exception cref="BearerRequestException">It is no recording, one of a newer version, or one that was edited.</exception>
    public static Recording Read(
        string path, byte[] content, Uri? baseUri = null, bool acceptsEdits = false, bool readsHar = true) =>
        new RecordingReader(path, content.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? content[3..] : content, acceptsEdits, readsHar)
            .Read(baseUri);

    /// <summary>True for a recording of any version, even one with mistakes.</summary>
    public static bool IsRecording(byte[] content)
    {
        const int LongestStart = 1000;
        var text = content.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? content[3..] : content;
        // With mistakes that make it no JSON, such as marks of a merge, it is known by its first field, as this module writes it.
        if (FirstField().IsMatch(Encoding.UTF8.GetString(text, 0, Math.Min(text.Length, LongestStart)))) return true;
        try
        {
            return JsonFileParser.Parse(text, MaxDepth) is { Kind: JsonValueKind.Object } root && root.Member(VersionName) is not null;
        }
        catch (JsonFileException)
        {
            return false;
        }
    }

    [GeneratedRegex($$"""^\s*\{\s*"{{VersionName}}"\s*:""", RegexOptions.CultureInvariant)]
    private static partial Regex FirstField();

    private Recording Read(Uri? harBaseUri)
    {
        JsonFileNode root;
        // UTF-16 has a mark, or a null beside each character of the first ones.
        if (_text is [0xff, 0xfe, ..] or [0xfe, 0xff, ..] or [0, _, ..] or [_, 0, ..])
            throw Error(0, "the file is not UTF-8. Save it with the encoding UTF-8.");
        try
        {
            root = JsonFileParser.Parse(_text, MaxDepth);
        }
        catch (JsonFileException e)
        {
            throw Error(e.Offset, $"it is not valid JSON. {ServerText.Clean(e.Message, 200)}");
        }

        if (root.Kind != JsonValueKind.Object) throw Error(root.Start, "the file does not contain a JSON object.");
        if (root.Member("log")?.Value is { Kind: JsonValueKind.Object } log && root.Member(VersionName) is null)
        {
            return _readsHar ? new HarReader(Error).Read(log, harBaseUri, LineOf) : throw MockErrors.Error(
                "RecordingInvalid", BearerErrorKind.InvalidData, $"{_path} is a HAR file, and only recordings can be changed.",
                "Replay the HAR file as it is, or record its requests with -Record.");
        }

        if (root.Member(VersionName) is null) throw Error(root.Start, $"the field '{VersionName}' is missing: this is no recording.");
        var version = Required(root, VersionName, JsonValueKind.Number);
        if (!int.TryParse(version.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1)
            throw Error(version.Start, $"'{VersionName}' is not a version.");
        if (number > Recording.Version)
        {
            throw MockErrors.Error(
                "RecordingTooNew", BearerErrorKind.InvalidData,
                $"{_path} has version {number} of the format, and this version of BearerTools reads up to {Recording.Version}.",
                "Update BearerTools, or record again.");
        }

        CheckNames(root, [VersionName, BaseUriName, RedactedName, EntriesName], "the file");
        var baseUri = Required(root, BaseUriName, JsonValueKind.String);
        if (!AddressParser.TryParse(baseUri.Text, out var address) || !Origin.TryOf(address, out _))
            throw Error(baseUri.Start, $"'{BaseUriName}' is not an absolute address.");
        var redacted = root.Member(RedactedName)?.Value;
        return new Recording(
            RequestAddress.Base(address),
            new Redaction(redacted is null ? [] : [.. Items(redacted, RedactedName).Select(item => Text(item, RedactedName))]),
            [.. Required(root, EntriesName, JsonValueKind.Array).Items.Select(Entry)]);
    }

    private RecordedEntry Entry(JsonFileNode node, int index)
    {
        if (node.Kind != JsonValueKind.Object) throw Error(node.Start, "an entry is not an object.");
        CheckNames(node, s_fields, "an entry");
        var fault = node.Member(FaultName)?.Value;
        var kind = MockFault.None;
        if (fault is not null && (!Enum.TryParse(Text(fault, FaultName), out kind) || kind == MockFault.None))
            throw Error(fault.Start, $"'{FaultName}' is none of {string.Join(", ", Enum.GetNames<MockFault>().Skip(1))}.");
        var status = fault is null ? Required(node, StatusName, JsonValueKind.Number) : null;
        var code = 0;
        if (status is not null
            && (!int.TryParse(status.Text, NumberStyles.None, CultureInfo.InvariantCulture, out code) || code is < 100 or > 999))
            throw Error(status.Start, $"'{StatusName}' is not a status.");
        var address = Required(node, AddressName, JsonValueKind.String);
        if (!address.Text.StartsWith('/')) throw Error(address.Start, $"'{AddressName}' does not start with '/'.");
        var delay = node.Member(DelayName)?.Value;
        var milliseconds = 0;
        if (delay is not null
            && (delay.Kind != JsonValueKind.Number
                || !int.TryParse(delay.Text, NumberStyles.None, CultureInfo.InvariantCulture, out milliseconds)
                || milliseconds > RecordedEntry.LongestDelay.TotalMilliseconds))
        {
            throw Error(
                delay.Start, $"'{DelayName}' is not a number of milliseconds from 0 to {RecordedEntry.LongestDelay.TotalMilliseconds}.");
        }

        var digest = node.Member(DigestName)?.Value;
        var entry = new RecordedEntry
        {
            Method = MethodOf(node),
            Address = address.Text,
            RequestBody = Body(node, "request"),
            Status = code,
            Headers = [.. Headers(node.Member(HeadersName)?.Value)],
            Body = Body(node, "response"),
            IsCut = node.Member(CutName)?.Value.Kind == JsonValueKind.True,
            Fault = kind,
            Delay = delay is null ? null : TimeSpan.FromMilliseconds(milliseconds),
            HasDigest = digest is not null || _acceptsEdits,
            Line = LineOf(node.Start),
        };
        if (digest is not null && !_acceptsEdits) CheckDigest(entry, node, digest, index);
        return entry;
    }

    private string MethodOf(JsonFileNode entry)
    {
        var method = Required(entry, MethodName, JsonValueKind.String);
        return HttpToken.Is(method.Text)
            ? method.Text.ToUpperInvariant() : throw Error(method.Start, $"'{MethodName}' is not an HTTP method.");
    }

    private void CheckDigest(RecordedEntry entry, JsonFileNode node, JsonFileNode digest, int index)
    {
        const int MaxNamed = 10;
        if (ResponseDigest.Edited(entry, Text(digest, DigestName)) is not { } edits)
            throw Error(digest.Start, $"'{DigestName}' is not a digest.");
        if (edits.Count == 0) return;
        var first = edits[0];
        var value = first.Kind == ResponseEditKind.Removed ? "." : $": it is {first.Field.Shown}.";
        var others = edits.Skip(1).Take(MaxNamed - 1).Select(edit => $"{edit.Field.Path} was {edit.Verb}");
        if (edits.Count > MaxNamed) others = others.Append($"{edits.Count - MaxNamed} more");
        throw MockErrors.Error(
            "RecordingEdited", BearerErrorKind.InvalidData,
            Located(
                Find(node, first.Field.Steps).Start,
                $"entries[{index}].{first.Field.Path} was {first.Verb} after it was recorded ({ServerText.Clean(entry.ToString(), 200)})"
                    + $"{value}{(edits.Count == 1 ? string.Empty : $" Also: {string.Join(", ", others)}.")}"),
            "Undo the edit or record again. If it is intended, accept it with Protect-BearerRecording -AcceptEdits, or remove "
                + $"the line '{DigestName}' of the entry.");
    }

    /// <summary>The node that the steps lead to, or the last one on the way.</summary>
    private static JsonFileNode Find(JsonFileNode node, IEnumerable<object> steps)
    {
        foreach (var step in steps)
        {
            var next = step is int index ? node.Items.ElementAtOrDefault(index)
                : node.Members.LastOrDefault(member => member.Name.Equals((string)step, StringComparison.Ordinal))?.Value;
            if (next is null) break;
            node = next;
        }

        return node;
    }

    private int LineOf(int offset)
    {
        var found = _lineStarts.BinarySearch(offset);
        return found >= 0 ? found + 1 : ~found;
    }

    private IEnumerable<KeyValuePair<string, string>> Headers(JsonFileNode? node)
    {
        if (node is null) yield break;
        if (node.Kind != JsonValueKind.Object) throw Error(node.Start, $"'{HeadersName}' is not an object.");
        foreach (var member in node.Members)
        {
            if (member.Value.Kind == JsonValueKind.Array)
                foreach (var item in member.Value.Items) yield return new(member.Name, Text(item, member.Name));
            else yield return new(member.Name, Text(member.Value, member.Name));
        }
    }

    private RecordedBody? Body(JsonFileNode entry, string name)
    {
        var given = entry.Members.Where(member => s_bodies.Any(kind => member.Name == name + kind)).ToArray();
        if (given.Length == 0) return null;
        if (given.Length > 1) throw Error(given[1].Start, $"'{given[1].Name}' is a second body beside '{given[0].Name}'.");
        var value = given[0].Value;
        if (given[0].Name.EndsWith("Json", StringComparison.Ordinal))
        {
            return ServerJson.TryParse(_text.AsMemory(value.Start..value.End)) is { } json
                ? new RecordedBody(json, null, null)
                : throw Error(value.Start, $"'{given[0].Name}' has a comment, an extra comma, or more than 64 levels.");
        }

        var text = Text(value, given[0].Name);
        if (given[0].Name.EndsWith("Text", StringComparison.Ordinal)) return new RecordedBody(null, text, null);
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length)
            ? new RecordedBody(null, null, bytes[..length])
            : throw Error(value.Start, $"'{given[0].Name}' is not Base64.");
    }

    private void CheckNames(JsonFileNode node, string[] known, string where)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in node.Members)
        {
            if (!known.Contains(member.Name))
                throw Error(member.Start,
                    $"'{ServerText.Clean(member.Name, 100)}' is not a field of {where}. Its fields are {string.Join(", ", known)}.");
            if (!names.Add(member.Name)) throw Error(member.Start, $"the field '{member.Name}' occurs twice.");
        }
    }

    private JsonFileNode Required(JsonFileNode node, string name, JsonValueKind kind)
    {
        var value = node.Member(name)?.Value ?? throw Error(node.Start, $"the field '{name}' is missing.");
        return value.Kind == kind ? value : throw Error(value.Start,
            $"'{name}' is not {(kind == JsonValueKind.Array ? "a list" : kind == JsonValueKind.Number ? "a number" : "text")}.");
    }

    private IReadOnlyList<JsonFileNode> Items(JsonFileNode node, string name) =>
        node.Kind == JsonValueKind.Array ? node.Items : throw Error(node.Start, $"'{name}' is not a list.");

    private string Text(JsonFileNode node, string name) =>
        node.Kind == JsonValueKind.String ? node.Text : throw Error(node.Start, $"'{ServerText.Clean(name, 100)}' is not text.");

    private BearerRequestException Error(int offset, string message) => MockErrors.Error(
        "RecordingInvalid", BearerErrorKind.InvalidData, Located(offset, message), "Correct the file, or record again.");

    private string Located(int offset, string message)
    {
        var (line, column) = JsonFileParser.Position(_text, offset);
        return $"{_path}, line {line}, column {column}: {message}";
    }
}
