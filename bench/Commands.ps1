<#
.SYNOPSIS
    What importing the module and asking for a cached token cost.
.PARAMETER ReadyFile
    What the sandbox wrote about itself.
#>
[CmdletBinding()]
param([Parameter(Mandatory)] [string] $ReadyFile)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
. (Join-Path $PSScriptRoot 'Shared.ps1')

# The middle of many: a start of a process is at the mercy of all that goes on.
function Measure-Start([string] $Command) {
    $seconds = foreach ($round in 1..15) {
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        & $childEngine @childStart -NoProfile -NonInteractive -Command $Command
        $clock.Elapsed.TotalMilliseconds
    }
    ($seconds | Sort-Object)[7]
}

Write-Host 'Starting pwsh with and without the module ...'
$empty = Measure-Start 'exit'
$import = Measure-Start "Import-Module '$(Join-Path $PSScriptRoot '../BearerTools.psd1')'"
$hit = Invoke-Child 'MeasureHit.ps1' -ReadyFile $ReadyFile

@(
    New-Row 'Import-Module, beside pwsh -NoProfile -Command exit' $import $empty ms ('+ {0:0} ms' -f ($import - $empty)) 'at most 40 ms' ($import - $empty -le 40)
    New-Row 'Get-BearerToken that hits the cache, beside an empty cmdlet' $hit.token $hit.empty us ('{0:0.0} x' -f ($hit.token / $hit.empty)) 'within 3 x' ($hit.token / $hit.empty -le 3)
    New-Row 'the same, with authority, client and secret on its line' $hit.full $hit.empty us ('{0:0.0} x' -f ($hit.full / $hit.empty)) 'within 3 x' ($hit.full / $hit.empty -le 3)
) | Out-Table
