using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>
/// Which refresh token has replaced which, for all keys of the process. Two keys may have begun with one refresh token:
/// used twice, an authority that rotates them takes it for stolen and revokes all that came from it (RFC 9700 section 4.14.2).
/// So a family is used by one request at a time, and by its latest token.
/// </summary>
/// <remarks>
/// Families belong to one token endpoint and one client. What a server returns is text of its own choosing: if it returned
/// another server's refresh token, it must not receive that one's successor.
/// </remarks>
/// <param name="maxTokens">Maximum number of tokens that are remembered; beyond that, the families that were not used for longest go.</param>
internal sealed class RefreshTokenFamilies(int maxTokens = 10_000)
{
    private readonly object _gate = new();
    private readonly Dictionary<Member, Family> _members = [];
    private long _uses;

    /// <summary>Number of tokens that are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _members.Count;
        }
    }

    /// <summary>The families of one client at one token endpoint.</summary>
    public ClientFamilies Of(Uri tokenEndpoint, string clientId) => new(this, tokenEndpoint.AbsoluteUri, clientId);

    /// <summary>Forgets all; a request that is under way adds nothing.</summary>
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
                // Revoked: a user who gives the first token again means it, and gets the authority's response.
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
            // Those that wait for this request need it even if the family was forgotten meanwhile.
            family.Latest = next;
            if (family.IsForgotten) return;
            family.Members.Add(member);
            _members[member] = family;
            if (family.Members.Count <= Family.MaxMembers) return;

            // The first one is what a user has in hand, so the second goes.
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
        /// <summary>Whether a request of this process has used the token, or one that came from it.</summary>
        public bool Contain(Secret token) => families.Contains(MemberOf(token));

        /// <param name="token">A refresh token, perhaps one that has been replaced in the meantime.</param>
        /// <param name="send">Sends the family's latest one and gives what came of it.</param>
        /// <param name="cancel">Ends the wait for another request of the same family.</param>
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

        /// <summary>Number of requests that use it or wait for it.</summary>
        public int Users { get; set; }

        public long LastUse { get; set; }

        public bool IsForgotten { get; set; }
    }
}
