using BearerTools.Diagnostics;
using BearerTools.Http;

namespace BearerTools.Running.Paging;

/// <summary>
/// The way of one input whose answer comes in pages. They are written one after the other; the next one is asked for as
/// soon as it is known where it is, so that it comes while this one is read and written. No more than the next one: the
/// others wait at the server.
/// </summary>
internal sealed class PagedRequestJob(RequestRun run, PageRule rule, RequestTemplate template) : RequestJob(run, template)
{
    private readonly SeenAddresses _seen = new();
    private AskedPage? _asked;
    private AskedPage? _next;
    private bool _isDecided;
    private byte[]? _digest;
    private long _items;

    public override async Task RunAsync(JobOutput output, CancellationToken cancel)
    {
        using var ahead = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        try
        {
            var first = rule.First(Template);
            _seen.Add(first.Address);
            _next = Ask(first, 1, output, ahead.Token);
            while (_next is not null)
            {
                (_asked, _next, _isDecided) = (_next, null, false);
                await ProcessAsync(_asked.Template, _asked.RequestContext, output).ConfigureAwait(false);
            }
        }
        finally
        {
            await ahead.CancelAsync().ConfigureAwait(false);
            if (_next is not null) await _next.ForgetAsync().ConfigureAwait(false);
        }
    }

    /// <summary>It has been sent already, unless it broke off and is asked for again.</summary>
    private protected override Task<ApiResponse> SendAsync(RequestTemplate asked, RequestContext context) => _asked!.Take() ?? base.SendAsync(asked, context);

    private protected override async Task WriteAsync(ApiResponse response, RequestContext context, JobOutput output)
    {
        using var page = new Page(_asked!.Template, response, rule)
        {
            Number = _asked.Number,
            ItemsBefore = _items,
            OnRead = read => LookAhead(read, context, output),
        };
        // A link in the headers is known already.
        LookAhead(page, context, output);
        context.ProgressSink?.Show($"page {page.Number}");
        await WriteAsync(response, page, context, output).ConfigureAwait(false);
        page.Complete();
        if (_digest is not null && _digest.AsSpan().SequenceEqual(page.Digest())) throw PageFault.Repeats(page);
        _digest = page.Digest();
        _items += page.Items;
    }

    private AskedPage Ask(RequestTemplate page, int number, JobOutput output, CancellationToken cancel)
    {
        var context = Run.NewContext(output, cancel);
        return new AskedPage(page, number, context, base.SendAsync(page, context));
    }

    /// <summary>Begins to ask for the next page when it is known. What speaks against that is an error in the place of that page.</summary>
    private void LookAhead(Page page, RequestContext context, JobOutput output)
    {
        // After an answer that is an error nothing can be expected; one that is read once more has told already.
        if (_isDecided || !page.ApiResponse.IsSuccess) return;
        try
        {
            if (rule.Next(page) is not { } next) return;
            _isDecided = true;
            if (next.Address is not { } address)
            {
                if (context.Events.IsEnabled(EventLevel.Verbose)) context.Events.Write(new LastPageReached(page.Number, next.End!));
                return;
            }

            if (page.Number >= rule.MaxPages)
            {
                if (context.Events.IsEnabled(EventLevel.Verbose)) context.Events.Write(new PageLimitReached(page.Number));
                return;
            }

            if (!_seen.Add(address)) throw PageFault.Loop(page, address);
            if (page.Asked.Body is { CanReplay: false }) throw PageFault.BodyIsGone(page);
            _next = Ask(page.Asked.At(address), page.Number + 1, output, context.Cancel);
        }
        catch (BearerRequestException e)
        {
            _isDecided = true;
            _next = new AskedPage(page.Asked, page.Number + 1, context, Task.FromException<ApiResponse>(e));
        }
    }

    /// <summary>A page that has been asked for.</summary>
    private sealed class AskedPage(RequestTemplate template, int number, RequestContext context, Task<ApiResponse> response)
    {
        private Task<ApiResponse>? _result = response;

        public RequestTemplate Template => template;

        public int Number => number;

        public RequestContext RequestContext => context;

        /// <summary>The answer, once: whoever takes it sees to its end.</summary>
        public Task<ApiResponse>? Take()
        {
            var taken = _result;
            _result = null;
            return taken;
        }

        /// <summary>Nobody wants it any more; what becomes of it is nobody's error.</summary>
        public async Task ForgetAsync()
        {
            if (Take() is not { } unwanted) return;
            await ((Task)unwanted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (unwanted.IsCompletedSuccessfully) (await unwanted.ConfigureAwait(false)).Dispose();
        }
    }
}
