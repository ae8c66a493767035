using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Grants.Login;

/// <summary>
/// Sends the user to a browser and waits for the response: a redirect to this machine, or a pasted address.
/// </summary>
internal sealed class LoginAtBrowser(IUserPrompt prompt, IBrowser browser, TimeProvider time)
{
    private static readonly TimeSpan s_defaultTimeout = TimeSpan.FromMinutes(5);

    private readonly TaskCompletionSource<Secret> _code = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _ignored;

    /// <param name="attempt">The sign-in attempt.</param>
    /// <param name="address">The address to open.</param>
    /// <param name="listener">Receives the redirect; <see langword="null"/> if only the user can supply it.</param>
    /// <param name="cancel">Cancels the wait.</param>
    /// <exception cref="BearerTokenException">The sign-in failed or timed out.</exception>
    public async Task<Secret> GetCodeAsync(ILoginAttempt attempt, Uri address, LoopbackListener? listener, CancellationToken cancel)
    {
        var timeout = prompt.LoginTimeout ?? s_defaultTimeout;
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            var listening = listener?.RunAsync(query => Accept(attempt, query), either.Token);
            var prompting = prompt.HasBrowser ? OpenAsync(address, either.Token) : PromptAsync(attempt, address, either.Token);
            await (await Task.WhenAny(listening ?? prompting, prompting).ConfigureAwait(false)).ConfigureAwait(false);
            // An opened browser is not a response yet. The listener completes only after the browser has received its page.
            if (prompt.HasBrowser && listening is not null) await listening.ConfigureAwait(false);
            return await _code.Task.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw TimedOut(timeout);
        }
        finally
        {
            await either.CancelAsync().ConfigureAwait(false);
        }
    }

    private LoopbackReply Accept(ILoginAttempt attempt, string query)
    {
        try
        {
            if (attempt.Read(new AuthorizationResponse(query), query) is { } code)
            {
                _code.TrySetResult(code);
                return LoopbackReply.Done;
            }

            Interlocked.Increment(ref _ignored);
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
        await prompt.ShowAsync($"Sign in at {address.IdnHost} in the browser window that opens. Press Ctrl+C to cancel.",
            cancel).ConfigureAwait(false);
        await browser.OpenAsync(address, cancel).ConfigureAwait(false);
    }

    /// <summary>
    /// Asks for the redirect's address. An empty line checks again whether the redirect has arrived by itself.
    /// </summary>
    private async Task PromptAsync(ILoginAttempt attempt, Uri address, CancellationToken cancel)
    {
        await prompt.ShowAsync(
            $"{Environment.NewLine}Open this address in a browser and sign in:{Environment.NewLine}{Environment.NewLine}"
            + $"{address.AbsoluteUri}{Environment.NewLine}{Environment.NewLine}"
            + $"After sign-in, the browser is redirected to {attempt.RedirectUri}. If it shows that you are signed in, press Enter here. "
            + "If it shows an error because it runs on another machine, copy the whole address from it and paste it here.",
            cancel).ConfigureAwait(false);
        while (!_code.Task.IsCompleted)
        {
            var line = await prompt.ReadLineAsync("Address: ", cancel).ConfigureAwait(false)
                ?? throw Pasted("NotInteractive", BearerErrorKind.InvalidArgument, "The input ended before an address was entered.",
                    "Run the command in an interactive session.");
            if (line.Trim() is not { Length: > 0 } text) continue;
            if (RejectionReason(attempt, text) is { } reason)
            {
                await prompt.ShowAsync($"{reason} The address was not used. Paste the address of this sign-in, or press Ctrl+C to cancel.",
                    cancel).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Accepts a pasted address, or returns why it is not the response to this sign-in. A wrong paste does not end the sign-in.
    /// </summary>
    private string? RejectionReason(ILoginAttempt attempt, string text)
    {
        var question = text.IndexOf('?', StringComparison.Ordinal);
        if (question < 0 || text[..question].TrimEnd('/') != attempt.RedirectUri.Split('?')[0].TrimEnd('/'))
            return $"This is not the redirect address, which begins with {attempt.RedirectUri}.";
        return Accept(attempt, text[(question + 1)..].Split('#')[0]) == LoopbackReply.Unknown
            ? "This address is not the response to this sign-in: its state differs or is missing."
            : null;
    }

    private BearerTokenException TimedOut(TimeSpan timeout) => new(
        $"The sign-in was not completed within {TimeText.Seconds(timeout)}."
        + (_ignored > 0 ? $" Ignored responses with another state or none: {_ignored}." : string.Empty))
    {
        ErrorId = "LoginTimeout",
        Kind = BearerErrorKind.Timeout,
        NextStep = "Run the command again, or allow more time with -LoginTimeoutSec. If the browser reported an invalid redirect URI, "
            + "register http://127.0.0.1/ for the client or pass a registered one with -RedirectUri.",
    };

    private static BearerTokenException Pasted(string id, BearerErrorKind kind, string message, string nextStep) =>
        new(message) { ErrorId = id, Kind = kind, NextStep = nextStep };
}
