using System.Text;
using BearerTools.Json;

namespace BearerTools.Pipeline;

/// <summary>Parses the JSON body of an error, to the same objects as that of a response.</summary>
internal static class ProblemObject
{
    private static readonly JsonReadOptions s_options = new() { NoEnumerate = true };

    /// <summary>The object, or <see langword="null"/> if the text is not one JSON document.</summary>
    public static object? Read(string body)
    {
        var rows = new List<object?>(1);
        try
        {
            var reader = new JsonRowReader<object?>(s_options, new PSObjectBuilder());
            reader.Feed(Encoding.UTF8.GetBytes(body), rows);
            reader.Complete(rows);
        }
        catch (JsonFormatException)
        {
            return null;
        }

        return rows is [var problem] ? problem : null;
    }
}
