using System.Security.Cryptography;
using BearerTools.Http;
using BearerTools.Json;

namespace BearerTools.Running.Paging;

/// <summary>One page of an input's answer: what is known of it so far, while it is read.</summary>
/// <param name="asked">What it was asked for with; its answer's recipe is another one after a redirect.</param>
/// <param name="response">The answer, whose body is still on the wire.</param>
/// <param name="rule">Says what comes after it.</param>
internal sealed class Page(RequestTemplate asked, ApiResponse response, PageRule rule) : IDisposable
{
    private readonly IncrementalHash? _digest = rule.CountsItself ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
    private readonly (string? Text, bool IsOther)[] _captured = new (string?, bool)[rule.Captures.Count];

    public RequestTemplate Asked => asked;

    public ApiResponse ApiResponse => response;

    /// <summary>The first is 1.</summary>
    public required int Number { get; init; }

    /// <summary>How many items the pages before it had; they are all read before this one is.</summary>
    public long ItemsBefore { get; init; }

    /// <summary>How many items have been read.</summary>
    public long Items { get; private set; }

    /// <summary>Whether its JSON is one value and no list, so that items cannot be counted.</summary>
    public bool IsNoList { get; private set; }

    /// <summary>Whether it has a body that is no JSON, so that nothing can be found in it.</summary>
    public bool IsNoJson { get; private set; }

    /// <summary>Whether all of it has been read.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>What to do whenever more is known.</summary>
    public Action<Page>? OnRead { get; init; }

    /// <summary>The text or number at one of the rule's paths, as far as it has been read.</summary>
    public string? Captured(int index) => _captured[index].Text;

    /// <summary>Whether something else is there: an object, a list, a flag.</summary>
    public bool IsOtherThanText(int index) => _captured[index].IsOther;

    /// <summary>More of the body was read.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="rows">What they completed.</param>
    /// <param name="json">Has what was captured.</param>
    public void Read(ReadOnlySpan<byte> bytes, ReadOnlySpan<object?> rows, JsonRowReader<object?> json)
    {
        _digest?.AppendData(bytes);
        for (var i = 0; i < _captured.Length; i++) _captured[i] = (json.Captured(i), json.CapturedOther(i));
        if (json.IsEnumerated) Items += rows.Length;
        else foreach (var row in rows) CountWhole(row);
        OnRead?.Invoke(this);
    }

    /// <summary>There is a body of so many bytes that is no JSON.</summary>
    public void ReadOther(long length) => IsNoJson = length > 0;

    /// <summary>The body has ended.</summary>
    public void Complete()
    {
        IsWhole = true;
        OnRead?.Invoke(this);
    }

    /// <summary>What all its bytes come to; nothing when the rule does not care, or it has no items.</summary>
    public byte[]? Digest() => Items == 0 ? null : _digest?.GetCurrentHash();

    public void Dispose() => _digest?.Dispose();

    private void CountWhole(object? row)
    {
        if (row is Array list)
        {
            Items += list.Length;
            return;
        }

        Items++;
        IsNoList = true;
    }
}
