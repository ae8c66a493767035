using BearerTools.Http;

namespace BearerTools.Running.Paging;

/// <summary>
/// The way of one input whose answer comes in pages. They are written one after the other; the next one is asked for as
/// soon as it is known where it is, so that it comes while this one is read and written. No more than the next one: the
/// others wait at the server.
/// </summary>
internal sealed class PagedRequestJob(RequestRun run, PageRule rule, RequestRecipe recipe) : RequestJob(run, recipe)
{
    private readonly SeenAddresses _seen = new();
    private Task<AskedPage>? _next;
    private bool _isDecided;

    public override async Task RunAsync(JobOutput output, CancellationToken cancel)
    {
        using var ahead = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        try
        {
            byte[]? digest = null;
            var items = 0L;
            var first = rule.First(Recipe);
            _seen.Add(first.Address);
            _next = AskAsync(first, 1, output, ahead.Token);
            while (_next is not null)
            {
                using var asked = await _next.ConfigureAwait(false);
                (_next, _isDecided) = (null, false);
                var page = asked.Page;
                page.ItemsBefore = items;
                page.OnRead = read => LookAhead(read, asked.Exchange, output, ahead.Token);
                // A link in the headers is known already.
                page.OnRead(page);
                asked.Exchange.Show?.Invoke($"page {page.Number}");
                await WriteAsync(page.Answer, asked.Exchange, asked.Started, page, output, cancel).ConfigureAwait(false);
                page.Complete();
                if (digest is not null && digest.AsSpan().SequenceEqual(page.Digest())) throw PageFault.Repeats(page);
                digest = page.Digest();
                items += page.Items;
            }
        }
        finally
        {
            await ahead.CancelAsync().ConfigureAwait(false);
            if (_next is not null) await ForgetAsync(_next).ConfigureAwait(false);
        }
    }

    private async Task<AskedPage> AskAsync(RequestRecipe page, int number, JobOutput output, CancellationToken cancel)
    {
        var exchange = Run.NewExchange(output, cancel);
        var started = Run.Time.GetTimestamp();
        var answer = await Run.Sender.SendAsync(page, exchange).ConfigureAwait(false);
        return new AskedPage(new Page(page, answer, rule) { Number = number }, exchange, started);
    }

    /// <summary>Begins to ask for the next page when it is known. What speaks against that is an error in the place of that page.</summary>
    private void LookAhead(Page page, Exchange exchange, JobOutput output, CancellationToken cancel)
    {
        // After an answer that is an error nothing can be expected.
        if (_isDecided || !page.Answer.IsSuccess) return;
        try
        {
            if (rule.Next(page) is not { } next) return;
            _isDecided = true;
            if (next.Address is not { } address)
            {
                exchange.Say?.Invoke($"Page {page.Number} is the last: {next.Reason}.");
                return;
            }

            if (page.Number >= rule.MostPages)
            {
                exchange.Say?.Invoke($"Page {page.Number} is not the last, but no more were asked for.");
                return;
            }

            if (!_seen.Add(address)) throw PageFault.Loop(page, address);
            if (page.Asked.Body is { CanReplay: false }) throw PageFault.BodyIsGone(page);
            _next = AskAsync(page.Asked.At(address), page.Number + 1, output, cancel);
        }
        catch (BearerRequestException e)
        {
            _isDecided = true;
            _next = Task.FromException<AskedPage>(e);
        }
    }

    /// <summary>Nobody wants it any more; what becomes of it is nobody's error.</summary>
    private static async Task ForgetAsync(Task<AskedPage> next)
    {
        await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (next.IsCompletedSuccessfully) (await next.ConfigureAwait(false)).Dispose();
    }

    private sealed record AskedPage(Page Page, Exchange Exchange, long Started) : IDisposable
    {
        public void Dispose() => Page.Dispose();
    }
}
