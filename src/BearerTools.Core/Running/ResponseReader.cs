using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Xml;
using BearerTools.Diagnostics;
using BearerTools.Diagnostics.Tracing;
using BearerTools.Http;
using BearerTools.Http.Bodies;
using BearerTools.Json;
using BearerTools.Running.Paging;
using BearerTools.Tokens;

namespace BearerTools.Running;

/// <summary>Turns the body of a response into pipeline objects. Reads one response at a time.</summary>
internal sealed class ResponseReader
{
    private const int BufferSize = 64 * 1024;

    /// <summary>Bounds the events of one response: each object may cause the same one, or a new one.</summary>
    private const int MaxNotes = 100;

    private readonly JsonReadOptions _options;
    private readonly Transfer? _transfer;
    private readonly IJsonBuilder<object?> _builder;
    private readonly List<object?> _rows = [];
    private readonly Dictionary<(JsonFormat Format, bool IsWhole, bool AllowsMany, bool IsLenient), JsonRowReader<object?>> _readers = [];
    private readonly DistinctEvents _notes = new(MaxNotes);
    private ResponseContentType? _type;

    public ResponseReader(JsonReadOptions options, Func<IEventSink, IJsonBuilder<object?>> newBuilder, Transfer? transfer = null)
    {
        _options = options;
        _transfer = transfer;
        _builder = newBuilder(_notes);
    }

    /// <summary>What bodies become.</summary>
    public BodyForm Form { get; init; }

    /// <summary>True if a sign-in page is a result like any other.</summary>
    public bool KeepsPages { get; init; }

    /// <summary>
    /// Writes the objects of JSON responses as they arrive, and those of others when the body is complete. For a stream that is resumed,
    /// the history has the events of earlier connections.
    /// </summary>
    public Task ReadRowsAsync(
        ApiResponse response, Page? page, EventHistory? history, JobOutput output, IEventSink events, CancellationToken cancel)
    {
        var kind = Begin(response, events);
        if (kind.Json is not { } format) return ReadOtherAsync(response, page, kind, output, cancel);
        var json = Reader(format, isWhole: false);
        json.History = history;
        return ReadJsonAsync(response, page, json, output, cancel);
    }

    /// <summary>Returns the complete body as one value, with arrays kept, and its length in bytes.</summary>
    public async Task<(object? Value, long Length)> ReadWholeAsync(
        ApiResponse response, Page? page, IEventSink events, CancellationToken cancel)
    {
        var kind = Begin(response, events);
        var (isMany, length) = kind.Json is { } format
            ? (format != JsonFormat.Json,
                await ReadJsonAsync(response, page, Reader(format, isWhole: true), null, cancel).ConfigureAwait(false))
            : await ReadOtherAsync(response, page, kind, null, cancel).ConfigureAwait(false);
        object? whole = isMany || _rows.Count > 1 ? _rows.ToArray() : _rows.FirstOrDefault();
        _rows.Clear();
        return (whole, length);
    }

    private BodyKind Begin(ApiResponse response, IEventSink events)
    {
        _notes.Begin(events);
        _type = ResponseContentType.Of(response.Message.Content, _type);
        return Form == BodyForm.Parsed ? _type.Kind : new BodyKind(null, Form == BodyForm.Text);
    }

    /// <summary>Cached, because the options would otherwise be copied for every response.</summary>
    private JsonRowReader<object?> Reader(JsonFormat format, bool isWhole, bool allowsMany = true, bool isLenient = true)
    {
        if (_readers.TryGetValue((format, isWhole, allowsMany, isLenient), out var reader))
        {
            reader.Reset();
            return reader;
        }

        var options = _options with
        {
            Format = format,
            NoEnumerate = isWhole || _options.NoEnumerate,
            AllowsMany = allowsMany,
            IsLenient = isLenient && _options.IsLenient,
        };
        return _readers[(format, isWhole, allowsMany, isLenient)] = new JsonRowReader<object?>(options, _builder);
    }

