namespace BearerTools.Fuzz;

/// <summary>A parser of text that servers or files supply.</summary>
/// <param name="Name">Unique name, which the corpus file has too.</param>
/// <param name="Kind">The kind of the specimens whose mutants it reads.</param>
/// <param name="Read">
/// Reads a text; characters up to U+00FF may stand for bytes. It returns, or throws an <see cref="IBearerError"/>.
/// </param>
internal sealed record Target(string Name, string Kind, Action<string> Read)
{
    /// <summary>For parsers of bytes.</summary>
    public static Target OfBytes(string name, string kind, Action<byte[]> read) => new(name, kind, text => read(Mutants.Bytes(text)));

    /// <summary>For parsers that are asynchronous because others of their kind wait.</summary>
    public static Target OfTask(string name, string kind, Func<string, Task> read) => new(name, kind, text => read(text).WaitAsync(Trial.LongestHang).GetAwaiter().GetResult());
}
