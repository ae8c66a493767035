<#
.SYNOPSIS
    Measures the requests per second of Invoke-BearerRequest, compared with the alternatives, and its memory.
.PARAMETER ReadyFile
    Path of the file in which the sandbox describes itself.
.PARAMETER Api
    Address of the API (default: the sandbox).
.PARAMETER SlowPath
    Path that the API responds to after 20 ms (default: the sandbox's).
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

# Finds a Python that has aiohttp.
function Find-Python {
    foreach ($python in Get-Command python3, /usr/bin/python3 -CommandType Application -ErrorAction Ignore) {
        $null = & $python.Source -c 'import aiohttp' 2>&1
        if (-not $LASTEXITCODE) { return $python.Source }
    }
    Write-Host 'aiohttp is skipped: no Python with aiohttp is installed.'
}

# The number of requests is chosen per client, so that a round takes a fraction of a second.
$python = Find-Python
$raw = Start-Client HttpClient 20000 $where -Processes 5
$ours = Start-Client Invoke-BearerRequest 20000 $where -Processes 5
$others = @(
    if ($python) { Start-Client aiohttp 2000 ($where + @{ Python = $python }) }
    $loop = Start-Client Invoke-RestMethod 500 $where
    $loop
    Start-Client 'ForEach-Object -Parallel' 100 $where
)
Measure-Interleaved (@($raw, $ours) + $others) -Warming 14 -Rounds 11

Write-Host "Small GETs to $($Api ? 'nginx' : 'the sandbox'), 32 at once: median of 11 alternating rounds (in 5 sessions each for the fast clients), after some seconds of warm-up:"
$wanted = @{ HttpClient = 0.7; aiohttp = 6; 'Invoke-RestMethod' = 20; 'ForEach-Object -Parallel' = 60 }
@(
    foreach ($client in @($raw) + $others) { New-RateRow "small GETs, compared with $($client.Name)" (Get-Rate $ours) (Get-Rate $client) $wanted[$client.Name] }
    New-RateRow 'upper bound: HttpClient, compared with Invoke-RestMethod' (Get-Rate $raw) (Get-Rate $loop) 0
) | Out-Table

# Without a listener, a request only checks whether there is one.
$program = Join-Path $PSScriptRoot '../tests/Sandbox/bin/Release/net8.0/BearerTools.Sandbox.dll'
$events = & dotnet $program event-cost | ConvertFrom-Json
$share = $events.checks * $events.nanoseconds / (1e9 / (Get-Rate $ours))
New-Row 'events without a listener, compared with the time of a small GET' ($events.checks * $events.nanoseconds) (1e9 / (Get-Rate $ours)) ns ('{0:0.000 %}' -f $share) 'at most 1 %' ($share -le 0.01) | Out-Table

# The trace is always on.
$trace = & dotnet $program trace-cost | ConvertFrom-Json
$share = $trace.nanoseconds / (1e9 / (Get-Rate $ours))
@(
    New-Row 'the trace, compared with the time of a small GET' $trace.nanoseconds (1e9 / (Get-Rate $ours)) ns ('{0:0.0 %}' -f $share) 'at most 3 %' ($share -le 0.03)
    New-Row 'memory of the trace after 1,000,000 requests' $trace.megabytes $null MB $null 'within 12 MB' ($trace.megabytes -le 12)
) | Out-Table

Write-Host 'First round of a session, before the runtime has compiled hot code:'
@($raw) + $others | ForEach-Object { New-RateRow "small GETs, compared with $($_.Name)" (Get-Median $ours.Firsts) (Get-Median $_.Firsts) 0 } | Select-Object -ExcludeProperty Target, Met | Out-Table

# A server that responds after 20 ms.
$slow = @{ ReadyFile = $ReadyFile; Parallel = 64; Path = 'slow?ms=20&id=' }
if ($SlowPath) { $slow.Api, $slow.Path = $Api, $SlowPath }
$rawSlow = Start-Client HttpClient 19200 $slow
$oursSlow = Start-Client Invoke-BearerRequest 19200 $slow
Measure-Interleaved $rawSlow, $oursSlow -Warming 1 -Rounds 3

[string[]] $there = if ($Api) { '-Api', $Api }
$few = Invoke-Child 'MeasureMemory.ps1' -Count 2000 -ReadyFile $ReadyFile @there
$many = Invoke-Child 'MeasureMemory.ps1' -Count 200000 -ReadyFile $ReadyFile @there
@(
    New-RateRow 'server with 20 ms latency, 64 at once, compared with 64 / 0.020 s' (Get-Rate $oursSlow) (64 / 0.020) 0.95
    New-RateRow 'the same, compared with HttpClient with 64 workers' (Get-Rate $oursSlow) (Get-Rate $rawSlow) 0
    New-Row 'peak memory, 200,000 requests compared with 2,000' $many.peak $few.peak MB ('+ {0:0.0} MB' -f ($many.peak - $few.peak)) 'within 25 MB' ($many.peak - $few.peak -le 25)
) | Out-Table
