namespace BearerTools.Json;

/// <summary>A file is not valid JSON. The readers of files convert it to an error that names the file and the position.</summary>
internal sealed class JsonFileException(int offset, string reason) : Exception(reason)
{
    /// <summary>Offset of the byte that is not valid.</summary>
    public int Offset { get; } = offset;
}
