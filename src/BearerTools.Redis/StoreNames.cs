using System.Security.Cryptography;
using System.Text;
using StackExchange.Redis;

namespace BearerTools.Redis;

/// <summary>The names of keys. What belongs together has one hash tag, so that a cluster keeps it on one node.</summary>
internal sealed class StoreNames(string prefix)
{
    private const string EntryEnd = "}:entry";

    private const string LeaseEnd = "}:lease";

    /// <summary>A pattern of all entries.</summary>
    public string Entries => $"{prefix}:{{*{EntryEnd}";

    public RedisKey Entry(string identity) => $"{prefix}:{{{identity}{EntryEnd}";

    public RedisKey Lease(string identity) => $"{prefix}:{{{identity}{LeaseEnd}";

    /// <summary>The identity of an entry, or <see langword="null"/> if it is another key.</summary>
    public string? IdentityOf(RedisKey key)
    {
        var (text, begin) = ((string)key!, $"{prefix}:{{");
        return text.StartsWith(begin, StringComparison.Ordinal) && text.EndsWith(EntryEnd, StringComparison.Ordinal)
            ? text[begin.Length..^EntryEnd.Length]
            : null;
    }

    /// <summary>The name of the pause of an origin, or of one of its limits.</summary>
    /// <param name="origin">The origin, of which only a digest is in the name.</param>
    /// <param name="what">What it is.</param>
    public RedisKey Pace(string origin, string what) =>
        $"{prefix}:{{pace-{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(origin)), 0, 16).ToLowerInvariant()}}}:{what}";
}
