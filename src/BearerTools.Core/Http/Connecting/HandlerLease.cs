namespace BearerTools.Http.Connecting;

/// <summary>The use of a pool for the duration of a call.</summary>
internal sealed class HandlerLease(HttpMessageInvoker handler, Action giveBack) : IDisposable
{
    private Action? _giveBack = giveBack;

    public HttpMessageInvoker Handler => handler;

    public void Dispose() => Interlocked.Exchange(ref _giveBack, null)?.Invoke();
}
