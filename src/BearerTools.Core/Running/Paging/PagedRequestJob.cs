using BearerTools.Diagnostics;
using BearerTools.Http;
using BearerTools.Security;

namespace BearerTools.Running.Paging;

/// <summary>
/// Runs one input whose results come in pages, which are written one after the other. The next page is requested as soon as its URL
/// is known, so that it arrives while this one is read and written. Only one page is requested ahead.
/// </summary>
internal sealed class PagedRequestJob(RequestRun run, PageRule rule, RequestTemplate template) : RequestJob(run, template)
{
    private readonly SeenPages _seen = new();
    private RequestedPage? _current;
    private RequestedPage? _next;
    private bool _isDecided;
    private byte[]? _digest;
    private long _items;
    private PageForm _form;
    private BearerRequestException? _named; // an error that says itself which page it is about

    private protected override async Task ProcessAsync(JobOutput output, CancellationToken cancel)
    {
        using var ahead = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        try
        {
            var first = rule.First(Template);
            _seen.Add(NextPage.KeyOf(first));
            _next = Request(first, 1, null, null, output, ahead.Token);
            while (_next is not null)
            {
                (_current, _next, _isDecided) = (_next, null, false);
                await SendAndWriteAsync(_current.Template, _current.RequestContext, output).ConfigureAwait(false);
            }
        }
        catch (BearerRequestException e) when (_current is { Number: > 1 } && e != _named)
        {
            throw PageFault.OfPage(e, _current.Number);
        }
        finally
        {
            await ahead.CancelAsync().ConfigureAwait(false);
            if (_next is not null) await _next.AbandonAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The request has been sent already, unless the response was truncated and is requested again.</summary>
    private protected override async Task<ApiResponse> SendAsync(RequestTemplate request, RequestContext context)
    {
        var page = _current!;
        try
        {
            return await (page.Take() ?? base.SendAsync(request, context)).ConfigureAwait(false);
        }
        catch (BearerRequestException e) when (page.LinkedFrom is { } from && ServerProvidedUri.IsRefused(e))
        {
            throw _named = PageFault.AtOtherOrigin(e, page.Number - 1, from, page.Template.Origin);
        }
    }

    private protected override async Task WriteAsync(ApiResponse response, RequestContext context, JobOutput output)
    {
        using var page = new Page(_current!.Template, response, rule)
        {
            Number = _current.Number,
            ItemsBefore = _items,
            FormOfList = _form,
            OnRead = read => LookAhead(read, context, output),
        };
        Span?.AddPage(page.Number);
        // A link in the headers is known before the body.
        LookAhead(page, context, output);
        context.ProgressSink?.Show($"page {page.Number}");
        await WriteAsync(response, page, context, output).ConfigureAwait(false);
        page.Complete();
        if (_form == PageForm.None && response.IsSuccess) _form = page.Form;
        if (_next is not null && rule.IsLast(page))
        {
            // The page had its cursor before the member that says that it is the last.
            await _next.AbandonAsync().ConfigureAwait(false);
            _next = null;
        }

        if (_digest is not null && _digest.AsSpan().SequenceEqual(page.Digest())) throw _named = PageFault.Repeats(page);
        _digest = page.Digest();
        _items += page.Items;
    }

    private RequestedPage Request(
        RequestTemplate page, int number, Origin? linkedFrom, RequestContext? before, JobOutput output, CancellationToken cancel)
    {
        var context = NewContext(output, cancel);
        context.BeginPage(number, before);
        return new RequestedPage(page, number, context, base.SendAsync(page, context)) { LinkedFrom = linkedFrom };
    }

    /// <summary>Requests the next page once it is known. A failure to do so is reported in that page's place.</summary>
    private void LookAhead(Page page, RequestContext context, JobOutput output)
    {
        // An error response has no next page; a page that is read again has already led to the next one.
        if (_isDecided || !page.ApiResponse.IsSuccess) return;
        try
        {
            if (rule.Next(page) is not { } next) return;
            _isDecided = true;
            if (rule.Doubt(page, next) is { } doubt) context.Events.Write(doubt);
            if (next.Request is not { } request)
            {
                if (context.Events.IsEnabled(EventLevel.Verbose)) context.Events.Write(new LastPageReached(page.Number, next.End!));
                return;
            }

            if (page.Number >= rule.MaxPages)
            {
                if (context.Events.IsEnabled(EventLevel.Verbose)) context.Events.Write(new PageLimitReached(page.Number));
                return;
            }

            if (next.RewrittenFrom is { } linked && context.Events.IsEnabled(EventLevel.Verbose))
                context.Events.Write(new NextLinkRewritten(page.Number, linked, page.Request.Origin));
            if (!_seen.Add(next.Key!)) throw rule.Loop(page, request.Address);
            if (page.Request.Body is { CanReplay: false }) throw PageFault.BodyNotReplayable(page);
            Origin? linkedFrom = request.Origin == page.Request.Origin ? null : page.Request.Origin;
            _next = Request(request.After(page.ApiResponse), page.Number + 1, linkedFrom, context, output, context.Cancel);
        }
        catch (BearerRequestException e)
        {
            _isDecided = true;
            _named = e;
            _next = new RequestedPage(page.Request, page.Number + 1, context, Task.FromException<ApiResponse>(e));
        }
    }

    /// <summary>A page that has been requested.</summary>
    private sealed class RequestedPage(RequestTemplate template, int number, RequestContext context, Task<ApiResponse> response)
    {
        private Task<ApiResponse>? _result = response;

        public RequestTemplate Template => template;

        public int Number => number;

        /// <summary>The origin of the page that links to this one at another origin; otherwise <see langword="null"/>.</summary>
        public Origin? LinkedFrom { get; init; }

        public RequestContext RequestContext => context;

        /// <summary>Returns the response, once: the caller owns it.</summary>
        public Task<ApiResponse>? Take()
        {
            var taken = _result;
            _result = null;
            return taken;
        }

        /// <summary>Abandons the request and ignores its errors.</summary>
        public async Task AbandonAsync()
        {
            if (Take() is not { } abandoned) return;
            await ((Task)abandoned).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (abandoned.IsCompletedSuccessfully) (await abandoned.ConfigureAwait(false)).Dispose();
        }
    }
}
