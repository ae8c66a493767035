using System.Reflection;
using BearerTools.Entra;

namespace BearerTools.Loading;

/// <summary>
/// Loads the assembly that contains MSAL into a load context of its own, by its path, when Entra ID is first needed and never before.
/// It then stays loaded for the process, also when the module is removed, as this assembly does.
/// </summary>
internal static class MsalLoader
{
    private const string Name = "BearerTools.Msal";

    /// <param name="services">What its sources are made with.</param>
    /// <exception cref="BearerTokenException">The assembly is missing.</exception>
    /// <exception cref="InvalidOperationException">It is of another build.</exception>
    public static IEntraSources Load(EntraServices services) => Open(Path.Combine(Path.GetDirectoryName(typeof(MsalLoader).Assembly.Location)!, "msal"), services);

    private static IEntraSources Open(string folder, EntraServices services)
    {
        var path = Path.Combine(folder, Name + ".dll");
        if (!File.Exists(path))
        {
            throw new BearerTokenException($"The part of this module that connects to Entra ID is missing: {path}")
            {
                ErrorId = "EntraPartMissing",
                Kind = BearerErrorKind.NotFound,
                NextStep = "Install or build the module again.",
            };
        }

        // It was built against the Core beside it, which has to be the one that runs.
        new ModuleStart().OnImport();
        var door = new PrivateLoadContext(folder).LoadFromAssemblyPath(path).GetType($"{Name}.EntraSources", throwOnError: true)!;
        return (IEntraSources)Activator.CreateInstance(door, BindingFlags.Public | BindingFlags.Instance, binder: null, [services], culture: null)!;
    }
}