    /// <summary>Reads to the end. Without an output, the objects remain in the list.</summary>
    /// <returns>The number of bytes read since objects were last written.</returns>
    private async Task<long> ReadJsonAsync(
        ApiResponse response, Page? page, JsonRowReader<object?> json, JobOutput? output, CancellationToken cancel)
    {
        _rows.Clear();
        var pendingBytes = 0L;
        // Its beginning is kept for the error of an invalid body; another buffer is rented only for bodies that are longer.
        var start = ArrayPool<byte>.Shared.Rent(BufferSize);
        var kept = 0;
        var isFirst = true;
        var hasObjects = false;
        byte[]? more = null;
        Stream? stream = null;
        _transfer?.Expect(response.Message.Content.Headers.ContentLength);
        try
        {
            // Synchronous, because nothing is read yet.
            stream = response.Message.Content.ReadAsStream(cancel);
            while (true)
            {
                var buffer = kept < BufferSize ? start.AsMemory(kept, BufferSize - kept) : more ??= ArrayPool<byte>.Shared.Rent(BufferSize);
                if (await stream.ReadAsync(buffer, cancel).ConfigureAwait(false) is not (> 0 and var length)) break;
                if (isFirst)
                {
                    isFirst = false;
                    length = await ReadMarkAsync(stream, buffer, length, cancel).ConfigureAwait(false);
                    var encoding = TextEncoding.OfJson(buffer.Span[..length]) ?? _type!.Encoding;
                    if (encoding is not (UTF8Encoding or ASCIIEncoding))
                    {
                        var whole = new PrefixedStream(buffer[..length].ToArray(), stream);
                        stream = Encoding.CreateTranscodingStream(whole, encoding, Encoding.UTF8);
                        continue;
                    }
                }

                if (kept < BufferSize) kept += length;
                // An object may span many buffers; all of them count towards its cost.
                pendingBytes += length;
                _transfer?.Add(length);
                response.Read(length);
                var known = _rows.Count;
                json.Feed(buffer.Span[..length], _rows);
                NoteEvents(json, response);
                page?.Read(buffer.Span[..length], NewRows(known), json);
                if (output is null || _rows.Count == 0) continue;
                hasObjects = true;
                await FlushAsync(output, pendingBytes).ConfigureAwait(false);
                pendingBytes = 0;
            }

            var last = _rows.Count;
            json.Complete(_rows);
            NoteEvents(json, response);
            if (json.CutOff is > 0 and var line) throw new IOException($"The stream ended in the middle of an event (line {line}).");
            page?.Read([], NewRows(last), json);
            return pendingBytes;
        }
        catch (Exception e) when (ConnectionFault.IsCause(e))
        {
            var advice = EventResumption.Advice(json, response.Template);
            throw response.Failed(ResponseFault.Broken, RequestFailure.FromBody(
                e, response.Template, advice, output is not null && (hasObjects || _rows.Count > 0)));
        }
        catch (JsonFormatException e)
        {
            hasObjects |= output is not null && _rows.Count > 0;
            throw response.Failed(
                ResponseFault.Invalid,
                await JsonFailure.WithBodyAsync(response.Template, e, stream!, start.AsMemory(0, BufferSize), kept, hasObjects, cancel)
                    .ConfigureAwait(false));
        }
        finally
        {
            response.Position = PositionOf(json);
            if (stream is not null) await stream.DisposeAsync().ConfigureAwait(false);
            ArrayPool<byte>.Shared.Return(start);
            if (more is not null) ArrayPool<byte>.Shared.Return(more);
            // Objects completed before a fault are still written.
            if (output is not null && _rows.Count > 0) await FlushAsync(output, pendingBytes).ConfigureAwait(false);
        }
    }

    /// <summary>Reports the first event of each kind that is not what the caller may expect.</summary>
    private void NoteEvents(JsonRowReader<object?> json, ApiResponse response)
    {
        var address = response.Template.Address;
        if (json.Malformed is { } fault && _notes.IsEnabled(EventLevel.Warning))
            _notes.Write(new EventNotJson(address, fault.Line, _options.ItemsPath is null));
        if (json.PassedOver is > 0 and var line && _notes.IsEnabled(EventLevel.Verbose))
            _notes.Write(new EventWithoutItems(address, line, _options.ItemsPath!));
        if (json is { History: { HasNotedTime: false } history, ReconnectionTime: { } stated } && EventPosition.IsTooLong(stated))
        {
            history.HasNotedTime = true;
            if (_notes.IsEnabled(EventLevel.Warning)) _notes.Write(new ReconnectionTimeBounded(address, EventPosition.LongestTime));
        }

        if (json.History is { HasPassedOver: true } && _notes.IsEnabled(EventLevel.Verbose)) _notes.Write(new EventRepeated(address));
    }

    private static EventPosition? PositionOf(JsonRowReader<object?> json) => json.ReadsEvents
        ? EventPosition.Of(json.LastEventId, json.ReconnectionTime)
        : null;

    private ReadOnlySpan<object?> NewRows(int known) => CollectionsMarshal.AsSpan(_rows)[known..];

    private async ValueTask FlushAsync(JobOutput output, long bytes)
    {
        await output.WriteRowsAsync(_rows, bytes).ConfigureAwait(false);
        _rows.Clear();
    }

