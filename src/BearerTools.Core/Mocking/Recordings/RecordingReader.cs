using System.Globalization;
using System.Text;
using System.Text.Json;
using BearerTools.Http;
using BearerTools.Profiles.Saved;
using BearerTools.Security;

namespace BearerTools.Mocking.Recordings;

/// <summary>Reads a recording file. People edit it, so errors name the line and the field.</summary>
internal sealed class RecordingReader
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

    private const int MaxDepth = 256;

    private static readonly string[] s_bodies = ["Json", "Text", "Base64"];
    private static readonly string[] s_fields =
    [
        MethodName, AddressName, StatusName, HeadersName, CutName, FaultName,
        .. s_bodies.Select(kind => "request" + kind), .. s_bodies.Select(kind => "response" + kind),
    ];

    private readonly string _path;
    private readonly byte[] _text;

    private RecordingReader(string path, byte[] text) => (_path, _text) = (path, text);

    /// <param name="path">Full path, for errors.</param>
    /// <param name="content">The content of the file.</param>
    /// <param name="baseUri">The base address of the requests to read from a HAR file, or <see langword="null"/>.</param>
    /// <exception cref="BearerRequestException">It is no recording, or one of a newer version.</exception>
    public static Recording Read(string path, byte[] content, Uri? baseUri = null) =>
        new RecordingReader(path, content.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? content[3..] : content).Read(baseUri);

    private Recording Read(Uri? harBaseUri)
    {
        JsonFileNode root;
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
            return new HarReader(Error).Read(log, harBaseUri, offset => JsonFileParser.Position(_text, offset).Line);
        if (root.Member(VersionName)?.Value is not { Kind: JsonValueKind.Number } version)
            throw Error(root.Start, $"the field '{VersionName}' is missing: this is no recording.");
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
        if (!Uri.TryCreate(baseUri.Text, UriKind.Absolute, out var address))
            throw Error(baseUri.Start, $"'{BaseUriName}' is not an absolute address.");
        var redacted = root.Member(RedactedName)?.Value;
        return new Recording(
            RequestAddress.Base(address),
            new Redaction(redacted is null ? [] : [.. Items(redacted, RedactedName).Select(item => Text(item, RedactedName))]),
            [.. Items(Required(root, EntriesName, JsonValueKind.Array), EntriesName).Select(Entry)]);
    }

    private RecordedEntry Entry(JsonFileNode node)
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
        return new RecordedEntry
        {
            Method = Required(node, MethodName, JsonValueKind.String).Text,
            Address = address.Text,
            RequestBody = Body(node, "request"),
            Status = code,
            Headers = [.. Headers(node.Member(HeadersName)?.Value)],
            Body = Body(node, "response"),
            IsCut = node.Member(CutName)?.Value.Kind == JsonValueKind.True,
            Fault = kind,
            Line = JsonFileParser.Position(_text, node.Start).Line,
        };
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

    private BearerRequestException Error(int offset, string message)
    {
        var (line, column) = JsonFileParser.Position(_text, offset);
        return MockErrors.Error(
            "RecordingInvalid", BearerErrorKind.InvalidData, $"{_path}, line {line}, column {column}: {message}",
                "Correct the file, or record again.");
    }
}
