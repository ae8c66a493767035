<#
.SYNOPSIS
    Reads an array of nested objects with one client in this process, and prints time and memory as JSON.
.DESCRIPTION
    Time is measured after warming up with a few small responses, because code is slow the first time it runs. Memory is the
    peak of the process, minus its memory before anything was read.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [ValidateSet('Invoke-BearerRequest', 'Invoke-RestMethod')] [string] $Client,
    [Parameter(Mandatory)] [ValidateSet('piped', 'kept', 'small')] [string] $Case,
    [Parameter(Mandatory)] [int] $Count,
    [Parameter(Mandatory)] [string] $ReadyFile
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $PSScriptRoot '../BearerTools.psd1')
$sandbox = Get-Content $ReadyFile -Raw | ConvertFrom-Json
$api = "$($sandbox.address.TrimEnd('/'))/api/"
Connect-BearerApi -Authority $sandbox.address.TrimEnd('/') -ClientId $sandbox.clientId -SecretFrom "file:$($sandbox.secretFile)" -BaseUri $api
$token = Get-BearerToken

# Invoke-RestMethod returns the array as one object; the parentheses enumerate it.
$read = switch ($Client) {
    'Invoke-BearerRequest' { { param($Rows) Invoke-BearerRequest "nested?count=$Rows" } }
    'Invoke-RestMethod' { { param($Rows) (Invoke-RestMethod "${api}nested?count=$Rows" -Authentication Bearer -Token $token -AllowUnencryptedAuthentication) } }
}

function Get-PeakMegabytes {
    [System.Diagnostics.Process]::GetCurrentProcess().PeakWorkingSet64 / 1MB
}

function Assert-Count($Rows) { if ($Rows -ne $Count) { throw "$Client returned $Rows objects instead of $Count." } }

$idle = Get-PeakMegabytes
foreach ($round in 1..4) {
    $null = & $read 500 | Measure-Object
    # Gives the runtime time to recompile hot code.
    Start-Sleep -Milliseconds 250
}

$result = @{ client = $Client; case = $Case; count = $Count }
$allocated = [GC]::GetTotalAllocatedBytes()
$clock = [System.Diagnostics.Stopwatch]::StartNew()
switch ($Case) {
    'piped' {
        Assert-Count (& $read $Count | Measure-Object).Count
        $result.seconds = $clock.Elapsed.TotalSeconds
    }
    'kept' {
        $kept = & $read $Count
        $result.seconds = $clock.Elapsed.TotalSeconds
        Assert-Count $kept.Count
    }
    'small' {
        # One call per response of four objects (2 KB).
        foreach ($call in 1..$Count) { $null = & $read 4 }
        $result.seconds = $clock.Elapsed.TotalSeconds
    }
}
$result.allocated = ([GC]::GetTotalAllocatedBytes() - $allocated) / 1KB
$result.megabytes = (Get-PeakMegabytes) - $idle

if ($Case -eq 'piped') {
    # Takes the best of three, because other processes disturb single runs.
    foreach ($round in 2..3) {
        $clock.Restart()
        Assert-Count (& $read $Count | Measure-Object).Count
        $result.seconds = [Math]::Min($result.seconds, $clock.Elapsed.TotalSeconds)
    }
    # Time from calling the command until the next command receives the object.
    $result.first = (1..3 | ForEach-Object {
        $clock.Restart()
        & $read $Count | Select-Object -First 1 | ForEach-Object { $clock.Elapsed.TotalMilliseconds }
    } | Measure-Object -Minimum).Minimum
}
$result | ConvertTo-Json -Compress
