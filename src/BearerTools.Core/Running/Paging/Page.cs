using System.Net;
using System.Security.Cryptography;
using BearerTools.Http;
using BearerTools.Json;

namespace BearerTools.Running.Paging;

/// <summary>One page of an input's results, while it is read.</summary>
/// <param name="request">The request for the page; after a redirect, the response belongs to another one.</param>
/// <param name="response">The response, whose body has not been read.</param>
/// <param name="rule">Determines the next page.</param>
internal sealed class Page(RequestTemplate request, ApiResponse response, PageRule rule) : IDisposable
{
    private readonly IncrementalHash? _digest = rule.CountsItself ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
    private readonly (string? Text, JsonCaptureKind Kind)[] _captured = new (string?, JsonCaptureKind)[rule.Captures.Count];

    public RequestTemplate Request => request;

    public ApiResponse ApiResponse => response;

    /// <summary>The page number, starting at 1.</summary>
    public required int Number { get; init; }

    /// <summary>The number of items of all previous pages, which have been read completely.</summary>
    public long ItemsBefore { get; init; }

    /// <summary>The number of items read so far.</summary>
    public long Items { get; private set; }

    /// <summary>What its body is.</summary>
    public PageForm Form { get; private set; }

    /// <summary>What the bodies of the pages before it are.</summary>
    public PageForm FormOfList { get; init; }

    /// <summary>True if it has no content, and the status says so.</summary>
    public bool SaysEmpty => Form == PageForm.None && response.Status is HttpStatusCode.NoContent or HttpStatusCode.ResetContent;

    /// <summary>True if its JSON is a single value, not a list, so that items cannot be counted.</summary>
    public bool IsNotList { get; private set; }

    /// <summary>True if its body is not JSON, so that it contains no paths.</summary>
    public bool IsNotJson { get; private set; }

    /// <summary>True if the page has been read completely.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Called whenever more of the page has been read.</summary>
    public Action<Page>? OnRead { get; init; }

    /// <summary>
    /// The text or number at one of the rule's paths, or the JSON of an object or array that is kept, if it has been read.
    /// </summary>
    public string? Captured(int index) => _captured[index].Text;

    /// <summary>The type of the value at one of the rule's paths.</summary>
    public JsonCaptureKind Kind(int index) => _captured[index].Kind;

    /// <summary>True if the path holds an object, a list, or true.</summary>
    public bool IsOtherThanText(int index) => _captured[index].Kind is JsonCaptureKind.Container or JsonCaptureKind.True;

    /// <summary>Describes what the first page contains instead of the rule's first path; <see langword="null"/> if it has it.</summary>
    public string? Found { get; private set; }

    /// <summary>
    /// Describes what the first page contains instead of the member for more pages that the caller named; <see langword="null"/> if it has
    /// it.
    /// </summary>
    public string? FoundBesideFlag { get; private set; }

    /// <summary>Records a piece of the body.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="rows">The objects that they completed.</param>
    /// <param name="json">The reader with the captured values.</param>
    public void Read(ReadOnlySpan<byte> bytes, ReadOnlySpan<object?> rows, JsonRowReader<object?> json)
    {
        _digest?.AppendData(bytes);
        if (Form == PageForm.None && bytes.IndexOfAnyExcept(" \t\r\n"u8) is >= 0 and var start)
            Form = PageForms.OfJson(response, bytes[start]);
        for (var i = 0; i < _captured.Length; i++) _captured[i] = (json.Captured(i), json.CapturedKind(i));
        if (Number == 1)
        {
            Found = FoundInstead(0, json);
            FoundBesideFlag = FoundInstead(rule.GivenFlag, json);
        }

        if (json.IsEnumerated) Items += rows.Length;
        else foreach (var row in rows) CountWhole(row);
        OnRead?.Invoke(this);
    }

    /// <summary>Records a body that is not JSON, before its objects are written.</summary>
    /// <exception cref="BearerRequestException">The page is none of the list.</exception>
    public void ReadOther(long length)
    {
        if (length == 0) return;
        (IsNotJson, Form) = (true, PageForms.Declared(response));
        Check();
    }

    /// <summary>Records the end of the body.</summary>
    /// <exception cref="BearerRequestException">The page is none of the list.</exception>
    public void Complete()
    {
        Check();
        IsWhole = true;
        OnRead?.Invoke(this);
    }

    /// <summary>A hash of the body; <see langword="null"/> if the rule does not need it or the page has no items.</summary>
    public byte[]? Digest() => Items == 0 ? null : _digest?.GetCurrentHash();

    /// <summary>
    /// A page that is none of the list has no link or cursor, and would end the list as if it were complete. Where the client counts, a
    /// page without content is the end.
    /// </summary>
    private void Check()
    {
        if (!response.IsSuccess) return;
        if (PageForms.IsForeign(Form, FormOfList)) throw PageFault.OtherForm(this);
        if (Form == PageForm.None && FormOfList is PageForm.Json or PageForm.Xml && !rule.CountsItself && !SaysEmpty)
            throw PageFault.WithoutContent(this);
    }

    public void Dispose() => _digest?.Dispose();

    private string? FoundInstead(int index, JsonRowReader<object?> json) =>
        index >= 0 && index < _captured.Length && _captured[index].Kind == JsonCaptureKind.Absent ? json.Found(index) : null;

    private void CountWhole(object? row)
    {
        if (row is Array list)
        {
            Items += list.Length;
            return;
        }

        Items++;
        IsNotList = true;
    }
}
