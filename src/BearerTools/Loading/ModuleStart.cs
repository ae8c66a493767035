using System.Management.Automation;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace BearerTools.Loading;

/// <summary>
/// What the engine runs at each import. A process keeps the first build of an assembly that it loads: a file that was
/// built again under a running session is ignored, and the old code would run on without a word.
/// </summary>
public sealed class ModuleStart : IModuleAssemblyInitializer
{
    // Also makes [BearerTools.*] known by name, which is found only in what is loaded.
    private static readonly Assembly s_core = typeof(AccessToken).Assembly;
    private static readonly Assembly s_cmdlets = typeof(ModuleStart).Assembly;
    private static readonly DateTime s_coreWritten = Written(s_core);
    private static readonly DateTime s_cmdletsWritten = Written(s_cmdlets);

    /// <summary>Refuses when the files on disk are no longer those that run.</summary>
    /// <exception cref="InvalidOperationException">They were exchanged.</exception>
    public void OnImport()
    {
        Check(s_core, s_coreWritten);
        Check(s_cmdlets, s_cmdletsWritten);
    }

    private static void Check(Assembly loaded, DateTime written)
    {
        // Reading the build from the file costs more than all the rest of an import.
        if (Written(loaded) == written || BuildOf(loaded.Location) == loaded.ManifestModule.ModuleVersionId) return;
        throw new InvalidOperationException(
            $"'{loaded.Location}' was built again since this session loaded it, and cannot be exchanged: restart pwsh, then import the module again.");
    }

    private static DateTime Written(Assembly assembly) => File.GetLastWriteTimeUtc(assembly.Location);

    private static Guid BuildOf(string path)
    {
        using var reader = new PEReader(File.OpenRead(path));
        var metadata = reader.GetMetadataReader();
        return metadata.GetGuid(metadata.GetModuleDefinition().Mvid);
    }
}
