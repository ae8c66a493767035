using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using System.Text;
using BearerTools.Json;
using BearerTools.Pipeline;

namespace BearerTools.JsonProbe;

/// <summary>Generated documents, and what the module makes of them.</summary>
/// <param name="seed">The same seed, the same documents.</param>
/// <param name="odd">Also what ConvertFrom-Json refuses.</param>
[SuppressMessage("Security", "CA5394:Do not use insecure randomness", Justification = "The same documents for the same seed.")]
public sealed class Probe(int seed, bool odd)
{
    private readonly Random _random = new(seed);
    private JsonDocuments? _documents;

    public string NextDocument() => (_documents ??= new JsonDocuments(_random, odd)).Next();

    /// <summary>One of the first so many values.</summary>
    public int NextChoice(int count) => _random.Next(count);

    /// <summary>Reads a document as a response is read: in pieces, here of a few bytes or all at once.</summary>
    public object? Read(string document, bool asHashtable, JsonDateKind dateKind)
    {
        var reader = new JsonRowReader<object?>(
            new JsonReadOptions { NoEnumerate = true }, new PSObjectBuilder { AsHashtable = asHashtable, DateKind = dateKind });
        ReadOnlySpan<byte> bytes = Encoding.UTF8.GetBytes(document);
        var piece = _random.Next(3) == 0 ? bytes.Length : _random.Next(1, 9);
        var rows = new List<object?>();
        for (; !bytes.IsEmpty; bytes = bytes[Math.Min(piece, bytes.Length)..]) reader.Feed(bytes[..Math.Min(piece, bytes.Length)], rows);
        reader.Complete(rows);
        return rows.Single();
    }

    public static void ReadDeep(string document, int depth) =>
        new JsonRowReader<object?>(new JsonReadOptions { Depth = depth }, new PSObjectBuilder()).Feed(Encoding.UTF8.GetBytes(document), []);

    /// <summary>Writes a value as a body is written.</summary>
    public static string Write(object? value) =>
        Encoding.UTF8.GetString(JsonBody.ToUtf8(value is null ? null : PSObject.AsPSObject(value), new JsonBodyOptions { Source = PSObjectJsonSource.Instance }).Span);
}
