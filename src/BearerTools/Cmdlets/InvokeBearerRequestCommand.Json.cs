using System.Management.Automation;
using BearerTools.Json;
using BearerTools.Pipeline;

namespace BearerTools.Cmdlets;

/// <content>What becomes of JSON.</content>
public sealed partial class InvokeBearerRequestCommand
{
    /// <summary>What .NET can hold as one text, and so the most that Invoke-RestMethod reads.</summary>
    private const long MaximumRowBytes = 1_000_000_000;

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

    /// <summary>The deepest nesting that is read; 1024 by default.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Depth { get; set; } = JsonReadOptions.Default.Depth;

    private JsonReadOptions JsonOptions => new()
    {
        NoEnumerate = NoEnumerate,
        ItemsPath = ItemsPath,
        Captures = _pages?.Captures ?? [],
        Depth = Depth,
        MaximumRowBytes = MaximumRowBytes,
    };

    private PSObjectBuilder NewBuilder(Action<string> say) => new()
    {
        DateKind = DateKind,
        NumberKind = NumberKind,
        AsHashtable = AsHashtable,
        OnClash = IsVerbose ? names => say(NameClash.Note(names)) : null,
    };
}
