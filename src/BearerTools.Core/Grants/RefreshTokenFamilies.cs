using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>
/// Tracks which refresh token has replaced which, for all cache keys of the process. Two keys may start from the same
/// refresh token: if it is used twice, an authority that rotates refresh tokens takes it as stolen and revokes all its
/// successors (RFC 9700 section 4.14.2). So a family is used by one request at a time, with its latest token.
/// </summary>
/// <remarks>A family belongs to one token endpoint and one client. A server chooses the text that it returns: if it returned
/// another server's refresh token, it must not receive that token's successor.</remarks>
/// <param name="maxTokens">Maximum number of tracked tokens; beyond that, the least recently used families are removed.</param>
internal sealed class RefreshTokenFamilies(int maxTokens = 10_000)
{
    private readonly object _gate = new();
    private readonly Dictionary<Member, Family> _members = [];
    private long _uses;

    /// <summary>Number of tracked tokens.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _members.Count;
        }
    }

    /// <summary>The families of one client at one token endpoint.</summary>
    public ClientFamilies Of(Uri tokenEndpoint, string clientId) => new(this, tokenEndpoint.AbsoluteUri, clientId);

    /// <summary>Removes all families; a request in progress adds nothing.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            foreach (var family in _members.Values) family.IsForgotten = true;
            _members.Clear();
        }
    }

    private bool Contains(Member member)
    {
        lock (_gate) return _members.ContainsKey(member);
    }

    private async Task<TokenResult> UseAsync(Member member, Secret token, Func<Secret, Task<TokenResult>> send, CancellationToken cancel)
    {
        var family = Enter(member, token);
        try
        {
            await family.Turn.WaitAsync(cancel).ConfigureAwait(false);
            try
            {
                var response = await send(family.Latest).ConfigureAwait(false);
                if (response.RefreshToken is { } next && next.Reveal() != family.Latest.Reveal()) Replace(family, member.With(next), next);
                return response;
            }
            catch (BearerTokenException e) when (e.Error == OAuthConstants.Error.InvalidGrant)
            {
                // The family is revoked: a user who passes the first token again does so on purpose, and gets the
                // authority's response.
                lock (_gate) Remove(family);
                throw;
            }
            finally
            {
                family.Turn.Release();
            }
        }
        finally
        {
            lock (_gate) family.Users--;
        }
    }

    private Family Enter(Member member, Secret token)
    {
        lock (_gate)
        {
            if (!_members.TryGetValue(member, out var family))
            {
                Evict();
                _members[member] = family = new Family(member, token);
            }

            family.Users++;
            family.LastUse = ++_uses;
            return family;
        }
    }

    private void Replace(Family family, Member member, Secret next)
    {
        lock (_gate)
        {
            // Waiting requests need the token even if the family was removed in the meantime.
            family.Latest = next;
            if (family.IsForgotten) return;
            family.Members.Add(member);
            _members[member] = family;
            if (family.Members.Count <= Family.MaxMembers) return;

            // The first member is the one that the user has, so the second is removed.
            _members.Remove(family.Members[1]);
            family.Members.RemoveAt(1);
        }
    }

    private void Evict()
    {
        if (_members.Count < maxTokens) return;
        foreach (var family in _members.Values.Distinct().Where(family => family.Users == 0).OrderBy(family => family.LastUse).ToArray())
        {
            Remove(family);
            if (_members.Count <= maxTokens * 9 / 10) return;
        }
    }

    private void Remove(Family family)
    {
        family.IsForgotten = true;
        foreach (var member in family.Members)
        {
            if (_members.TryGetValue(member, out var current) && ReferenceEquals(current, family)) _members.Remove(member);
        }
    }

    /// <summary>The families of one client at one token endpoint.</summary>
    public readonly struct ClientFamilies(RefreshTokenFamilies families, string tokenEndpoint, string clientId)
    {
        /// <summary>Returns true if this process has used the token or one of its family.</summary>
        public bool Contain(Secret token) => families.Contains(MemberOf(token));

        /// <param name="token">A refresh token; it may have been replaced in the meantime.</param>
        /// <param name="send">Sends the family's latest token and returns the result.</param>
        /// <param name="cancel">Cancels the wait for another request of the same family.</param>
        public Task<TokenResult> UseAsync(Secret token, Func<Secret, Task<TokenResult>> send, CancellationToken cancel) =>
            families.UseAsync(MemberOf(token), token, send, cancel);

        private Member MemberOf(Secret token) => new(tokenEndpoint, clientId, Fingerprint.Full(token.Reveal()));
    }

    private sealed record Member(string TokenEndpoint, string ClientId, string Fingerprint)
    {
        public Member With(Secret next) => this with { Fingerprint = Security.Fingerprint.Full(next.Reveal()) };
    }

    private sealed class Family(Member first, Secret token)
    {
        public const int MaxMembers = 50;

        public Secret Latest { get; set; } = token;

        public List<Member> Members { get; } = [first];

        public SemaphoreSlim Turn { get; } = new(1, 1);

        /// <summary>Number of requests that use the family or wait for it.</summary>
        public int Users { get; set; }

        public long LastUse { get; set; }

        public bool IsForgotten { get; set; }
    }
}
