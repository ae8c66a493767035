namespace BearerTools.Http.Connecting;

/// <summary>The use of a pool for the duration of a call.</summary>
internal sealed class HandlerLease(HttpMessageInvoker handler, Action release) : IDisposable
{
    private Action? _release = release;

    public HttpMessageInvoker Handler => handler;

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
