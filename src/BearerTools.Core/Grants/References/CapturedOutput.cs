using System.Text;

namespace BearerTools.Grants.References;

/// <summary>Reads an output stream of a program to its end.</summary>
internal sealed class CapturedOutput
{
    private readonly object _gate = new();
    private readonly List<byte> _content = [];
    private readonly TaskCompletionSource _tooLong = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _end;

    /// <param name="stream">The stream.</param>
    /// <param name="longest">Maximum number of bytes to keep.</param>
    /// <param name="dropsRest">True to drop what follows, false to stop reading.</param>
    public CapturedOutput(Stream stream, int longest, bool dropsRest = false) =>
        _end = Task.Run(() => ReadAsync(stream, longest, dropsRest));

    /// <summary>Completes when the maximum is exceeded and the rest is not dropped.</summary>
    public Task TooLong => _tooLong.Task;

    public bool IsTooLong => _tooLong.Task.IsCompleted;

    /// <summary>The text so far.</summary>
    public string Text
    {
        get
        {
            lock (_gate) return Encoding.UTF8.GetString([.. _content]).TrimStart('\uFEFF');
        }
    }

    /// <summary>Waits for the end of the stream.</summary>
    /// <param name="atMost">Maximum wait, after which what was read is enough: another program may hold the stream open.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task EndAsync(TimeSpan atMost, CancellationToken cancel)
    {
        try
        {
            await Task.WhenAny(_tooLong.Task, _end).WaitAsync(atMost, cancel).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // What was read is enough.
        }
    }

    private async Task ReadAsync(Stream stream, int longest, bool dropsRest)
    {
        var buffer = new byte[8192];
        try
        {
            while (await stream.ReadAsync(buffer).ConfigureAwait(false) is > 0 and var read)
            {
                var left = longest - _content.Count;
                lock (_gate) _content.AddRange(new ArraySegment<byte>(buffer, 0, Math.Min(read, left)));
                if (read <= left || dropsRest) continue;
                _tooLong.TrySetResult();
                return;
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The program was stopped.
        }
    }
}
