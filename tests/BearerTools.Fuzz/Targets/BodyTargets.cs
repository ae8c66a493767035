using System.Net;
using BearerTools.Diagnostics;
using BearerTools.Fuzz.Support;
using BearerTools.Http;
using BearerTools.Http.Tracing;
using BearerTools.Http.Waiting;
using BearerTools.Json;
using BearerTools.Running;
using BearerTools.Security;
using BearerTools.Tests.Json;

namespace BearerTools.Fuzz.Targets;

/// <summary>Bodies of responses.</summary>
internal static class BodyTargets
{
    private const int Piece = 7;

    private static readonly string[] s_types =
        ["application/json", "text/plain", "application/xml", "text/event-stream", "application/x-ndjson", "text/csv; charset=utf-16", "application/octet-stream", "text/html; charset=iso-8859-1", "application/json; charset=utf-32"];

    public static IEnumerable<Target> All { get; } =
    [
        .. Enum.GetValues<JsonFormat>().Select(format => Target.OfBytes($"JsonReader{format}", "json", bytes => Rows(format, bytes))),
        Target.OfBytes("ServerJson", "json", bytes => _ = ServerJson.TryParse(bytes)?.ToString()),
        new("Xml", "xml", Xml),
        .. s_types.Select((type, at) => Target.OfTask($"Body{at}", at % 2 == 0 ? "body" : "xml", text => BodyAsync(type, Mutants.Bytes(text)))),
        new("ProblemTexts", "error", text => _ = (ProblemText.From(text, isCut: false, "application/json"), ProblemText.From(text, isCut: true, null))),
        Target.OfTask("ErrorResponses", "error", async text =>
        {
            using var response = Responses.With("Content-Type", "application/problem+json", HttpStatusCode.BadRequest, Mutants.Bytes(text));
            _ = await RequestFailure.FromResponseAsync(response, new RequestContext(EventSink.None, default));
        }),
        Target.OfBytes("TracedJson", "json", bytes => _ = BodyText.Of(bytes, isCut: bytes.Length % 2 == 0, "application/json")?.ToString()),
        new("TracedText", "xml", text => _ = BodyText.Of(Mutants.Bytes(text), isCut: text.Length % 2 == 0, s_types[text.Length % s_types.Length])?.ToString()),
        Target.OfTask("OperationStates", "error", async text =>
        {
            using var response = Responses.Api(HttpStatusCode.OK, Mutants.Bytes(text.Replace("error", "status", StringComparison.Ordinal)));
            _ = await OperationState.ReadAsync(response, default);
        }),
    ];

    private static void Rows(JsonFormat format, byte[] bytes)
    {
        var options = new JsonReadOptions { Format = format, Depth = 64, MaximumRowBytes = 1 << 20, ItemsPath = bytes.Length % 3 == 0 ? "value" : null, Captures = ["@odata.nextLink", "next"], NoEnumerate = bytes.Length % 2 == 0 };
        var kind = (JsonDateKind)(bytes.Length % Enum.GetValues<JsonDateKind>().Length);
        var reader = new JsonRowReader<object?>(options, new ValueBuilder { DateKind = kind });
        var rows = new List<object?>();
        foreach (var piece in bytes.Chunk(Piece)) reader.Feed(piece, rows);
        reader.Complete(rows);
        _ = (reader.Captured(0), reader.CapturedKind(1));
    }

    private static void Xml(string text)
    {
        if (XmlBody.IsDeeper(text, 64, out _)) return;
        try
        {
            _ = XmlBody.Feed(text)?.Take(10).ToArray();
        }
        catch (System.Xml.XmlException)
        {
            // The documented error, which the reader of responses turns into one of this module's.
        }

        _ = XmlBody.Document(text)?.OuterXml;
    }

    private static async Task BodyAsync(string type, byte[] body)
    {
        using var response = Responses.With("Content-Type", type, HttpStatusCode.OK, body);
        var reader = new ResponseReader(JsonReadOptions.Default with { Depth = 64, MaximumRowBytes = 1 << 20 }, _ => new ValueBuilder());
        _ = await reader.ReadWholeAsync(response, null, EventSink.None, default);
    }
}
