using BearerTools.Storage.Keys;

namespace BearerTools.Loading;

/// <summary>Loads the assembly for the Linux key ring into its own load context, when a store first needs it.</summary>
internal static class KeyringLoader
{
    /// <exception cref="BearerTokenException">The assembly is missing.</exception>
    /// <exception cref="InvalidOperationException">The assembly is from another build.</exception>
    public static IKeyProvider Load() => (IKeyProvider)Activator.CreateInstance(
        IsolatedAssembly.Open("BearerTools.Keyring", "keyring", "SecretServiceKey", "the key ring", "KeyringPartMissing"))!;
}
