<#
.SYNOPSIS
    Sends requests in one way, in this process, and prints as JSON how many seconds each round of them took.
.DESCRIPTION
    The first round counts for somebody who calls an API once; the last ones for whoever goes on: the runtime compiles
    what is used much several times over, and takes seconds for that.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [ValidateSet('Invoke-BearerRequest', 'Invoke-RestMethod', 'ForEach-Object -Parallel', 'HttpClient', 'aiohttp')] [string] $Way,
    [Parameter(Mandatory)] [int] $Count,
    [Parameter(Mandatory)] [int] $Rounds,
    [Parameter(Mandatory)] [string] $ReadyFile,
    # Where the API is, with a slash at the end; the sandbox's own by default.
    [string] $Api,
    # What the API's requests look like: a number follows.
    [string] $Path = 'items/',
    [int] $Parallel = 32,
    [string] $Python
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $PSScriptRoot '../BearerTools.psd1')
$sandbox = Get-Content $ReadyFile -Raw | ConvertFrom-Json
$address = $sandbox.address.TrimEnd('/')
if (-not $Api) { $Api = "$address/api/" }
$items = $Api + $Path
$token = Get-BearerToken -Authority $address -ClientId $sandbox.clientId -SecretFrom "file:$($sandbox.secretFile)" -BaseUri $Api

$send = switch ($Way) {
    'Invoke-BearerRequest' { { $input | Invoke-BearerRequest -ThrottleLimit $Parallel } }
    'Invoke-RestMethod' { { foreach ($id in $input) { Invoke-RestMethod "$items$id" -Authentication Bearer -Token $token -AllowUnencryptedAuthentication } } }
    'ForEach-Object -Parallel' { { $input | ForEach-Object -Parallel { Invoke-RestMethod "$using:items$_" -Authentication Bearer -Token $using:token -AllowUnencryptedAuthentication } -ThrottleLimit $Parallel } }
}

function Measure-Round([int] $Requests) {
    $inputs = if ($Way -eq 'Invoke-BearerRequest') { foreach ($id in 1..$Requests) { "/$Path$id" } } else { 1..$Requests }
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    $answered = ($inputs | & $send | Measure-Object).Count
    $clock.Elapsed.TotalSeconds
    if ($answered -ne $Requests) { throw "$Way gave $answered objects for $Requests requests." }
}

[double[]] $seconds = if ($send) {
    # Once before the clock starts, as every way is slow at first.
    $null = Measure-Round ([Math]::Min($Count, 200))
    foreach ($round in 1..$Rounds) { Measure-Round $Count }
}
else {
    $text = [System.Net.NetworkCredential]::new('', $token.Token).Password
    if ($Way -eq 'aiohttp') { $text | & $Python (Join-Path $PSScriptRoot 'gather.py') $items $Count $Parallel $Rounds }
    else { $text | & dotnet (Join-Path $PSScriptRoot 'RawClient/bin/Release/net8.0/BearerTools.RawClient.dll') $items $Count $Parallel $Rounds }
    if ($LASTEXITCODE) { throw "$Way failed with exit code $LASTEXITCODE." }
}

@{
    first = $Count / $seconds[0]
    best  = $Count / ($seconds | Measure-Object -Minimum).Minimum
} | ConvertTo-Json -Compress
