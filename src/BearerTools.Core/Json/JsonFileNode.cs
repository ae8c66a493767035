using System.Text.Json;

namespace BearerTools.Json;

/// <summary>A JSON value and its position in the file, so that errors can name the position and edits leave the rest as it is.</summary>
internal sealed record JsonFileNode
{
    public required JsonValueKind Kind { get; init; }

    /// <summary>Offset of the first byte.</summary>
    public required int Start { get; init; }

    /// <summary>Offset after the last byte.</summary>
    public int End { get; init; }

    /// <summary>The text of a string, or a number as it is written.</summary>
    public string Text { get; init; } = string.Empty;

    /// <summary>Members of an object, in the order of the file.</summary>
    public IReadOnlyList<JsonFileMember> Members { get; init; } = [];

    /// <summary>Items of an array.</summary>
    public IReadOnlyList<JsonFileNode> Items { get; init; } = [];

    /// <summary>The member of an object, or <see langword="null"/>. Names are case-sensitive.</summary>
    public JsonFileMember? Member(string name) => Members.FirstOrDefault(member => member.Name == name);
}

/// <summary>A member of an object.</summary>
/// <param name="Name">The name, unescaped.</param>
/// <param name="Start">Offset of the name's quotation mark.</param>
/// <param name="Value">The value.</param>
internal sealed record JsonFileMember(string Name, int Start, JsonFileNode Value);
