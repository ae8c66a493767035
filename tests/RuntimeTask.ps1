# Test -Runtime: the xunit tests on another runtime than the newest one. build.ps1 dot-sources this file.

# Installed folders of a major version of the runtime, by framework; none if one of them is missing.
function Get-InstalledRuntime([int] $Major) {
    $folders = [ordered] @{}
    foreach ($line in & dotnet --list-runtimes) {
        if ($line -notmatch "^(?<name>Microsoft\.(?:NETCore|AspNetCore)\.App) (?<version>$Major\.\d+\.\d+) \[(?<path>.+)\]$") { continue }
        # The list is sorted, so that the last one is the newest.
        $folders[$Matches.name] = [pscustomobject]@{ Version = $Matches.version; Sources = @(Join-Path $Matches.path $Matches.version '*') }
    }
    if ($folders.Count -eq 2) { $folders }
}

# The same from the packages of the runtime, which the SDK downloads.
function Get-DownloadedRuntime([int] $Major) {
    $project = Join-Path $PSScriptRoot 'Runtimes/Runtimes.csproj'
    $output = & dotnet msbuild $project -restore -t:ResolveFrameworkReferences -getItem:ResolvedRuntimePack "-p:TargetFramework=net$Major.0" -nologo
    if ($LASTEXITCODE) { Stop-Build ".NET $Major is not installed, and its runtime could not be downloaded: $output" }
    $folders = [ordered] @{}
    foreach ($pack in ($output | ConvertFrom-Json).Items.ResolvedRuntimePack) {
        $files = Join-Path $pack.PackageDirectory 'runtimes' $pack.RuntimeIdentifier
        $folders[$pack.FrameworkName] = [pscustomobject]@{
            Version = $pack.NuGetPackageVersion
            Sources = @("lib/net$Major.0", 'native' | ForEach-Object { Join-Path $files $_ } | Where-Object { Test-Path $_ } | ForEach-Object { Join-Path $_ '*' })
        }
    }
    $folders
}

# Makes a folder with the dotnet host and one version of the runtime, and returns the path of the host. A program for an earlier version of
# .NET runs on the newest runtime that its host finds, if it says so, and the test projects do.
function New-RuntimeHost([int] $Major) {
    $runtime = (Get-InstalledRuntime $Major) ?? (Get-DownloadedRuntime $Major)
    $folder = Join-Path $out "runtime$Major"
    # 'Microsoft.NETCore.App 10.0.1 [/usr/share/dotnet/shared/Microsoft.NETCore.App]'
    $dotnet = (& dotnet --list-runtimes)[0] -replace '^.+ \[(.+)\]$', '$1' | Split-Path | Split-Path
    $program = $IsWindows ? 'dotnet.exe' : 'dotnet'
    $resolver = Get-ChildItem (Join-Path $dotnet 'host/fxr') | Sort-Object { [version]($_.Name -replace '-.*') } | Select-Object -Last 1

    Remove-Item $folder -Recurse -Force -ErrorAction Ignore
    $null = New-Item (Join-Path $folder 'host/fxr') -ItemType Directory -Force
    Copy-Item (Join-Path $dotnet $program) $folder
    Copy-Item $resolver (Join-Path $folder 'host/fxr') -Recurse
    foreach ($name in $runtime.Keys) {
        $target = Join-Path $folder 'shared' $name $runtime[$name].Version
        $null = New-Item $target -ItemType Directory -Force
        Copy-Item $runtime[$name].Sources $target -Recurse
    }
    Join-Path $folder $program
}

function Invoke-RuntimeTests([int] $Major) {
    $runtimeHost = New-RuntimeHost $Major
    Write-Host "The xunit tests run on: $(& $runtimeHost --list-runtimes)"
    Complete-Tests (Test-Xunit "xunit on .NET $Major" $runtimeHost) $false
}
