<#
.SYNOPSIS
    Requests per second of Invoke-BearerRequest beside what one would use instead, in one run against one sandbox.
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

$counts = [ordered]@{
    'Invoke-BearerRequest'     = 20000
    'Invoke-RestMethod'        = 1000
    'ForEach-Object -Parallel' = 500
    'HttpClient'               = 20000
}
$engine = [Environment]::ProcessPath
[string[]] $first = if ((Split-Path $engine -LeafBase) -eq 'dotnet') { Join-Path $PSHOME 'pwsh.dll' }

$measured = foreach ($way in $counts.Keys) {
    Write-Host "$way, $($counts[$way]) requests ..."
    $answer = & $engine @first -NoProfile -NonInteractive -File (Join-Path $PSScriptRoot 'Measure.ps1') -Way $way -Count $counts[$way] -ReadyFile $ReadyFile
    if ($LASTEXITCODE) { throw "$way could not be measured: exit code $LASTEXITCODE." }
    $answer | ConvertFrom-Json
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
