using BearerTools.Fleet;

namespace BearerTools.Loading;

/// <summary>Loads the assembly for Redis into its own load context, when a store or a rate limit first needs it.</summary>
internal static class RedisLoader
{
    private const string Name = "BearerTools.Redis";

    private static readonly LoadedType s_type = new();

    /// <param name="options">Where the server is.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="BearerTokenException">The assembly is missing.</exception>
    /// <exception cref="InvalidOperationException">The assembly is from another build.</exception>
    public static IFleet Load(FleetOptions options, TimeProvider time)
    {
        var folder = Path.Combine(Path.GetDirectoryName(typeof(RedisLoader).Assembly.Location)!, "redis");
        return (IFleet)Activator.CreateInstance(s_type.GetOrAdd(folder), options, time)!;
    }

    /// <summary>The assembly is loaded once, also if there are several servers.</summary>
    private sealed class LoadedType
    {
        private readonly object _gate = new();
        private Type? _type;

        public Type GetOrAdd(string folder)
        {
            lock (_gate) return _type ??= Open(folder);
        }

        private static Type Open(string folder)
        {
            var path = Path.Combine(folder, Name + ".dll");
            if (!File.Exists(path))
            {
                throw new BearerTokenException($"The module's assembly for Redis is missing: {path}")
                {
                    ErrorId = "RedisPartMissing",
                    Kind = BearerErrorKind.NotFound,
                    NextStep = "Reinstall or rebuild the module.",
                };
            }

            // It was built against the Core beside it, which must be the loaded one.
            new ModuleStart().OnImport();
            return new PrivateLoadContext(Name, folder).LoadFromAssemblyPath(path).GetType($"{Name}.RedisFleet", throwOnError: true)!;
        }
    }
}
