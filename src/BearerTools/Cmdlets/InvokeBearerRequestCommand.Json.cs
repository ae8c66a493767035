using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Diagnostics;
using BearerTools.Json;
using BearerTools.Pipeline;
using BearerTools.Running;
using static BearerTools.Pipeline.ParameterErrors;

namespace BearerTools.Cmdlets;

/// <content>Conversion of responses.</content>
public sealed partial class InvokeBearerRequestCommand
{
    /// <summary>Longest string that .NET can hold.</summary>
    private const int LargestText = 1_000_000_000;

    /// <summary>Returns the body of each response as one text, whatever its media type.</summary>
    [Parameter]
    public SwitchParameter AsText { get; set; }

    /// <summary>Returns the body of each response as one array of bytes, whatever its media type.</summary>
    [Parameter]
    public SwitchParameter AsBytes { get; set; }

    /// <summary>Returns each event of a stream (text/event-stream) as an object with event, id and data.</summary>
    [Parameter]
    public SwitchParameter IncludeEvent { get; set; }

    /// <summary>Returns a JSON array as one object, instead of one object per element.</summary>
    [Parameter]
    public SwitchParameter NoEnumerate { get; set; }

    /// <summary>Path of the objects in the response: names joined with dots, such as value or data.items.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ItemsPath { get; set; }

    /// <summary>How strings that contain dates are converted.</summary>
    [Parameter]
    [EnumTransformation<JsonDateKind>]
    public JsonDateKind DateKind { get; set; }

    /// <summary>How numbers with a fraction or an exponent are converted.</summary>
    [Parameter]
    [EnumTransformation<JsonNumberKind>]
    public JsonNumberKind NumberKind { get; set; }

    /// <summary>Returns objects as ordered hashtables with case-sensitive keys.</summary>
    [Parameter]
    public SwitchParameter AsHashtable { get; set; }

    /// <summary>Maximum nesting of JSON or XML to read (default 1024).</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Depth { get; set; } = JsonReadOptions.Default.Depth;

    /// <summary>
    /// Maximum size in bytes of the data of one object: a JSON row, or a response that is text, XML or bytes (default 256 MB).
    /// </summary>
    [Parameter]
    [ValidateRange(1, LargestText)]
    public int MaximumObjectBytes { get; set; } = 256 * 1024 * 1024;

    private BodyForm BodyForm => AsText ? BodyForm.Text : AsBytes ? BodyForm.Bytes : BodyForm.Parsed;

    /// <exception cref="BearerRequestException">-AsText or -AsBytes is combined with a parameter that needs JSON.</exception>
    private void CheckBodyForm()
    {
        if (BodyForm == BodyForm.Parsed) return;
        var form = AsText ? nameof(AsText) : nameof(AsBytes);
        string[] parsing =
        [
            nameof(AsBytes), nameof(ItemsPath), nameof(AsHashtable), nameof(IncludeEvent), nameof(NextLinkPath), nameof(CursorPath),
            nameof(HasMorePath), nameof(OffsetParameter), nameof(PageParameter),
        ];
        if (parsing.FirstOrDefault(name => name != form && IsTyped(name)) is { } other)
            throw Conflict(
                $"-{form} cannot be combined with -{other}.",
                other == nameof(AsBytes) ? "Use only one of them." : $"Omit -{form} to have responses parsed.");
    }

    private JsonReadOptions JsonOptions => new()
    {
        IsLenient = true,
        IncludesEvent = IncludeEvent,
        NoEnumerate = NoEnumerate,
        ItemsPath = ItemsPath,
        Captures = _pages?.Captures ?? [],
        KeepsContainers = _pages is { KeepsContainers: true },
        Depth = Depth,
        MaximumRowBytes = MaximumObjectBytes,
    };

    private PSObjectBuilder NewBuilder(IEventSink events) => new()
    {
        DateKind = DateKind,
        NumberKind = NumberKind,
        AsHashtable = AsHashtable,
        OnClash = Levels.Verbose ? names => events.Write(new ObjectBecameDictionary(NameClash.Of(names))) : null,
    };
}
