using System.Management.Automation;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using BearerTools.Pipeline;

namespace BearerTools.Loading;

/// <summary>
/// Runs at each import. A process keeps the first build of an assembly that it loads, so a file that was rebuilt during a session would
/// be ignored silently, and the old code would keep running.
/// </summary>
public sealed class ModuleStart : IModuleAssemblyInitializer
{
    // Also loads Core, so that [BearerTools.*] type names resolve.
    private static readonly Assembly s_core = typeof(AccessToken).Assembly;
    private static readonly Assembly s_cmdlets = typeof(ModuleStart).Assembly;
    private static readonly DateTime s_coreWritten = Written(s_core);
    private static readonly DateTime s_cmdletsWritten = Written(s_cmdlets);

    /// <summary>Fails if the files on disk are no longer the ones that are loaded.</summary>
    /// <exception cref="InvalidOperationException">The files were replaced.</exception>
    public void OnImport()
    {
        Check(s_core, s_coreWritten);
        Check(s_cmdlets, s_cmdletsWritten);
        BearerRequestException.ProblemReader = ProblemObject.Read;
    }

    private static void Check(Assembly loaded, DateTime written)
    {
        // Reading the build id from the file costs more than the rest of the import.
        if (Written(loaded) == written || BuildOf(loaded.Location) == loaded.ManifestModule.ModuleVersionId) return;
        throw new InvalidOperationException(
            $"'{loaded.Location}' was rebuilt after this session loaded it, and cannot be reloaded. Restart pwsh, then import the module "
                + "again.");
    }

    private static DateTime Written(Assembly assembly) => File.GetLastWriteTimeUtc(assembly.Location);

    private static Guid BuildOf(string path)
    {
        using var reader = new PEReader(File.OpenRead(path));
        var metadata = reader.GetMetadataReader();
        return metadata.GetGuid(metadata.GetModuleDefinition().Mvid);
    }
}
