using System.Text.Json;

namespace BearerTools.Grants;

/// <summary>
/// Reads what a path of the user selects in a response, the same for -TokenPath, -ExpiresInPath and -BaseUriPath: names and indexes
/// (<see cref="JsonPath"/>) or, if the response is XML, also an XPath.
/// </summary>
internal static class ResponsePath
{
    /// <param name="json">The response; XML in the form of JSON.</param>
    /// <param name="xml">The response if it is XML; otherwise <see langword="null"/>.</param>
    /// <param name="path">The path.</param>
    /// <param name="parent">The object that contains the value, or that lacks it.</param>
    /// <param name="reached">The path of <paramref name="parent"/>.</param>
    /// <exception cref="BearerTokenException">The XPath is not valid.</exception>
    public static JsonElement? Find(JsonElement json, LoginXml? xml, string path, out JsonElement parent, out string reached)
    {
        if (xml is null || !LoginXml.IsXPath(path)) return JsonPath.Find(json, path, out parent, out reached);
        (parent, reached) = (json, string.Empty);
        return xml.Find(path) is { Length: > 0 } text ? JsonSerializer.SerializeToElement(text) : null;
    }
}
