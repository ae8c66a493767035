<#
.SYNOPSIS
    Measures the time and memory to read large and small responses, compared with Invoke-RestMethod.
.PARAMETER ReadyFile
    Path of the file in which the sandbox describes itself.
#>
[CmdletBinding()]
param([Parameter(Mandatory)] [string] $ReadyFile)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
. (Join-Path $PSScriptRoot 'Shared.ps1')

$rows = 100000
$large = 2300000
$calls = 500

function Measure-Json([string] $Client, [string] $Case, [int] $Count) {
    Invoke-Child 'MeasureJson.ps1' -Client $Client -Case $Case -Count $Count -ReadyFile $ReadyFile
}

$ours = @{}
$theirs = @{}
foreach ($case in 'piped', 'kept') {
    $theirs[$case] = Measure-Json Invoke-RestMethod $case $rows
    $ours[$case] = Measure-Json Invoke-BearerRequest $case $rows
}
$theirs.small = Measure-Json Invoke-RestMethod small $calls
$ours.small = Measure-Json Invoke-BearerRequest small $calls
$huge = Measure-Json Invoke-BearerRequest piped $large

$faster = @{}
foreach ($case in 'piped', 'kept', 'small') { $faster[$case] = $theirs[$case].seconds / $ours[$case].seconds }
$memory = $ours.kept.megabytes / $theirs.kept.megabytes

Write-Host 'A 45 MB array of 100,000 nested objects, and other responses, compared with Invoke-RestMethod:'
@(
    New-Row 'piped, total' $ours.piped.seconds $theirs.piped.seconds s ('{0:0.0} x faster' -f $faster.piped) '8 x faster' ($faster.piped -ge 8)
    New-Row 'piped, first object' $ours.piped.first $theirs.piped.first ms '' 'within 50 ms' ($ours.piped.first -le 50)
    New-Row 'piped, peak memory over idle' $ours.piped.megabytes $theirs.piped.megabytes MB '' 'within 60 MB' ($ours.piped.megabytes -le 60)
    New-Row 'kept, total' $ours.kept.seconds $theirs.kept.seconds s ('{0:0.0} x faster' -f $faster.kept) '2 x faster' ($faster.kept -ge 2)
    New-Row 'kept, peak memory over idle' $ours.kept.megabytes $theirs.kept.megabytes MB ('{0:0.00} of it' -f $memory) 'at most 0.7 of it' ($memory -le 0.7)
    New-Row '1 GB piped, peak memory over idle' $huge.megabytes $null MB '' 'within 60 MB' ($huge.megabytes -le 60)
    New-Row '2 KB response, time per call' ($ours.small.seconds / $calls * 1000) ($theirs.small.seconds / $calls * 1000) ms ('{0:0.0} x faster' -f $faster.small) 'no slower' ($faster.small -ge 1)
    New-Row '2 KB response, allocated per call' ($ours.small.allocated / $calls) ($theirs.small.allocated / $calls) KB '' 'no more' ($ours.small.allocated -le $theirs.small.allocated)
) | Out-Table
