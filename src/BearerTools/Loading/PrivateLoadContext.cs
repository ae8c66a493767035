using System.Reflection;
using System.Runtime.Loader;
using BearerTools.Tokens;

namespace BearerTools.Loading;

/// <summary>
/// Isolates packages: assemblies in its folder are loaded here and are invisible to other modules, whatever versions those load and in
/// whatever order. Core is shared with the default context, so that its types are the same on both sides.
/// </summary>
/// <param name="name">Name of the assembly that it is for.</param>
/// <param name="folder">Folder of that assembly and its packages.</param>
internal sealed class PrivateLoadContext(string name, string folder) : AssemblyLoadContext(name)
{
    private static readonly Assembly s_core = typeof(ITokenSource).Assembly;

    /// <summary>
    /// Runs before other resolution. <see langword="null"/> selects the engine's own assembly, which is right for System assemblies.
    /// </summary>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (assemblyName.Name == s_core.GetName().Name) return s_core;
        var path = Path.Combine(folder, assemblyName.Name + ".dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }
}