    /// <summary>Reads on while the first bytes may be a part of a byte order mark.</summary>
    /// <returns>The number of bytes in the buffer.</returns>
    private static async ValueTask<int> ReadMarkAsync(Stream stream, Memory<byte> buffer, int length, CancellationToken cancel)
    {
        while (TextEncoding.MayBeMarked(buffer.Span[..length])
            && await stream.ReadAsync(buffer[length..], cancel).ConfigureAwait(false) is > 0 and var more)
            length += more;
        return length;
    }

    /// <summary>Reads a body not declared as JSON, once it is complete. Without an output, the objects remain in the list.</summary>
    private async Task<(bool IsMany, long Length)> ReadOtherAsync(
        ApiResponse response, Page? page, BodyKind kind, JobOutput? output, CancellationToken cancel)
    {
        using var body = await BufferedBody.ReadAsync(response, _options.MaximumRowBytes, _transfer, cancel).ConfigureAwait(false);
        var length = body.Bytes.Length;
        _rows.Clear();
        try
        {
            var isMany = length > 0 && ReadOther(response, page, kind, body.Bytes, isWhole: output is null);
            if (isMany && output is not null && _options.NoEnumerate) Join();
            return (isMany, length);
        }
        finally
        {
            if (output is not null && _rows.Count > 0) await FlushAsync(output, length).ConfigureAwait(false);
        }
    }

    /// <summary>Like Invoke-RestMethod, recognises JSON and XML by content, whatever the media type.</summary>
    /// <returns>True if it is a list, such as a feed.</returns>
    private bool ReadOther(ApiResponse response, Page? page, BodyKind kind, ReadOnlySpan<byte> body, bool isWhole)
    {
        var unmarked = TextEncoding.Of(response.Message.Content, body, out var encoding);
        if (encoding is UnicodeEncoding or UTF32Encoding)
        {
            unmarked = Encoding.UTF8.GetBytes(encoding.GetString(unmarked));
            encoding = Encoding.UTF8;
        }

        var looks = Form == BodyForm.Parsed ? kind.LooksLike(unmarked) : BodyLook.Other;
        if (looks == BodyLook.Json && TryJson(page, unmarked, encoding, isWhole)) return false;
        var text = kind.IsText || looks == BodyLook.Xml ? encoding.GetString(unmarked) : null;
        if (looks == BodyLook.Xml && !KeepsPages && SignInPage.Is(response, text!, needsJson: _options.ItemsPath is not null))
            throw SignInPage.Error(response, text);
        page?.ReadOther(body.Length);
        if (looks == BodyLook.Xml && AddXml(text!, response.Template) is { } isFeed) return isFeed;
        _rows.Add(kind.IsText ? text : body.ToArray());
        return false;
    }

    private bool TryJson(Page? page, ReadOnlySpan<byte> body, Encoding encoding, bool isWhole)
    {
        try
        {
            // Text that only looks like JSON is one document, or text; a number such as 007 is text.
            var isContainer = body.TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[', ..];
            var json = Reader(JsonFormat.Json, isWhole, allowsMany: false, isLenient: isContainer);
            var utf8 = encoding is UTF8Encoding or ASCIIEncoding ? body : Encoding.UTF8.GetBytes(encoding.GetString(body));
            json.Feed(utf8, _rows);
            json.Complete(_rows);
            page?.Read(utf8, NewRows(0), json);
            return true;
        }
        catch (JsonFormatException e) when (e.ErrorId == JsonFormatException.InvalidId)
        {
            // It only started like JSON.
            _rows.Clear();
            return false;
        }
        catch (JsonFormatException e) when (e.ErrorId == JsonFormatException.NoItemsId)
        {
            throw e.With(encoding.GetString(body));
        }
    }

    /// <returns>True if it is a feed, false if it is another document; <see langword="null"/> if it is not XML.</returns>
    private bool? AddXml(string text, RequestTemplate template)
    {
        if (XmlBody.IsDeeper(text, _options.Depth, out var isXml))
        {
            if (!isXml) return null;
            throw RequestFailure.InvalidBody(
                template,
                new XmlException(),
                "XmlTooDeep",
                $"The XML is nested deeper than {_options.Depth} levels.",
                "Allow more with -Depth, or save the response with -OutFile.");
        }

        try
        {
            if (XmlBody.Feed(text) is { } items)
            {
                _rows.AddRange(items);
                return true;
            }
        }
        catch (XmlException e)
        {
            throw RequestFailure.InvalidBody(
                template, e, "InvalidXml", $"The feed is not valid XML (line {e.LineNumber}, column {e.LinePosition}).");
        }

        if (XmlBody.Document(text) is not { } document) return null;
        _rows.Add(document);
        return false;
    }

    private void Join()
    {
        object?[] all = [.. _rows];
        _rows.Clear();
        _rows.Add(all);
    }
}
