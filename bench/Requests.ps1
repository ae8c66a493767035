<#
.SYNOPSIS
    Requests per second of Invoke-BearerRequest beside what one would use instead, and its memory.
.PARAMETER ReadyFile
    What the sandbox wrote about itself.
.PARAMETER Api
    Where the requests go; by default to the sandbox.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $ReadyFile,
    [string] $Api
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
. (Join-Path $PSScriptRoot 'Shared.ps1')

# Its own number of requests and rounds for each way, so that all of them take seconds, and that the last rounds are
# those of a runtime that has compiled what it will.
function Measure-Way([string] $Way, [int] $Count, [int] $Rounds, [hashtable] $With = @{}) {
    $arguments = @('-Way', $Way, '-Count', $Count, '-Rounds', $Rounds, '-ReadyFile', $ReadyFile)
    if ($Api) { $arguments += '-Api', $Api }
    foreach ($name in $With.Keys) { $arguments += "-$name", $With[$name] }
    Invoke-Child 'Measure.ps1' @arguments
}

function New-RateRow([string] $Way, $Theirs, [double] $Wanted, [string] $Cell = 'best') {
    if (-not $Theirs) { return }
    $ratio = $ours.$Cell / $Theirs.$Cell
    New-Row "small GETs, beside $Way" $ours.$Cell $Theirs.$Cell '/s' ('{0:0.00} x' -f $ratio) ($Wanted ? "$Wanted x" : '-') ($ratio -ge $Wanted)
}

# The Python that has aiohttp, if any has.
function Find-Python {
    foreach ($python in Get-Command python3, /usr/bin/python3 -CommandType Application -ErrorAction Ignore) {
        $null = & $python.Source -c 'import aiohttp' 2>&1
        if (-not $LASTEXITCODE) { return $python.Source }
    }
    Write-Host 'No Python with aiohttp is installed: it is left out.'
}

$python = Find-Python
$raw = Measure-Way HttpClient 20000 10
$ours = Measure-Way Invoke-BearerRequest 20000 16
$gather = if ($python) { Measure-Way aiohttp 5000 3 @{ Python = $python } }
$loop = Measure-Way Invoke-RestMethod 1000 4
$parallel = Measure-Way 'ForEach-Object -Parallel' 300 3

Write-Host "20,000 small GETs, 32 at once, $($Api ? 'nginx' : 'the sandbox') answering; best round, in a session that has run for some seconds:"
@(
    New-RateRow 'HttpClient with 32 workers' $raw 0.7
    New-RateRow 'aiohttp, gather' $gather 6
    New-RateRow 'Invoke-RestMethod in a loop' $loop 20
    New-RateRow 'ForEach-Object -Parallel { Invoke-RestMethod }' $parallel 60
) | Out-Table

Write-Host 'The first round of a session, before the runtime has compiled what is used much:'
@(
    New-RateRow 'HttpClient with 32 workers' $raw 0 first
    New-RateRow 'aiohttp, gather' $gather 0 first
    New-RateRow 'Invoke-RestMethod in a loop' $loop 0 first
    New-RateRow 'ForEach-Object -Parallel { Invoke-RestMethod }' $parallel 0 first
) | Select-Object -ExcludeProperty Wanted, Holds | Out-Table

# The sandbox takes its time for each answer.
$slow = Invoke-Child 'Measure.ps1' -Way Invoke-BearerRequest -Count 6400 -Rounds 3 -ReadyFile $ReadyFile -Path 'slow?ms=20&id=' -Parallel 64
$possible = 64 / 0.020
[string[]] $there = if ($Api) { '-Api', $Api }
$few = Invoke-Child 'MeasureMemory.ps1' -Count 2000 -ReadyFile $ReadyFile @there
$many = Invoke-Child 'MeasureMemory.ps1' -Count 200000 -ReadyFile $ReadyFile @there
@(
    New-Row 'server with 20 ms latency, 64 at once' $slow.best $possible '/s' ('{0:0.00}' -f ($slow.best / $possible)) '0.95' ($slow.best / $possible -ge 0.95)
    New-Row 'peak memory, 200,000 requests beside 2,000' $many.peak $few.peak MB ('+ {0:0.0} MB' -f ($many.peak - $few.peak)) 'within 20 MB' ($many.peak - $few.peak -le 20)
) | Out-Table
