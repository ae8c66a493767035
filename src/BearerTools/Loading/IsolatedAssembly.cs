namespace BearerTools.Loading;

/// <summary>Opens an assembly of the module that uses a library, from its path and in a load context of its own.</summary>
internal static class IsolatedAssembly
{
    /// <param name="name">Name of the assembly, which is also the namespace of the type.</param>
    /// <param name="folder">Name of its folder beside this assembly.</param>
    /// <param name="type">The type to return.</param>
    /// <param name="purpose">What the assembly is for, for the error.</param>
    /// <param name="errorId">Error id if it is missing.</param>
    /// <exception cref="BearerTokenException">The assembly is missing.</exception>
    /// <exception cref="InvalidOperationException">The assembly is from another build.</exception>
    public static Type Open(string name, string folder, string type, string purpose, string errorId)
    {
        folder = Path.Combine(Path.GetDirectoryName(typeof(IsolatedAssembly).Assembly.Location)!, folder);
        var path = Path.Combine(folder, name + ".dll");
        if (!File.Exists(path))
        {
            throw new BearerTokenException($"The module's assembly for {purpose} is missing: {path}")
            {
                ErrorId = errorId,
                Kind = BearerErrorKind.NotFound,
                NextStep = "Reinstall or rebuild the module.",
            };
        }

        // It was built against the Core beside it, which must be the loaded one.
        new ModuleStart().OnImport();
        return new PrivateLoadContext(name, folder).LoadFromAssemblyPath(path).GetType($"{name}.{type}", throwOnError: true)!;
    }
}
