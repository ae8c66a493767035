# Assemblies that get in each other's way, compiled when a test needs them.

# One that calls itself like a library of Microsoft's, key and all, in another version. Who gets it instead of the real one
# finds the type by which one begins, and nothing that works. Add-Type cannot name an assembly, its compiler can.
function New-StandIn([string] $Name, [string] $Version, [string] $LikeFile, [string] $Folder) {
    $code = [Microsoft.CodeAnalysis.CSharp.CSharpSyntaxTree]::ParseText(@"
[assembly: System.Reflection.AssemblyVersion("$Version")]
namespace $Name { public class ConfidentialClientApplicationBuilder { public static string Version = "$Version"; } }
"@)
    $options = [Microsoft.CodeAnalysis.CSharp.CSharpCompilationOptions]::new([Microsoft.CodeAnalysis.OutputKind]::DynamicallyLinkedLibrary).
    WithPublicSign($true).WithCryptoPublicKey([Collections.Immutable.ImmutableArray]::Create([byte[]] [Reflection.AssemblyName]::GetAssemblyName($LikeFile).GetPublicKey()))
    $runtime = [Microsoft.CodeAnalysis.MetadataReference]::CreateFromFile([object].Assembly.Location)
    $compilation = [Microsoft.CodeAnalysis.CSharp.CSharpCompilation]::Create($Name, [Microsoft.CodeAnalysis.SyntaxTree[]] $code, [Microsoft.CodeAnalysis.MetadataReference[]] $runtime, $options)
    $path = Join-Path $Folder "$Version/$Name.dll"
    $null = New-Item (Split-Path $path) -ItemType Directory -Force
    $file = [IO.File]::Create($path)
    try { $result = $compilation.Emit($file) } finally { $file.Dispose() }
    if (-not $result.Success) { throw "$Name does not compile: $($result.Diagnostics)" }
    $path
}

# What modules with libraries of their own do: a load context that looks into a folder, and says what it has.
function New-OtherContext([string] $Folder) {
    $path = Join-Path $Folder OtherContext.dll
    Add-Type -OutputAssembly $path -TypeDefinition @'
using System;
using System.IO;
using System.Reflection;
using System.Runtime.Loader;

public class OtherContext : AssemblyLoadContext
{
    private readonly string _folder;

    public OtherContext(string name, string folder) : base(name) { _folder = folder; }

    protected override Assembly Load(AssemblyName name)
    {
        var path = Path.Combine(_folder, name.Name + ".dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }

    // Makes an application with the library, as the module would.
    public string Use()
    {
        var library = LoadFromAssemblyName(new AssemblyName("Microsoft.Identity.Client"));
        var builder = library.GetType("Microsoft.Identity.Client.PublicClientApplicationBuilder").GetMethod("Create").Invoke(null, new object[] { "other" });
        var application = builder.GetType().GetMethod("Build").Invoke(builder, null);
        return GetLoadContext(application.GetType().Assembly).Name;
    }
}

public static class ResolveForAll
{
    // As modules do that have no load context: an assembly that is not found is resolved to theirs.
    public static void With(string path)
    {
        AssemblyLoadContext.Default.Resolving += (context, name) => name.Name == Path.GetFileNameWithoutExtension(path) ? context.LoadFromAssemblyPath(path) : null;
    }
}
'@
    $path
}

Export-ModuleMember -Function *-*
