namespace BearerTools.Sandbox.Serving;

/// <summary>Chance that is the same in every process.</summary>
internal static class FixedJitter
{
    /// <summary>A number for a seed and an id (FNV-1a, then mixed).</summary>
    public static uint Of(int seed, string id)
    {
        var hash = 2166136261u ^ (uint)seed;
        foreach (var c in id) hash = (hash ^ c) * 16777619u;
        hash ^= hash >> 15;
        hash *= 0x2c1b3c6du;
        return hash ^ (hash >> 12);
    }
}
