<#
.SYNOPSIS
    Requests per second of Invoke-BearerRequest beside what one would use instead, and its memory.
.PARAMETER ReadyFile
    What the sandbox wrote about itself.
.PARAMETER Api
    Where the requests go; by default to the sandbox.
.PARAMETER SlowPath
    What is answered there after 20 ms; by default the sandbox does that.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $ReadyFile,
    [string] $Api,
    [string] $SlowPath
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
. (Join-Path $PSScriptRoot 'Shared.ps1')
. (Join-Path $PSScriptRoot 'Interleaved.ps1')

$where = @{ ReadyFile = $ReadyFile }
if ($Api) { $where.Api = $Api }

function New-RateRow([string] $What, $Ours, $Theirs, [double] $Wanted) {
    if (-not $Theirs) { return }
    $ratio = $Ours / $Theirs
    New-Row $What $Ours $Theirs '/s' ('{0:0.00} x' -f $ratio) ($Wanted ? "$Wanted x" : '-') ($ratio -ge $Wanted)
}

# The Python that has aiohttp, if any has.
function Find-Python {
    foreach ($python in Get-Command python3, /usr/bin/python3 -CommandType Application -ErrorAction Ignore) {
        $null = & $python.Source -c 'import aiohttp' 2>&1
        if (-not $LASTEXITCODE) { return $python.Source }
    }
    Write-Host 'No Python with aiohttp is installed: it is left out.'
}

# Its own number of requests for each way, so that a round of it takes part of a second.
$python = Find-Python
$raw = Start-Variant HttpClient 20000 $where -Processes 5
$ours = Start-Variant Invoke-BearerRequest 20000 $where -Processes 5
$others = @(
    if ($python) { Start-Variant aiohttp 2000 ($where + @{ Python = $python }) }
    $loop = Start-Variant Invoke-RestMethod 500 $where
    $loop
    Start-Variant 'ForEach-Object -Parallel' 100 $where
)
Measure-Interleaved (@($raw, $ours) + $others) -Warming 14 -Rounds 11

Write-Host "Small GETs, 32 at once, $($Api ? 'nginx' : 'the sandbox') answering; the middle of 11 rounds in turn (of 5 sessions each where both are fast), in sessions that have run for some seconds:"
$wanted = @{ HttpClient = 0.7; aiohttp = 6; 'Invoke-RestMethod' = 20; 'ForEach-Object -Parallel' = 60 }
@(
    foreach ($way in @($raw) + $others) { New-RateRow "small GETs, beside $($way.Name)" (Get-Rate $ours) (Get-Rate $way) $wanted[$way.Name] }
    New-RateRow 'the most there is: HttpClient, beside Invoke-RestMethod' (Get-Rate $raw) (Get-Rate $loop) 0
) | Out-Table

# A request that nobody watches only asks whether somebody does.
$events = & dotnet (Join-Path $PSScriptRoot '../tests/Sandbox/bin/Release/net8.0/BearerTools.Sandbox.dll') event-cost | ConvertFrom-Json
$share = $events.checks * $events.nanoseconds / (1e9 / (Get-Rate $ours))
New-Row 'events without a listener, beside the time of a small GET' ($events.checks * $events.nanoseconds) (1e9 / (Get-Rate $ours)) ns ('{0:0.000 %}' -f $share) 'at most 1 %' ($share -le 0.01) | Out-Table

Write-Host 'The first round of a session, before the runtime has compiled what is used much:'
@($raw) + $others | ForEach-Object { New-RateRow "small GETs, beside $($_.Name)" (Get-Middle $ours.Firsts) (Get-Middle $_.Firsts) 0 } | Select-Object -ExcludeProperty Wanted, Holds | Out-Table

# A server that takes 20 ms for each answer, as nginx or the sandbox do it.
$slow = @{ ReadyFile = $ReadyFile; Parallel = 64; Path = 'slow?ms=20&id=' }
if ($SlowPath) { $slow.Api, $slow.Path = $Api, $SlowPath }
$rawSlow = Start-Variant HttpClient 19200 $slow
$oursSlow = Start-Variant Invoke-BearerRequest 19200 $slow
Measure-Interleaved $rawSlow, $oursSlow -Warming 1 -Rounds 3

[string[]] $there = if ($Api) { '-Api', $Api }
$few = Invoke-Child 'MeasureMemory.ps1' -Count 2000 -ReadyFile $ReadyFile @there
$many = Invoke-Child 'MeasureMemory.ps1' -Count 200000 -ReadyFile $ReadyFile @there
@(
    New-RateRow 'server with 20 ms latency, 64 at once, beside 64 / 0.020 s' (Get-Rate $oursSlow) (64 / 0.020) 0.95
    New-RateRow 'the same, beside HttpClient with 64 workers' (Get-Rate $oursSlow) (Get-Rate $rawSlow) 0
    New-Row 'peak memory, 200,000 requests beside 2,000' $many.peak $few.peak MB ('+ {0:0.0} MB' -f ($many.peak - $few.peak)) 'within 20 MB' ($many.peak - $few.peak -le 20)
) | Out-Table
