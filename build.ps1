#Requires -Version 7.4
<#
.SYNOPSIS
    Builds BearerTools and runs its tests, demo or benchmark. Each task builds first.
.EXAMPLE
    pwsh ./build.ps1          # Build; then Import-Module ./BearerTools.psd1
.EXAMPLE
    pwsh ./build.ps1 Test     # the last line counts the tests; exit code 0 means success
.EXAMPLE
    pwsh ./build.ps1 Test -Soak   # the same, with the long runs: 100,000 mutants, all nasty values, a minute of 64 runspaces
.EXAMPLE
    pwsh ./build.ps1 Test -Runtime 8   # the xunit tests on .NET 8, the runtime of PowerShell 7.4; it is downloaded if it is not installed
.EXAMPLE
    pwsh ./build.ps1 Test -Coverage    # prints the coverage of the xunit tests before the last line
.EXAMPLE
    pwsh ./build.ps1 Demo     # 1,000 requests to a sandbox while tokens expire
.EXAMPLE
    pwsh ./build.ps1 Bench    # requests per second, compared with the alternatives
.EXAMPLE
    pwsh ./build.ps1 Docs     # generates the help in en-US from docs/cmdlets
.EXAMPLE
    pwsh ./build.ps1 Package  # out/BearerTools, a .nupkg for Install-PSResource, and a bill of materials (CycloneDX)
.PARAMETER ProjectUri
    Address of the project, such as https://github.com/contoso/BearerTools, for the manifest of the package. Without it the package is
    marked as a local one, with the prerelease label 'local'.
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Test', 'Demo', 'Bench', 'Docs', 'Package')]
    [string] $Task = 'Build',

    [string] $ProjectUri,

    # With Test: tests that sample try everything, and those that run for seconds run for a minute.
    [switch] $Soak,

    # With Test: only the xunit tests, on this major version of .NET.
    [ValidateSet(8)]
    [int] $Runtime,

    # With Test: prints which part of the code below the cmdlets the xunit tests ran.
    [switch] $Coverage
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $false
$solution = Join-Path $PSScriptRoot 'BearerTools.sln'
$out = Join-Path $PSScriptRoot 'out'

. (Join-Path $PSScriptRoot 'tests/TestTask.ps1')
. (Join-Path $PSScriptRoot 'tests/RuntimeTask.ps1')
. (Join-Path $PSScriptRoot 'tests/CoverageTask.ps1')
. (Join-Path $PSScriptRoot 'src/PackageTask.ps1')

function Stop-Build([string] $Message) {
    [Console]::Error.WriteLine("build.ps1: $Message")
    exit 1
}

function Invoke-Dotnet([string[]] $Arguments) {
    & dotnet @Arguments | Out-Host
    if ($LASTEXITCODE) { Stop-Build "'dotnet $($Arguments[0])' failed; see its output above." }
}

function Start-Program([string] $File, [string[]] $Arguments, [switch] $Quiet, [switch] $Captured) {
    $start = [System.Diagnostics.ProcessStartInfo]::new($File, $Arguments)
    $start.WorkingDirectory = $PSScriptRoot
    $start.RedirectStandardOutput = $Quiet -or $Captured
    $start.RedirectStandardError = $Captured
    # No traffic but that of the tests, which give their processes proxies that PowerShell's telemetry would use too.
    $start.Environment['POWERSHELL_TELEMETRY_OPTOUT'] = '1'
    [System.Diagnostics.Process]::Start($start)
}

# Runs each script in its own process, because a process never unloads what it has loaded.
function Start-Script([string[]] $Arguments, [switch] $Captured) {
    $engine = [Environment]::ProcessPath
    # 'dotnet pwsh' runs in a dotnet process.
    [string[]] $first = if ((Split-Path $engine -LeafBase) -eq 'dotnet') { Join-Path $PSHOME 'pwsh.dll' }
    Start-Program $engine ($first + '-NoProfile', '-NonInteractive', '-File' + $Arguments) -Captured:$Captured
}

# Runs a script and returns its exit code.
function Invoke-Script([string[]] $Arguments, [int] $Minutes = 20) {
    $child = Start-Script $Arguments
    try {
        if ($child.WaitForExit([TimeSpan]::FromMinutes($Minutes))) { return $child.ExitCode }
        Write-Warning "$($Arguments[0]) did not finish within $Minutes minutes and is stopped."
        return -1
    }
    finally {
        if (-not $child.HasExited) { $child.Kill($true) }
    }
}

function Copy-Changed([System.IO.FileInfo] $File, [string] $Folder) {
    $target = Join-Path $Folder $File.Name
    if ((Test-Path $target) -and (Get-FileHash $target).Hash -eq (Get-FileHash $File).Hash) { return }
    try {
        # Copied and then renamed, so that a session that has loaded the old file keeps it unchanged.
        Copy-Item $File "$target.new" -Force
        Move-Item "$target.new" $target -Force
    }
    catch [System.IO.IOException], [System.UnauthorizedAccessException] {
        Stop-Build "'$target' cannot be replaced: $($_.Exception.Message) Close the PowerShell sessions that have BearerTools loaded, then build again."
    }
}

