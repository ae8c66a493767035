namespace BearerTools.Json;

/// <summary>A property of an object throws when it is read.</summary>
/// <param name="name">The name of the property.</param>
/// <param name="cause">What it throws.</param>
internal sealed class JsonMemberException(string name, Exception cause) : Exception(cause.Message, cause)
{
    public string Name => name;
}
