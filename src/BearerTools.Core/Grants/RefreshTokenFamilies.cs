using System.Collections.Concurrent;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>
/// Which refresh token has replaced which, for all keys of the process. Two keys may have begun with one refresh token:
/// used twice, an authority that rotates them takes it for stolen and ends all that came from it (RFC 9700 section 4.14.2).
/// So one line of them is used by one request at a time, and by its latest token.
/// </summary>
internal sealed class RefreshTokenFamilies
{
    private readonly ConcurrentDictionary<string, Line> _lines = new(StringComparer.Ordinal);

    /// <summary>Whether a request of this process has used the token, or one that came from it.</summary>
    public bool Know(Secret token) => _lines.ContainsKey(NameOf(token));

    /// <param name="token">A refresh token, perhaps one that has been replaced in the meantime.</param>
    /// <param name="send">Sends the line's latest one and gives what came of it.</param>
    /// <param name="cancel">Ends the waiting for another request of the same line.</param>
    public async Task<TokenResult> UseAsync(Secret token, Func<Secret, Task<TokenResult>> send, CancellationToken cancel)
    {
        var line = _lines.GetOrAdd(NameOf(token), static (_, first) => new Line(first), token);
        await line.Turn.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            var response = await send(line.Latest).ConfigureAwait(false);
            if (response.RefreshToken is { } next && next.Reveal() != line.Latest.Reveal()) Replace(line, next);
            return response;
        }
        catch (BearerTokenException e) when (e.Error == OAuthConstants.Error.InvalidGrant)
        {
            // Over: who gives the first one again means it, and gets an answer of the authority.
            foreach (var name in line.Names) _lines.TryRemove(new KeyValuePair<string, Line>(name, line));
            throw;
        }
        finally
        {
            line.Turn.Release();
        }
    }

    private void Replace(Line line, Secret next)
    {
        line.Latest = next;
        line.Names.Add(NameOf(next));
        _lines[NameOf(next)] = line;
        if (line.Names.Count <= Line.LongestMemory) return;

        // The first one is what a user has in hand, so the second goes.
        _lines.TryRemove(new KeyValuePair<string, Line>(line.Names[1], line));
        line.Names.RemoveAt(1);
    }

    private static string NameOf(Secret token) => Fingerprint.Full(token.Reveal());

    private sealed class Line(Secret first)
    {
        public const int LongestMemory = 50;

        public Secret Latest { get; set; } = first;

        public List<string> Names { get; } = [NameOf(first)];

        public SemaphoreSlim Turn { get; } = new(1, 1);
    }
}
