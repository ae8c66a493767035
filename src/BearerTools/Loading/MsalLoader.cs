using System.Reflection;
using BearerTools.Entra;

namespace BearerTools.Loading;

/// <summary>
/// Loads the assembly that contains MSAL from its path into its own load context, when Entra ID is first needed. Like this assembly, it
/// stays loaded until the process ends, even if the module is removed.
/// </summary>
internal static class MsalLoader
{
    private const string Name = "BearerTools.Msal";

    /// <param name="services">The services that its token sources use.</param>
    /// <exception cref="BearerTokenException">The assembly is missing.</exception>
    /// <exception cref="InvalidOperationException">The assembly is from another build.</exception>
    public static IEntraSources Load(EntraServices services) =>
        Open(Path.Combine(Path.GetDirectoryName(typeof(MsalLoader).Assembly.Location)!, "msal"), services);

    private static IEntraSources Open(string folder, EntraServices services)
    {
        var path = Path.Combine(folder, Name + ".dll");
        if (!File.Exists(path))
        {
            throw new BearerTokenException($"The module's assembly for Entra ID is missing: {path}")
            {
                ErrorId = "EntraPartMissing",
                Kind = BearerErrorKind.NotFound,
                NextStep = "Reinstall or rebuild the module.",
            };
        }

        // It was built against the Core beside it, which must be the loaded one.
        new ModuleStart().OnImport();
        var door = new PrivateLoadContext(Name, folder).LoadFromAssemblyPath(path).GetType($"{Name}.EntraSources", throwOnError: true)!;
        return (IEntraSources)Activator.CreateInstance(
            door, BindingFlags.Public | BindingFlags.Instance, binder: null, [services], culture: null)!;
    }
}
