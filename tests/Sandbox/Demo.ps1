<#
.SYNOPSIS
    Sends 1,000 requests to the sandbox while tokens that are valid for 2 seconds expire.
.DESCRIPTION
    'pwsh ./build.ps1 Demo' builds the module, starts the sandbox and runs this. By hand, in two sessions:

        dotnet run --project tests/Sandbox -- --ready-file ready.json
        pwsh tests/Sandbox/Demo.ps1 ready.json

    The exit code is 1 if a request failed.
.PARAMETER ReadyFile
    The file that the sandbox wrote: its address, its clients and users, and the files with their secrets.
#>
[CmdletBinding()]
param([Parameter(Mandatory)] [string] $ReadyFile)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Continue'
Import-Module (Join-Path $PSScriptRoot '../../BearerTools.psd1') -ErrorAction Stop
$sandbox = Get-Content $ReadyFile -Raw -ErrorAction Stop | ConvertFrom-Json
$address = $sandbox.address.TrimEnd('/')

$sendRequests = { 1..500 | Invoke-BearerRequest -Uri { "/items/$_`?ms=100" } -ThrottleLimit 16 -ErrorVariable +failures }
$clock = [System.Diagnostics.Stopwatch]::StartNew()

Write-Host "`nA token by client credentials that is valid for 2 seconds, and 500 requests of 100 ms each:"
Connect-BearerApi -Authority $address -ClientId $sandbox.clientId -SecretFrom "file:$($sandbox.secretFile)" -Scope 'lifetime:2' -BaseUri "$address/api/" -PassThru -ErrorAction Stop | Out-Host
$objects = @(. $sendRequests)

Write-Host 'A token by a JSON login, and 500 more requests:'
Connect-BearerApi -LoginUri "$address/login" -UserName $sandbox.userName -SecretFrom "file:$($sandbox.passwordFile)" -Body @{ lifetime = 2 } -BaseUri "$address/api/" -PassThru -ErrorAction Stop | Out-Host
$objects += @(. $sendRequests)

$objects | Select-Object -First 5 | Format-Table | Out-Host
Write-Host "... and $($objects.Count - 5) more."

$seconds = $clock.Elapsed.TotalSeconds
$stats = Invoke-RestMethod "$address/stats"
[pscustomobject]@{
    Objects           = $objects.Count
    'Requests/s'      = [int]($stats.requests / $seconds)
    'Tokens issued'   = $stats.tokensIssued
    '401s'            = $stats.unauthorized
    'Failed requests' = $failures.Count
} | Format-Table | Out-Host

exit [int]($failures.Count -gt 0 -or $objects.Count -ne 1000)
