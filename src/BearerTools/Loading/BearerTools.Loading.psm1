# Runs before the assemblies are loaded.

# A process keeps the first build of an assembly that it loads. Another copy then fails to load without a word of why,
# and a file that was built again under a running session is ignored: the old code runs on. So ask before that.

function Get-BuildId([string] $Path) {
    $reader = [System.Reflection.PortableExecutable.PEReader]::new([System.IO.File]::OpenRead($Path))
    try {
        $metadata = [System.Reflection.Metadata.PEReaderExtensions]::GetMetadataReader($reader)
        $metadata.GetGuid($metadata.GetModuleDefinition().Mvid)
    }
    finally { $reader.Dispose() }
}

foreach ($loaded in [System.AppDomain]::CurrentDomain.GetAssemblies()) {
    $name = $loaded.GetName()
    if ($name.Name -notin 'BearerTools', 'BearerTools.Core') { continue }
    $path = Join-Path $PSScriptRoot "$($name.Name).dll"
    if ((Get-BuildId $path) -eq $loaded.ManifestModule.ModuleVersionId) { continue }

    $message = "This session already runs another build of $($name.Name) ($($name.Version), from '$($loaded.Location)'), and cannot exchange it for '$path': restart pwsh, then import the module again."
    throw [System.Management.Automation.ErrorRecord]::new(
        [System.InvalidOperationException]::new($message), 'AnotherBuildIsLoaded', 'ResourceExists', $path)
}

# Its types are for users too, [BearerTools.AccessToken] and the exceptions, and a name is found only in what is loaded.
$null = [System.Reflection.Assembly]::LoadFrom((Join-Path $PSScriptRoot 'BearerTools.Core.dll'))

Export-ModuleMember
