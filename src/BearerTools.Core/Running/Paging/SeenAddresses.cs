using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace BearerTools.Running.Paging;

/// <summary>The URLs of a sequence of pages. Only a hash of each is kept, because links and sequences may be long.</summary>
internal sealed class SeenAddresses
{
    private readonly HashSet<UInt128> _seen = [];

    /// <returns>False if the URL was added before.</returns>
    public bool Add(Uri address) => _seen.Add(MemoryMarshal.Read<UInt128>(SHA256.HashData(Encoding.UTF8.GetBytes(address.AbsoluteUri))));
}
