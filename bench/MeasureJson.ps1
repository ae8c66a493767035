<#
.SYNOPSIS
    Reads an array of nested objects in one way, in this process, and prints as JSON what it took.
.DESCRIPTION
    Time counts in a warmed session: each way reads a few small answers first, as the runtime is slow with what it has
    not run yet. Memory is the peak of the whole process, over what it had when the token was there and nothing was read.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [ValidateSet('Invoke-BearerRequest', 'Invoke-RestMethod')] [string] $Way,
    [Parameter(Mandatory)] [ValidateSet('piped', 'kept', 'small')] [string] $Case,
    [Parameter(Mandatory)] [int] $Count,
    [Parameter(Mandatory)] [string] $ReadyFile
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $PSScriptRoot '../BearerTools.psd1')
$sandbox = Get-Content $ReadyFile -Raw | ConvertFrom-Json
$api = "$($sandbox.address.TrimEnd('/'))/api/"
$token = Get-BearerToken -Authority $sandbox.address.TrimEnd('/') -ClientId $sandbox.clientId -SecretFrom "file:$($sandbox.secretFile)" -BaseUri $api

# Invoke-RestMethod gives the array as one object; the parentheses take it apart.
$read = switch ($Way) {
    'Invoke-BearerRequest' { { param($Rows) Invoke-BearerRequest "nested?count=$Rows" } }
    'Invoke-RestMethod' { { param($Rows) (Invoke-RestMethod "${api}nested?count=$Rows" -Authentication Bearer -Token $token -AllowUnencryptedAuthentication) } }
}

function Get-PeakMegabytes {
    [System.Diagnostics.Process]::GetCurrentProcess().PeakWorkingSet64 / 1MB
}

function Assert-Count($Rows) { if ($Rows -ne $Count) { throw "$Way gave $Rows objects for $Count." } }

$idle = Get-PeakMegabytes
foreach ($round in 1..4) {
    $null = & $read 500 | Measure-Object
    # What was used much is compiled anew in such breaks.
    Start-Sleep -Milliseconds 250
}

$result = @{ way = $Way; case = $Case; count = $Count }
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
        # A call for each answer of four objects, 2 KB.
        foreach ($call in 1..$Count) { $null = & $read 4 }
        $result.seconds = $clock.Elapsed.TotalSeconds
    }
}
$result.allocated = ([GC]::GetTotalAllocatedBytes() - $allocated) / 1KB
$result.megabytes = (Get-PeakMegabytes) - $idle

if ($Case -eq 'piped') {
    # The best of three in all, as the machine has other things to do too.
    foreach ($round in 2..3) {
        $clock.Restart()
        Assert-Count (& $read $Count | Measure-Object).Count
        $result.seconds = [Math]::Min($result.seconds, $clock.Elapsed.TotalSeconds)
    }
    # From the call of the command until the next one has the object.
    $result.first = (1..3 | ForEach-Object {
        $clock.Restart()
        & $read $Count | Select-Object -First 1 | ForEach-Object { $clock.Elapsed.TotalMilliseconds }
    } | Measure-Object -Minimum).Minimum
}
$result | ConvertTo-Json -Compress
