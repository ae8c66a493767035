<#
.SYNOPSIS
    Sends requests in one way, in this process, and prints as JSON how many and in how many seconds.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [ValidateSet('Invoke-BearerRequest', 'Invoke-RestMethod', 'ForEach-Object -Parallel', 'HttpClient')] [string] $Way,
    [Parameter(Mandatory)] [int] $Count,
    [Parameter(Mandatory)] [string] $ReadyFile
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $PSScriptRoot '../BearerTools.psd1')
$sandbox = Get-Content $ReadyFile -Raw | ConvertFrom-Json
$address = $sandbox.address.TrimEnd('/')
$items = "$address/api/items/"
$token = Get-BearerToken -Authority $address -ClientId $sandbox.clientId -SecretFrom "file:$($sandbox.secretFile)" -BaseUri "$address/api/"
$parallel = 32

$send = switch ($Way) {
    'Invoke-BearerRequest' { { param($Most) 1..$Most | Invoke-BearerRequest -Uri { "/items/$_" } -ThrottleLimit $parallel } }
    'Invoke-RestMethod' { { param($Most) foreach ($id in 1..$Most) { Invoke-RestMethod "$items$id" -Authentication Bearer -Token $token -AllowUnencryptedAuthentication } } }
    'ForEach-Object -Parallel' { { param($Most) 1..$Most | ForEach-Object -Parallel { Invoke-RestMethod "$using:items$_" -Authentication Bearer -Token $using:token -AllowUnencryptedAuthentication } -ThrottleLimit $parallel } }
}

if ($send) {
    # Once before the clock starts, as every way is slow at first.
    $null = & $send ([Math]::Min($Count, 200))
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    $answered = @(& $send $Count).Count
    $seconds = $clock.Elapsed.TotalSeconds
    if ($answered -ne $Count) { throw "$Way gave $answered objects for $Count requests." }
}
else {
    $text = [System.Net.NetworkCredential]::new('', $token.Token).Password
    $seconds = [double]($text | & dotnet (Join-Path $PSScriptRoot 'RawClient/bin/Release/net8.0/BearerTools.RawClient.dll') $items $Count $parallel)
    if ($LASTEXITCODE) { throw "RawClient failed with exit code $LASTEXITCODE." }
}

@{ way = $Way; count = $Count; seconds = $seconds } | ConvertTo-Json -Compress
