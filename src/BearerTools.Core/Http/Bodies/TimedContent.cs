namespace BearerTools.Http.Bodies;

/// <summary>Response content whose read fails when no data arrives for some time.</summary>
internal sealed class TimedContent(HttpContent inner, TimeSpan limit, TimeProvider time) : WrappedContent(inner)
{
    protected override Stream Wrap(Stream body) => new TimedStream(body, limit, time);

    private sealed class TimedStream(Stream inner, TimeSpan limit, TimeProvider time) : ForwardStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            using var timeout = new CancellationTokenSource(limit, time);
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            try
            {
                return await inner.ReadAsync(buffer, linked.Token).ConfigureAwait(false);
            }
            catch (Exception e)
                when (timeout.IsCancellationRequested
                    && !cancellationToken.IsCancellationRequested
                    && e is OperationCanceledException or IOException or HttpRequestException)
            {
                throw new IOException("The response stalled.",
                    new TimeoutException($"the response stalled: no data for {TimeText.Seconds(limit)}."));
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
