using System.Diagnostics;
using BearerTools.Http.Bodies;
using BearerTools.Http.Connecting;
using BearerTools.Http.Pacing;
using BearerTools.Http.Retrying;
using BearerTools.Tokens;

namespace BearerTools.Http;

/// <summary>The last step: one message out at its origin's pace, one answer's headers in.</summary>
/// <param name="connections">What sends.</param>
/// <param name="options">What the call says of each message.</param>
/// <param name="elsewhere">What sends after a hop to another origin.</param>
/// <param name="pace">The command's part in the paces of all origins; nothing for a pace of its own.</param>
internal sealed class SocketSender(HttpMessageInvoker connections, SendOptions? options = null, HttpMessageInvoker? elsewhere = null, CommandPace? pace = null)
{
    /// <summary>From here on a pause is worth a warning.</summary>
    private static readonly TimeSpan s_longPause = TimeSpan.FromSeconds(30);

    private readonly SendOptions _options = options ?? SendOptions.Default;
    private readonly CommandPace _pace = pace ?? new CommandPace(new OriginPaces(TimeProvider.System, Random.Shared.NextDouble), new PaceDemand());

    /// <param name="recipe">What to send.</param>
    /// <param name="token">What to send along (RFC 6750 section 2.1: in the header, never in the address).</param>
    /// <param name="exchange">The input it is for.</param>
    /// <param name="prove">Makes the proof of the key that the token is bound to (RFC 9449 section 7.1), when the message goes out: it may have to wait, and proofs are fresh.</param>
    public async Task<Answer> SendAsync(RequestRecipe recipe, AccessToken? token, Exchange exchange, Func<string>? prove = null)
    {
        var permit = await EnterAsync(recipe, exchange).ConfigureAwait(false);
        HttpResponseMessage? answer = null;
        using var patience = _options.AnswerTimeout is { } limit ? new Deadline(limit, _options.Time).Within(exchange.Cancel) : null;
        try
        {
            using var message = Message(recipe, token, prove);
            exchange.Attempts++;
            var started = exchange.Say is null ? 0 : Stopwatch.GetTimestamp();
            var sender = recipe.IsElsewhere && elsewhere is not null ? elsewhere : connections;
            message.Cancel = patience?.Token ?? exchange.Cancel;
            answer = await sender.SendAsync(message, message.Cancel).ConfigureAwait(false);
            Decompression.Undo(answer);
            exchange.Say?.Invoke($"{recipe.Method} {RequestAddress.Printable(recipe.Address)}: {(int)answer.StatusCode} after {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms{(token is null ? ", without token" : $", token {token.Fingerprint}")}.");
            if (_options.ReadTimeout is { } readTimeout) answer.Content = new TimedContent(answer.Content, readTimeout, _options.Time);
            return new Answer(answer, recipe);
        }
        catch (Exception e) when (exchange.Cancel.IsCancellationRequested && ConnectionTrouble.IsCause(e))
        {
            // A socket that still connects is closed with its request: that is no trouble of the connection.
            throw new OperationCanceledException(e.Message, e, exchange.Cancel);
        }
        catch (Exception e) when (ConnectionTrouble.IsCause(e) || (e is OperationCanceledException && !exchange.Cancel.IsCancellationRequested))
        {
            throw patience?.IsOver == true
                ? RequestFailure.FromTimeout(e, recipe, _options.AnswerTimeout.GetValueOrDefault())
                : RequestFailure.FromConnection(e, recipe);
        }
        finally
        {
            if (permit.Pace.Leave(permit, answer) is { } pause) Announce(pause, recipe, exchange);
        }
    }

    private async ValueTask<Permit> EnterAsync(RequestRecipe recipe, Exchange exchange)
    {
        try
        {
            return await _pace.Of(recipe.Origin).EnterAsync(exchange.Deadline?.Left, exchange.Say, exchange.Cancel).ConfigureAwait(false);
        }
        catch (PausedTooLongException e)
        {
            throw RetryFailure.PausedTooLong(e.Pause, recipe, exchange.Deadline!);
        }
    }

    private ConnectingMessage Message(RequestRecipe recipe, AccessToken? token, Func<string>? prove)
    {
        var message = recipe.ToMessage(_options);
        if (token is not null) message.Headers.TryAddWithoutValidation("Authorization", token.AuthorizationHeader);
        if (prove is null) return message;
        // The caller's own would make two, and two are as good as none.
        message.Headers.Remove(DPoPKey.Header);
        message.Headers.TryAddWithoutValidation(DPoPKey.Header, prove());
        return message;
    }

    private static void Announce(TimeSpan pause, RequestRecipe recipe, Exchange exchange)
    {
        var line = $"{recipe.Origin} asks for a pause of {TimeText.Seconds(pause)}; nothing is sent there until then.";
        exchange.Say?.Invoke(line);
        if (pause >= s_longPause) exchange.Onlooker?.Warn(line);
    }
}
