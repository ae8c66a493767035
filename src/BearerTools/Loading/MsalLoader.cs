using BearerTools.Entra;

namespace BearerTools.Loading;

/// <summary>
/// Loads the assembly that contains MSAL from its path into its own load context, when Entra ID is first needed. Like this assembly, it
/// stays loaded until the process ends, even if the module is removed.
/// </summary>
internal static class MsalLoader
{
    /// <param name="services">The services that its token sources use.</param>
    /// <exception cref="BearerTokenException">The assembly is missing.</exception>
    /// <exception cref="InvalidOperationException">The assembly is from another build.</exception>
    public static IEntraSources Load(EntraServices services) => (IEntraSources)Activator.CreateInstance(
        IsolatedAssembly.Open("BearerTools.Msal", "msal", "EntraSources", "Entra ID", "EntraPartMissing"), services)!;
}
