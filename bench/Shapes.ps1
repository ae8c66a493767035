<#
.SYNOPSIS
    Measures what real APIs are like: TLS, HTTP/2, bodies, pages, uneven latency, slow producers and short sessions.
.PARAMETER ReadyFile
    Path of the file in which the sandbox describes itself.
.PARAMETER Nginx
    The server, as Start-Nginx returns it.
.PARAMETER Folder
    Folder for temporary files.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $ReadyFile,
    [Parameter(Mandatory)] [pscustomobject] $Nginx,
    [Parameter(Mandatory)] [string] $Folder
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
. (Join-Path $PSScriptRoot 'Shared.ps1')
. (Join-Path $PSScriptRoot 'Interleaved.ps1')

$plain = @{ ReadyFile = $ReadyFile; Api = $Nginx.Api }
$tls = @{ ReadyFile = $ReadyFile; Api = $Nginx.TlsApi }
$h2 = $tls + @{ HttpVersion = '2.0' }

# Compares Invoke-BearerRequest with HttpClient and, unless it is told not to, with Invoke-RestMethod, which keeps its connection.
function Measure-Work([string] $What, [hashtable] $With, [int] $Count, [double] $Wanted, [int] $Loop = 500, [int] $Warming = 5) {
    $ours = Start-Client Invoke-BearerRequest $Count $With -Processes 3
    $raw = Start-Client HttpClient $Count $With -Processes 3
    $kept = if ($Loop) { Start-Client 'Invoke-RestMethod -WebSession' $Loop $With }
    Measure-Interleaved @($raw; $ours; if ($kept) { $kept }) -Warming $Warming -Rounds 7
    New-RateRow "$What, compared with HttpClient" (Get-Rate $ours) (Get-Rate $raw) $Wanted
    if ($kept) { New-RateRow "$What, compared with Invoke-RestMethod -WebSession" (Get-Rate $ours) (Get-Rate $kept) 0 }
}

$rows = @(
    Measure-Work 'GET, TLS, HTTP/1.1' $tls 10000 0.85
    Measure-Work 'GET, TLS, HTTP/2' $h2 10000 0.85
    Measure-Work 'POST of 1 KB objects, TLS, HTTP/1.1' ($tls + @{ Path = 'rows'; Work = 'post' }) 5000 0.85
    Measure-Work 'POST of 1 KB objects, TLS, HTTP/2' ($h2 + @{ Path = 'rows'; Work = 'post' }) 5000 0.85
    Measure-Work '-OutFile, new files of 3 KB' ($plain + @{ Path = 'notes/'; Work = 'save'; Folder = $Folder }) 5000 0.8 -Loop 0
)

# The first requests of a session, before the runtime has compiled hot code.
foreach ($first in 200, 2000) {
    $clients = foreach ($client in 'HttpClient', 'Invoke-BearerRequest', 'Invoke-RestMethod -WebSession') { Start-Client $client $first $tls -Processes 5 }
    Measure-Firsts $clients
    $raw, $ours, $kept = $clients | ForEach-Object { Get-Median $_.Firsts }
    $rows += New-RateRow "first $first requests of a session, TLS, compared with HttpClient" $ours $raw 0
    $rows += New-RateRow "first $first requests of a session, TLS, compared with Invoke-RestMethod -WebSession" $ours $kept 1
}

if ($Nginx.HasEcho) {
    $pages = $plain + @{ Path = 'pages'; Work = 'page'; Parallel = 1 }
    $rows += Measure-Work '200 pages of 100 objects, 20 ms each' $pages 200 0.85 -Loop 0 -Warming 1

    $uneven = $plain + @{ Path = 'uneven/' }
    $ordered = Start-Client Invoke-BearerRequest 10000 $uneven
    $unordered = Start-Client Invoke-BearerRequest 10000 ($uneven + @{ Order = 'arrival' })
    $raw = Start-Client HttpClient 10000 $uneven
    Measure-Interleaved $ordered, $unordered, $raw -Warming 1 -Rounds 3
    # Within 1.15 x of the time.
    $rows += New-RateRow '10 ms, and 2 s for one in 1,000, in order, compared with -Unordered' (Get-Rate $ordered) (Get-Rate $unordered) 0.87
    $rows += New-RateRow 'the same, compared with HttpClient' (Get-Rate $ordered) (Get-Rate $raw) 0

    $lag = foreach ($client in 'Invoke-BearerRequest', 'Invoke-RestMethod') {
        Get-Median (Invoke-Child 'MeasureLag.ps1' -ReadyFile $ReadyFile -Client $client -Api $Nginx.Api -Path $Nginx.SlowPath).late
    }
    $rows += New-Row 'an input a second, response after 20 ms: result after' $lag[0] $lag[1] ms '' 'within 70 ms' ($lag[0] -le 70)
}

Write-Host 'Like real APIs: 32 at once, medians of alternating rounds:'
$rows | Out-Table
