using System.Collections;

namespace BearerTools;

/// <summary>A request to a mock, for the script blocks of its rules ($_).</summary>
public sealed class BearerMockRequest
{
    internal BearerMockRequest(Mocking.MockRequest request, object? body)
    {
        Method = request.Method;
        Uri = request.Address;
        Parts = Table(request.Parts);
        Query = Table(request.Query.GroupBy(pair => pair.Key, pair => pair.Value)
            .Select(group => KeyValuePair.Create(group.Key, group.Count() == 1 ? (object)group.First() : group.ToArray())));
        Headers = Table(request.Headers.GroupBy(header => header.Key, StringComparer.OrdinalIgnoreCase)
            .Select(group => KeyValuePair.Create(group.Key, string.Join(", ", group.Select(header => header.Value)))));
        Body = body;
        Text = request.Text;
    }

    /// <summary>HTTP method.</summary>
    public string Method { get; }

    /// <summary>The address.</summary>
    public Uri Uri { get; }

    /// <summary>The named parts of the address: <c>$_.Parts.id</c> for <c>/orders/{id}</c>.</summary>
    public Hashtable Parts { get; }

    /// <summary>The parameters of the query; one that is repeated is a list.</summary>
    public Hashtable Query { get; }

    /// <summary>The headers by name.</summary>
    public Hashtable Headers { get; }

    /// <summary>The body as an object if it is JSON or a form, else as text; <see langword="null"/> if there is none.</summary>
    public object? Body { get; }

    /// <summary>The text of the body, or <see langword="null"/> if there is none.</summary>
    public string? Text { get; }

    private static Hashtable Table<T>(IEnumerable<KeyValuePair<string, T>> pairs)
    {
        var table = new Hashtable(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in pairs) table[name] = value;
        return table;
    }
}
