<#
.SYNOPSIS
    Requests per second of Invoke-BearerRequest, and time and memory of large answers, beside what one would use instead,
    in one run against one sandbox.
.DESCRIPTION
    'pwsh ./build.ps1 Bench' builds, starts the sandbox and runs this. Each way has a process of its own, and its own
    number of requests, so that all of them take seconds. The sandbox shares the machine with whoever asks: compare the
    ratios of one run, and expect other figures on another machine.
.PARAMETER ReadyFile
    What the sandbox wrote about itself.
#>
[CmdletBinding()]
param([Parameter(Mandatory)] [string] $ReadyFile)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
. (Join-Path $PSScriptRoot 'Child.ps1')

$counts = [ordered]@{
    'Invoke-BearerRequest'     = 20000
    'Invoke-RestMethod'        = 1000
    'ForEach-Object -Parallel' = 500
    'HttpClient'               = 20000
}

$measured = foreach ($way in $counts.Keys) {
    Write-Host "$way, $($counts[$way]) requests ..."
    Invoke-Child 'Measure.ps1' -Way $way -Count $counts[$way] -ReadyFile $ReadyFile
}

$ours = $measured[0].count / $measured[0].seconds
$measured | ForEach-Object {
    $rate = $_.count / $_.seconds
    [pscustomobject]@{
        Way          = $_.way
        Requests     = $_.count
        Seconds      = [Math]::Round($_.seconds, 2)
        'Requests/s' = [int]$rate
        'Ours to it' = '{0:0.00} x' -f ($ours / $rate)
    }
} | Format-Table -AutoSize | Out-Host

Write-Host "A 45 MB array of 100,000 nested objects, and others:"
& (Join-Path $PSScriptRoot 'Json.ps1') $ReadyFile
