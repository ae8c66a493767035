namespace BearerTools.Profiles.Saved;

/// <summary>A file is not valid JSON. <see cref="ProfileFile"/> converts it to an error that names the file and the position.</summary>
internal sealed class JsonFileException(int offset, string reason) : Exception(reason)
{
    /// <summary>Offset of the byte that is not valid.</summary>
    public int Offset { get; } = offset;
}
