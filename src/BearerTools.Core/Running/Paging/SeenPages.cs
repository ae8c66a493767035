using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace BearerTools.Running.Paging;

/// <summary>The pages of a sequence, by URL and cursor. Only a hash of each is kept, because links and sequences may be long.</summary>
internal sealed class SeenPages
{
    private readonly HashSet<UInt128> _seen = [];

    /// <param name="key">The <see cref="NextPage.Key"/>.</param>
    /// <returns>False if the page was added before.</returns>
    public bool Add(string key) => _seen.Add(MemoryMarshal.Read<UInt128>(SHA256.HashData(Encoding.UTF8.GetBytes(key))));
}
