<#
.SYNOPSIS
    Sends requests for inputs that come one at a time, and prints as JSON the milliseconds from each input to its result.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $ReadyFile,
    [Parameter(Mandatory)] [ValidateSet('Invoke-BearerRequest', 'Invoke-RestMethod')] [string] $Client,
    # Address of the API, ending with a slash (default: the sandbox's).
    [string] $Api,
    # Relative address of the requests, which a number is appended to.
    [string] $Path = 'slow?ms=20&id=',
    [int] $Count = 10,
    [int] $Interval = 1000
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $PSScriptRoot '../BearerTools.psd1')
$sandbox = Get-Content $ReadyFile -Raw | ConvertFrom-Json
$address = $sandbox.address.TrimEnd('/')
if (-not $Api) { $Api = "$address/api/" }
Connect-BearerApi -Authority $address -ClientId $sandbox.clientId -SecretFrom "file:$($sandbox.secretFile)" -BaseUri $Api
$token = Get-BearerToken

# The first requests connect and compile.
$their = @{
    Authentication = 'Bearer'; Token = $token; AllowUnencryptedAuthentication = $true
    WebSession = [Microsoft.PowerShell.Commands.WebRequestSession]::new()
}
$null = if ($Client -eq 'Invoke-BearerRequest') { 1..50 | ForEach-Object { "/$Path$_" } | Invoke-BearerRequest }
else { foreach ($id in 1..50) { Invoke-RestMethod "$Api$Path$id" @their } }

$clock = [System.Diagnostics.Stopwatch]::new()
$late = @(
    if ($Client -eq 'Invoke-BearerRequest') {
        1..$Count | ForEach-Object { Start-Sleep -Milliseconds $Interval; $clock.Restart(); "/$Path$_" } | Invoke-BearerRequest |
            ForEach-Object { $clock.Elapsed.TotalMilliseconds }
    }
    else {
        foreach ($id in 1..$Count) {
            Start-Sleep -Milliseconds $Interval
            $clock.Restart()
            Invoke-RestMethod "$Api$Path$id" @their | ForEach-Object { $clock.Elapsed.TotalMilliseconds }
        }
    }
)
@{ late = $late } | ConvertTo-Json -Compress
