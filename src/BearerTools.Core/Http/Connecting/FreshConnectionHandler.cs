namespace BearerTools.Http.Connecting;

/// <summary>
/// Sends a message again, over another connection, when <see cref="IdleGuard"/> did not let it onto one that was idle. For clients other
/// than <see cref="SocketHandler"/>, which does the same.
/// </summary>
internal sealed class FreshConnectionHandler(HttpMessageHandler sockets) : DelegatingHandler(sockets)
{
    /// <summary>Each one closes an idle connection, so that there is a last one.</summary>
    public const int MaxRepeats = 10_000;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (var repeats = 0; ; repeats++)
        {
            try
            {
                return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            }
            catch (HttpRequestException e) when (repeats < MaxRepeats && e.GetBaseException() is IdleConnectionException)
            {
                // Nothing was written.
            }
        }
    }
}
