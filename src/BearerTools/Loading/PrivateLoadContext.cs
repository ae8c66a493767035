using System.Reflection;
using System.Runtime.Loader;
using BearerTools.Tokens;

namespace BearerTools.Loading;

/// <summary>
/// The wall around packages: what lies in its folder is loaded here and seen by nobody else, whatever other modules of the
/// session bring, in whichever order. Core is the one that is loaded already, so that its types are the same on both sides.
/// </summary>
internal sealed class PrivateLoadContext(string folder) : AssemblyLoadContext("BearerTools.Msal")
{
    private static readonly Assembly s_core = typeof(ITokenSource).Assembly;

    /// <summary>
    /// Asked before anything else. Nothing means that the engine's own is taken, which for System assemblies is the right one.
    /// </summary>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (assemblyName.Name == s_core.GetName().Name) return s_core;
        var path = Path.Combine(folder, assemblyName.Name + ".dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }
}
