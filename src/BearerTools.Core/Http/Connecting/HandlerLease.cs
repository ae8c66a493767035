namespace BearerTools.Http.Connecting;

/// <summary>The right to use a pool, for as long as a call takes.</summary>
internal sealed class HandlerLease(HttpMessageInvoker handler, Action giveBack) : IDisposable
{
    private Action? _giveBack = giveBack;

    public HttpMessageInvoker Handler => handler;

    public void Dispose() => Interlocked.Exchange(ref _giveBack, null)?.Invoke();
}
