<#
.SYNOPSIS
    Measures the time to get a cached token and to call an empty compiled cmdlet, and prints microseconds as JSON.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $ReadyFile,
    # Path of the module with the empty cmdlet Get-Nothing.
    [Parameter(Mandatory)] [string] $EmptyModule
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $PSScriptRoot '../BearerTools.psd1'), $EmptyModule
$sandbox = Get-Content $ReadyFile -Raw | ConvertFrom-Json
$authority = $sandbox.address.TrimEnd('/')
$secret = Get-Content $sandbox.secretFile -Raw | ConvertTo-SecureString -AsPlainText -Force
Connect-BearerApi -Authority $authority -ClientId $sandbox.clientId -ClientSecret $secret -BaseUri "$authority/api/"
$calls = 5000

# Takes the best of several rounds, because the runtime recompiles hot code.
function Measure-Call([scriptblock] $Loop) {
    $best = [double]::MaxValue
    foreach ($round in 1..8) {
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        $null = & $Loop
        $best = [Math]::Min($best, $clock.Elapsed.TotalMilliseconds * 1000 / $calls)
    }
    $best
}

@{
    empty = Measure-Call { for ($i = 0; $i -lt $calls; $i++) { Get-Nothing } }
    token = Measure-Call { for ($i = 0; $i -lt $calls; $i++) { Get-BearerToken } }
    full  = Measure-Call { for ($i = 0; $i -lt $calls; $i++) { Get-BearerToken -Authority $authority -ClientId $sandbox.clientId -ClientSecret $secret } }
} | ConvertTo-Json -Compress
