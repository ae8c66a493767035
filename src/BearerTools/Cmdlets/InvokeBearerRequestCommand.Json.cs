using System.Management.Automation;
using BearerTools.Diagnostics;
using BearerTools.Json;
using BearerTools.Pipeline;

namespace BearerTools.Cmdlets;

/// <content>What becomes of JSON.</content>
public sealed partial class InvokeBearerRequestCommand
{
    /// <summary>What .NET can hold as one text.</summary>
    private const int LargestText = 1_000_000_000;

    /// <summary>An array is one object instead of one object an element.</summary>
    [Parameter]
    public SwitchParameter NoEnumerate { get; set; }

    /// <summary>Where the objects are in the answer: names joined with dots, such as value or data.items.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ItemsPath { get; set; }

    /// <summary>What becomes of strings that are dates.</summary>
    [Parameter]
    public JsonDateKind DateKind { get; set; }

    /// <summary>What becomes of numbers with a fraction or an exponent.</summary>
    [Parameter]
    public JsonNumberKind NumberKind { get; set; }

    /// <summary>Objects become ordered hashtables whose keys are case-sensitive.</summary>
    [Parameter]
    public SwitchParameter AsHashtable { get; set; }

    /// <summary>The deepest nesting of JSON or XML that is read; 1024 by default.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Depth { get; set; } = JsonReadOptions.Default.Depth;

    /// <summary>The most bytes that one object may be made of: one row of JSON, or an answer that is text, XML or bytes; 256 MB by default.</summary>
    [Parameter]
    [ValidateRange(1, LargestText)]
    public int MaximumObjectBytes { get; set; } = 256 * 1024 * 1024;

    private JsonReadOptions JsonOptions => new()
    {
        NoEnumerate = NoEnumerate,
        ItemsPath = ItemsPath,
        Captures = _pages?.Captures ?? [],
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
