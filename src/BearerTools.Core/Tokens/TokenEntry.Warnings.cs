using BearerTools.Diagnostics;

namespace BearerTools.Tokens;

/// <content>
/// Warnings of a renewal in the background. No caller waits for it, so they are written once, with the next use of the token.
/// </content>
internal sealed partial class TokenEntry
{
    private const int MaxWarnings = 8;

    private volatile DiagnosticEvent[] _warnings = [];

    private void KeepWarning(DiagnosticEvent e)
    {
        lock (_gate)
        {
            if (_warnings.Length < MaxWarnings && !_warnings.Contains(e)) _warnings = [.. _warnings, e];
        }
    }

    /// <summary>A failure is no news any more when a renewal has succeeded. The caller must hold the lock.</summary>
    private void DropFailures()
    {
        if (_warnings.Length > 0) _warnings = Array.FindAll(_warnings, static e => e is not TokenRenewalFailed);
    }

    private void TellWarnings(IEventSink events)
    {
        if (!events.IsEnabled(EventLevel.Warning)) return;
        foreach (var e in Interlocked.Exchange(ref _warnings, []))
        {
            // An expired token gets an error of its own.
            if (e is not TokenRenewalFailed || (Current is { } current && RenewalPolicy.IsValid(current, Now(current)))) events.Write(e);
        }
    }

    /// <summary>Keeps the warnings of a renewal in the background, and forwards the other events.</summary>
    private sealed class BackgroundEvents(TokenEntry entry, IEventSink next) : IEventSink
    {
        public IEventSink Listener => next.Listener;

        public bool IsEnabled(EventLevel level) => level == EventLevel.Warning || next.IsEnabled(level);

        public void Write(DiagnosticEvent e)
        {
            if (e.Level == EventLevel.Warning) entry.KeepWarning(e);
            else next.Write(e);
        }
    }
}
