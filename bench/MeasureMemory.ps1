<#
.SYNOPSIS
    Sends requests without keeping inputs or responses, and prints the peak memory of the process as JSON.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [int] $Count,
    [Parameter(Mandatory)] [string] $ReadyFile,
    [string] $Api
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $PSScriptRoot '../BearerTools.psd1')
$sandbox = Get-Content $ReadyFile -Raw | ConvertFrom-Json
$address = $sandbox.address.TrimEnd('/')
if (-not $Api) { $Api = "$address/api/" }
Connect-BearerApi -Authority $address -ClientId $sandbox.clientId -SecretFrom "file:$($sandbox.secretFile)" -BaseUri $Api

$received = (1..$Count | ForEach-Object { "/items/$_" } | Invoke-BearerRequest -ThrottleLimit 32 | Measure-Object).Count
if ($received -ne $Count) { throw "There were $received objects for $Count requests." }
@{ peak = [System.Diagnostics.Process]::GetCurrentProcess().PeakWorkingSet64 / 1MB } | ConvertTo-Json -Compress
