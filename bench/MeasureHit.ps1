<#
.SYNOPSIS
    What a cached token costs, and what a compiled cmdlet does that does nothing: prints microseconds as JSON.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $ReadyFile,
    # The module of Get-Nothing.
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

# The best of some rounds: the runtime compiles what is used much several times over.
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
