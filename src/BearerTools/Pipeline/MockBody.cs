using System.Management.Automation;
using System.Text.Json;
using BearerTools.Binding;
using BearerTools.Http.Bodies;
using BearerTools.Json;
using BearerTools.Mocking;

namespace BearerTools.Pipeline;

/// <summary>Converts bodies of mocks from and to PowerShell's objects.</summary>
internal static class MockBody
{
    private const string Bytes = "application/octet-stream";

    private static readonly JsonBodyOptions s_json = new() { Source = PSObjectJsonSource.Instance };

    /// <summary>The body of a request as an object, else as text; <see langword="null"/> if there is none.</summary>
    public static object? Of(MockRequest request) => request.Json is { } json ? Of(json) : request.Text;

    /// <summary>JSON of a value that a user gives.</summary>
    /// <exception cref="JsonBodyException">The value cannot be written as JSON.</exception>
    public static ReadOnlyMemory<byte> ToJson(object? value) => JsonBody.ToUtf8(value, s_json);

    /// <summary>The response with a body: text and bytes as they are, all else as JSON.</summary>
    /// <param name="response">The response.</param>
    /// <param name="value">The value; <see langword="null"/> for no body.</param>
    /// <exception cref="JsonBodyException">The value cannot be written as JSON.</exception>
    public static MockResponse With(MockResponse response, object? value) => PSValue.Unwrap(value) switch
    {
        null => response,
        BearerMockResponse made => made.Response,
        string text =>
            response with { Body = System.Text.Encoding.UTF8.GetBytes(text), MediaType = response.MediaType ?? TextMediaType.Of(text) },
        byte[] bytes => response with { Body = bytes.ToArray(), MediaType = response.MediaType ?? Bytes },
        _ => response with { Body = ToJson(value), MediaType = response.MediaType ?? TextMediaType.Json },
    };

    private static object? Of(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => Members(json),
        JsonValueKind.Array => json.EnumerateArray().Select(Of).ToArray(),
        JsonValueKind.String => json.GetString(),
        JsonValueKind.Number => json.TryGetInt64(out var whole) ? (object)whole : json.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    private static PSObject Members(JsonElement json)
    {
        var made = new PSObject();
        foreach (var member in json.EnumerateObject())
        {
            if (made.Properties[member.Name] is null) made.Properties.Add(new PSNoteProperty(member.Name, Of(member.Value)));
        }

        return made;
    }
}
