using System.Text;
using BearerTools.Json;

namespace BearerTools.Tests.Json;

/// <summary>Reads whole bodies, in pieces of a size.</summary>
internal static class Reading
{
    public static List<string> Rows(string body, JsonReadOptions? options = null, int piece = int.MaxValue) =>
        Rows(Encoding.UTF8.GetBytes(body), options, piece);

    public static List<string> Rows(byte[] body, JsonReadOptions? options = null, int piece = int.MaxValue)
    {
        var rows = new List<string>();
        Read(new JsonRowReader<string>(options ?? JsonReadOptions.Default, new TextBuilder()), body, piece, rows);
        return rows;
    }

    /// <summary>The rows before the fault, and the fault.</summary>
    public static (List<string> Rows, JsonFormatException Fault) Fault(string body, JsonReadOptions? options = null, int piece = int.MaxValue)
    {
        var rows = new List<string>();
        var reader = new JsonRowReader<string>(options ?? JsonReadOptions.Default, new TextBuilder());
        var fault = Assert.Throws<JsonFormatException>(() => Read(reader, Encoding.UTF8.GetBytes(body), piece, rows));
        return (rows, fault);
    }

    public static void Read<TValue>(JsonRowReader<TValue> reader, ReadOnlySpan<byte> body, int piece, List<TValue> rows)
    {
        while (!body.IsEmpty)
        {
            var length = Math.Min(piece, body.Length);
            reader.Feed(body[..length], rows);
            body = body[length..];
        }

        reader.Complete(rows);
    }
}
