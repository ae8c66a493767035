using System.Reflection;
using BearerTools.Entra;

namespace BearerTools.Loading;

/// <summary>
/// The room behind the wall: opened by its path when Entra ID is first asked for, never before, and then kept for the
/// process. It outlives the module's removal, as this assembly does.
/// </summary>
internal static class MsalLoader
{
    private const string Name = "BearerTools.Msal";

    private static readonly object s_gate = new();
    private static IEntraSources? s_sources;

    /// <param name="services">What it is handed when it is opened.</param>
    /// <exception cref="BearerTokenException">It is not there.</exception>
    /// <exception cref="InvalidOperationException">It is of another build.</exception>
    public static IEntraSources Enter(Func<EntraServices> services)
    {
        lock (s_gate) return s_sources ??= Open(Path.Combine(Path.GetDirectoryName(typeof(MsalLoader).Assembly.Location)!, "msal"), services());
    }

    private static IEntraSources Open(string folder, EntraServices services)
    {
        var path = Path.Combine(folder, Name + ".dll");
        if (!File.Exists(path))
        {
            throw new BearerTokenException($"The part of this module that speaks with Entra ID is missing: {path}")
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
