using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Grants.Login;

/// <summary>Sends a person to a browser and waits for what comes back: by a redirect to this machine, or pasted.</summary>
internal sealed class LoginAtBrowser(IUserPrompt prompt, IBrowser browser, TimeProvider time)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    private readonly TaskCompletionSource<Secret> _code = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _strangers;

    /// <param name="attempt">Whose answer is waited for.</param>
    /// <param name="address">Where the browser goes.</param>
    /// <param name="listener">Receives the redirect; nothing when only the person can bring it.</param>
    /// <param name="cancel">Ends the waiting.</param>
    /// <exception cref="BearerTokenException">The login failed, or took too long.</exception>
    public async Task<Secret> GetCodeAsync(ILoginAttempt attempt, Uri address, LoopbackListener? listener, CancellationToken cancel)
    {
        var patience = prompt.Patience ?? s_patience;
        using var limit = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            var listening = listener?.RunAsync(query => Judge(attempt, query), either.Token);
            var asking = prompt.HasBrowser ? OpenAsync(address, either.Token) : AskAsync(attempt, address, either.Token);
            await (await Task.WhenAny(listening ?? asking, asking).ConfigureAwait(false)).ConfigureAwait(false);
            // That a browser has opened is no answer. Listening ends only when the browser has its page.
            if (prompt.HasBrowser && listening is not null) await listening.ConfigureAwait(false);
            return await _code.Task.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw OutOfTime(patience);
        }
        finally
        {
            await either.CancelAsync().ConfigureAwait(false);
        }
    }

    private LoopbackReply Judge(ILoginAttempt attempt, string query)
    {
        try
        {
            if (attempt.Read(new AuthorizationResponse(query), query) is { } code)
            {
                _code.TrySetResult(code);
                return LoopbackReply.Done;
            }

            Interlocked.Increment(ref _strangers);
            return LoopbackReply.Unknown;
        }
        catch (BearerTokenException e)
        {
            _code.TrySetException(e);
            return LoopbackReply.Failed;
        }
    }

    private async Task OpenAsync(Uri address, CancellationToken cancel)
    {
        await prompt.ShowAsync($"Log in at {address.IdnHost} in the browser that opens. Waiting for you there; Ctrl+C ends it.", cancel).ConfigureAwait(false);
        await browser.OpenAsync(address, cancel).ConfigureAwait(false);
    }

    /// <summary>A line without anything means: look again whether the redirect has come by itself.</summary>
    private async Task AskAsync(ILoginAttempt attempt, Uri address, CancellationToken cancel)
    {
        await prompt.ShowAsync(
            $"{Environment.NewLine}Open this address in a browser and log in:{Environment.NewLine}{Environment.NewLine}{address.AbsoluteUri}{Environment.NewLine}{Environment.NewLine}"
            + $"At the end the browser goes to {attempt.RedirectUri}. If it shows a page that says you are logged in, press Enter here. "
            + "If it shows an error, because it is on another machine, copy the whole address from it and paste it here.", cancel).ConfigureAwait(false);
        while (!_code.Task.IsCompleted)
        {
            var line = await prompt.AskAsync("Address: ", cancel).ConfigureAwait(false)
                ?? throw Pasted("NotInteractive", BearerErrorKind.InvalidArgument, "The input has ended before an address came.", "Run the command at a prompt.");
            if (line.Trim() is not { Length: > 0 } text) continue;
            if (WhyUnused(attempt, text) is { } reason) await prompt.ShowAsync($"{reason} Nothing of it was used. Paste the address of this login, or press Ctrl+C.", cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Takes a pasted address; the reason if it is not the answer to this login. A slip of the clipboard does not end the login.</summary>
    private string? WhyUnused(ILoginAttempt attempt, string text)
    {
        var question = text.IndexOf('?', StringComparison.Ordinal);
        if (question < 0 || text[..question].TrimEnd('/') != attempt.RedirectUri.Split('?')[0].TrimEnd('/'))
            return $"This is not the address that the browser is sent to: that begins with {attempt.RedirectUri}.";
        return Judge(attempt, text[(question + 1)..].Split('#')[0]) == LoopbackReply.Unknown
            ? "This address is not the answer to this login: its state is another, or missing."
            : null;
    }

    private BearerTokenException OutOfTime(TimeSpan patience) => new(
        $"Nobody finished the login within {TimeText.Seconds(patience)}.{(_strangers > 0 ? $" Answers that came with another state, or none, and were not used: {_strangers}." : string.Empty)}")
    {
        ErrorId = "LoginTimeout",
        Kind = BearerErrorKind.Timeout,
        NextStep = "Run the command again, or give more time with -LoginTimeoutSec. If the browser complained of the redirect address, register http://127.0.0.1/ with the client or give a registered one with -RedirectUri.",
    };

    private static BearerTokenException Pasted(string id, BearerErrorKind kind, string message, string nextStep) =>
        new(message) { ErrorId = id, Kind = kind, NextStep = nextStep };
}
