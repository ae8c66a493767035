using BearerTools.Storage.Keys;

namespace BearerTools.Loading;

/// <summary>Loads the assembly for the Linux key ring into its own load context, when a store first needs it.</summary>
internal static class KeyringLoader
{
    private const string Name = "BearerTools.Keyring";

    /// <exception cref="BearerTokenException">The assembly is missing.</exception>
    /// <exception cref="InvalidOperationException">The assembly is from another build.</exception>
    public static IKeyProvider Load()
    {
        var folder = Path.Combine(Path.GetDirectoryName(typeof(KeyringLoader).Assembly.Location)!, "keyring");
        var path = Path.Combine(folder, Name + ".dll");
        if (!File.Exists(path))
        {
            throw new BearerTokenException($"The module's assembly for the key ring is missing: {path}")
            {
                ErrorId = "KeyringPartMissing",
                Kind = BearerErrorKind.NotFound,
                NextStep = "Reinstall or rebuild the module.",
            };
        }

        // It was built against the Core beside it, which must be the loaded one.
        new ModuleStart().OnImport();
        var type = new PrivateLoadContext(Name, folder).LoadFromAssemblyPath(path).GetType($"{Name}.SecretServiceKey", throwOnError: true)!;
        return (IKeyProvider)Activator.CreateInstance(type)!;
    }
}
