using System.Text.Json;
using System.Text.Json.Nodes;

namespace BearerTools.Json;

/// <summary>Values that are JSON already: those of System.Text.Json and of Newtonsoft.Json (JObject, JArray, JValue).</summary>
internal static class JsonNodes
{
    private const string NewtonsoftToken = "Newtonsoft.Json.Linq.JToken";

    /// <summary>The JSON text; <see langword="null"/> if the value is something else.</summary>
    public static string? TextOf(object value) => value switch
    {
        JsonElement { ValueKind: JsonValueKind.Undefined } => "null",
        JsonElement element => JsonSerializer.Serialize(element),
        JsonDocument document => JsonSerializer.Serialize(document.RootElement),
        JsonNode node => node.ToJsonString(),
        System.Collections.IDictionary => null,
        _ => NewtonsoftTextOf(value),
    };

    /// <summary>Core knows no packages, and the engine has one of several versions.</summary>
    private static string? NewtonsoftTextOf(object value)
    {
        var type = value.GetType();
        // A property is no value by itself.
        if (type.Namespace != "Newtonsoft.Json.Linq" || type.Name == "JProperty") return null;
        for (var known = type; known is not null; known = known.BaseType)
        {
            if (known.FullName != NewtonsoftToken) continue;
            var write = known.GetMethods().FirstOrDefault(method => method.Name == nameof(ToString)
                && method.GetParameters() is [{ ParameterType.IsEnum: true }, { ParameterType.IsArray: true }]);
            if (write is null) return null;
            var (format, converters) = (write.GetParameters()[0].ParameterType, write.GetParameters()[1].ParameterType.GetElementType()!);
            return write.Invoke(value, [Enum.ToObject(format, 0), Array.CreateInstance(converters, 0)]) as string;
        }

        return null;
    }
}