# Makes the folder contain exactly these files.
function Publish-Folder([System.IO.FileInfo[]] $Files, [string] $Folder) {
    $null = New-Item $Folder -ItemType Directory -Force
    Get-ChildItem $Folder -File | Where-Object Name -NotIn $Files.Name | Remove-Item -Force
    $Files | ForEach-Object { Copy-Changed $_ $Folder }
}

function Build {
    if (-not (Get-Command dotnet -CommandType Application -ErrorAction Ignore) -or -not (& dotnet --list-sdks)) {
        Stop-Build 'the .NET SDK, 8.0 or later, is missing. Install it from https://dotnet.microsoft.com/download or with your package manager; ''dotnet --list-sdks'' must list it.'
    }
    Invoke-Dotnet 'restore', $solution, '--locked-mode', '--verbosity', 'quiet'
    Invoke-Dotnet 'build', $solution, '--configuration', 'Release', '--no-restore', '--nologo', '--verbosity', 'quiet'

    $built = Get-ChildItem (Join-Path $PSScriptRoot 'src/BearerTools/bin/Release/net8.0') -File -Filter 'BearerTools*' |
        Where-Object Extension -In '.dll', '.pdb', '.ps1xml'
    Publish-Folder $built (Join-Path $PSScriptRoot 'bin')
    # The assemblies that are loaded into their own load context.
    foreach ($part in 'Msal', 'Keyring', 'Redis') {
        $files = Get-ChildItem (Join-Path $PSScriptRoot "src/BearerTools.$part/bin/Release/net8.0") -File -Filter *.dll
        Publish-Folder $files (Join-Path $PSScriptRoot "bin/$($part.ToLowerInvariant())")
    }
    Write-Host 'Built. Load it with: Import-Module ./BearerTools.psd1'
}

function Invoke-WithSandbox([string] $Script) {
    $ready = Join-Path $out "sandbox-$PID.json"
    $null = New-Item $out -ItemType Directory -Force
    $sandbox = Start-Program dotnet (Join-Path $PSScriptRoot 'tests/Sandbox/bin/Release/net8.0/BearerTools.Sandbox.dll'), '--port', 0, '--ready-file', $ready, '--parent', $PID -Quiet
    try {
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        while (-not (Test-Path $ready)) {
            if ($sandbox.HasExited -or $clock.Elapsed.TotalSeconds -gt 30) { Stop-Build 'the sandbox did not start.' }
            Start-Sleep -Milliseconds 50
        }
        exit (Invoke-Script (Join-Path $PSScriptRoot $Script), $ready -Minutes 40)
    }
    finally {
        if (-not $sandbox.HasExited) { $sandbox.Kill() }
        $sandbox.WaitForExit()
        # A killed process does not clean up.
        if (Test-Path $ready) { Split-Path (Get-Content $ready -Raw | ConvertFrom-Json).secretFile | Remove-Item -Recurse -Force -ErrorAction Ignore }
        Remove-Item $ready -ErrorAction Ignore
    }
}

if ($Soak -and $Task -ne 'Test') { Stop-Build "-Soak belongs to Test: pwsh ./build.ps1 Test -Soak" }
if ($Coverage -and $Task -ne 'Test') { Stop-Build '-Coverage belongs to Test: pwsh ./build.ps1 Test -Coverage' }
if ($Runtime -and $Task -ne 'Test') { Stop-Build "-Runtime belongs to Test: pwsh ./build.ps1 Test -Runtime $Runtime" }
# Tests read them, and they are not inherited from another shell by accident.
$env:BEARERTOOLS_SOAK = $Soak ? '1' : $null
$env:BEARERTOOLS_RUNTIME = $Runtime ? $Runtime : $null

Push-Location $PSScriptRoot
try {
    Build
    switch ($Task) {
        'Test' { if ($Runtime) { Invoke-RuntimeTests $Runtime } else { Invoke-TestTask } }
        'Demo' { Invoke-WithSandbox 'tests/Sandbox/Demo.ps1' }
        'Bench' { Invoke-WithSandbox 'bench/Bench.ps1' }
        'Package' {
            Write-Host "Packaged: $(New-Package $PSScriptRoot $out $ProjectUri)"
            Write-Host "Its bill of materials: $(New-BillOfMaterials $PSScriptRoot $out)"
        }
        'Docs' {
            $failed = Invoke-Script (Join-Path $PSScriptRoot 'docs/Build-Help.ps1')
            if (-not $failed) { $failed = Invoke-Script (Join-Path $PSScriptRoot 'docs/Build-ProfileSchema.ps1') }
            exit $failed
        }
    }
}
finally { Pop-Location }
