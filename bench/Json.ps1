<#
.SYNOPSIS
    Time and memory of reading large and small answers, beside Invoke-RestMethod, in one run against one sandbox.
.PARAMETER ReadyFile
    What the sandbox wrote about itself.
#>
[CmdletBinding()]
param([Parameter(Mandatory)] [string] $ReadyFile)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
. (Join-Path $PSScriptRoot 'Child.ps1')

$rows = 100000
$large = 2300000
$calls = 500

function Measure-Json([string] $Way, [string] $Case, [int] $Count) {
    Write-Host "$Way, $Case, $Count ..."
    Invoke-Child 'MeasureJson.ps1' -Way $Way -Case $Case -Count $Count -ReadyFile $ReadyFile
}

function New-Row([string] $What, $Ours, $Theirs, [string] $Unit, [string] $Wanted, [bool] $Holds) {
    $shown = foreach ($value in $Ours, $Theirs) { $null -eq $value ? '-' : '{0:0.##} {1}' -f $value, $Unit }
    [pscustomobject]@{
        What                   = $What
        'Invoke-BearerRequest' = $shown[0]
        'Invoke-RestMethod'    = $shown[1]
        'Theirs to ours'       = $null -eq $Theirs ? '-' : '{0:0.00} x' -f ($Theirs / $Ours)
        Wanted                 = $Wanted
        Holds                  = $Holds ? 'yes' : 'NO'
    }
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

@(
    New-Row 'piped on, total' $ours.piped.seconds $theirs.piped.seconds s '8 x faster' ($theirs.piped.seconds / $ours.piped.seconds -ge 8)
    New-Row 'piped on, first object' $ours.piped.first $theirs.piped.first ms 'within 50 ms' ($ours.piped.first -le 50)
    New-Row 'piped on, peak memory over idle' $ours.piped.megabytes $theirs.piped.megabytes MB 'within 60 MB' ($ours.piped.megabytes -le 60)
    New-Row 'kept, total' $ours.kept.seconds $theirs.kept.seconds s '2 x faster' ($theirs.kept.seconds / $ours.kept.seconds -ge 2)
    New-Row 'kept, peak memory over idle' $ours.kept.megabytes $theirs.kept.megabytes MB 'at most 0.7 of it' ($ours.kept.megabytes / $theirs.kept.megabytes -le 0.7)
    New-Row '1 GB piped on, peak memory over idle' $huge.megabytes $null MB 'the same: within 60 MB' ($huge.megabytes -le 60)
    New-Row '2 KB answer, a call' ($ours.small.seconds / $calls * 1000) ($theirs.small.seconds / $calls * 1000) ms 'no slower' ($ours.small.seconds -le $theirs.small.seconds)
    New-Row '2 KB answer, allocated' ($ours.small.allocated / $calls) ($theirs.small.allocated / $calls) KB 'no more' ($ours.small.allocated -le $theirs.small.allocated)
) | Format-Table -AutoSize | Out-String -Width 200 | Out-Host
