using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace BearerTools.Running.Paging;

/// <summary>The addresses of a chain of pages. Of each only a digest is kept: next links are long, and chains may be.</summary>
internal sealed class SeenAddresses
{
    private readonly HashSet<UInt128> _seen = [];

    /// <returns>False when it was there before.</returns>
    public bool Add(Uri address) => _seen.Add(MemoryMarshal.Read<UInt128>(SHA256.HashData(Encoding.UTF8.GetBytes(address.AbsoluteUri))));
}
