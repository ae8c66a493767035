<#
.SYNOPSIS
    Measures the time to import the module and to get a cached token.
.PARAMETER ReadyFile
    Path of the file in which the sandbox describes itself.
.PARAMETER Folder
    Folder for temporary files.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $ReadyFile,
    [Parameter(Mandatory)] [string] $Folder
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
. (Join-Path $PSScriptRoot 'Shared.ps1')

function Measure-Start([string] $Command) {
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    # Not as a command of this session, which would add pipes.
    [System.Diagnostics.Process]::Start($childEngine, [string[]]($childStart + '-NoProfile', '-NonInteractive', '-Command', $Command)).WaitForExit()
    $clock.Elapsed.TotalMilliseconds
}

# The smallest possible compiled module. The time to import it is that of the engine.
function New-EmptyModule {
    $null = New-Item (Join-Path $Folder 'empty') -ItemType Directory -Force
    $path = Join-Path $Folder 'empty/empty.psd1'
    Add-Type -OutputAssembly (Join-Path $Folder 'empty/empty.dll') -TypeDefinition '[System.Management.Automation.Cmdlet("Get", "Nothing")] public class GetNothingCommand : System.Management.Automation.PSCmdlet { }'
    New-ModuleManifest $path -RootModule empty.dll -CmdletsToExport Get-Nothing -FunctionsToExport @() -VariablesToExport @() -AliasesToExport @()
    $path
}

# Alternates, and takes the minimum of many: a start takes 0.2 s, and disturbances take as long as what is measured.
Write-Host 'Starting pwsh with and without modules ...'
$emptyModule = New-EmptyModule
$commands = @{
    exit  = 'exit'
    own   = "Import-Module '$((Resolve-Path (Join-Path $PSScriptRoot '../BearerTools.psd1')).Path)'"
    empty = "Import-Module '$emptyModule'"
}
$starts = foreach ($round in 1..30) {
    $started = @{}
    foreach ($name in 'exit', 'own', 'empty') { $started.$name = Measure-Start $commands.$name }
    $started
}
$exit, $import, $least = foreach ($name in 'exit', 'own', 'empty') { ($starts.$name | Measure-Object -Minimum).Minimum }
$hit = Invoke-Child 'MeasureHit.ps1' -ReadyFile $ReadyFile -EmptyModule $emptyModule

@(
    New-Row 'Import-Module, compared with pwsh -NoProfile -Command exit' $import $exit ms ('+ {0:0} ms' -f ($import - $exit)) 'at most 40 ms' ($import - $exit -le 40)
    New-Row 'the same, compared with a module with one empty cmdlet' $import $least ms ('{0:+ 0;- 0;0} ms' -f ($import - $least)) '-' $true
    New-Row 'Get-BearerToken with a cache hit, compared with an empty cmdlet' $hit.token $hit.empty us ('{0:0.0} x' -f ($hit.token / $hit.empty)) 'within 3 x' ($hit.token / $hit.empty -le 3)
    New-Row 'the same, with authority, client and secret as parameters' $hit.full $hit.empty us ('{0:0.0} x' -f ($hit.full / $hit.empty)) 'within 3 x' ($hit.full / $hit.empty -le 3)
) | Out-Table
