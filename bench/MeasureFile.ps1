<#
.SYNOPSIS
    Saves or sends a file, and has curl do the same: prints as JSON the megabytes a second, and the memory ours took.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [ValidateSet('down', 'up')] [string] $Way,
    [Parameter(Mandatory)] [string] $Address,
    [Parameter(Mandatory)] [string] $File,
    [Parameter(Mandatory)] [string] $ReadyFile
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $PSScriptRoot '../BearerTools.psd1')
$sandbox = Get-Content $ReadyFile -Raw | ConvertFrom-Json
$token = Get-BearerToken -Authority $sandbox.address.TrimEnd('/') -ClientId $sandbox.clientId -SecretFrom "file:$($sandbox.secretFile)" -BaseUri ([uri]::new([uri]$Address, '/'))
$saved = Join-Path (Split-Path $File) 'saved.bin'
$curl = Get-Command curl -CommandType Application -ErrorAction Ignore | Select-Object -First 1

function Send-Ours([string] $Sent) {
    if ($Way -eq 'down') { Invoke-BearerRequest $Address -OutFile $saved }
    else { $null = Invoke-BearerRequest $Address -Method Post -InFile $Sent }
}

# What is secret goes by its standard input, where nobody sees it.
function Send-Theirs {
    $plain = [System.Net.NetworkCredential]::new('', $token.Token).Password
    [string[]] $what = if ($Way -eq 'down') { '--output', $saved } else { '--request', 'POST', '--upload-file', $File, '--header', 'Expect:', '--output', "$saved.txt" }
    "header = `"Authorization: Bearer $plain`"" | & $curl.Source --silent --fail --config - @what $Address
    if ($LASTEXITCODE) { throw "curl failed with exit code $LASTEXITCODE." }
}

# One after the other, several times, and the middle of each: the disk has other things to do as well.
$megabytes = (Get-Item $File).Length / 1MB
$seconds = @{ ours = @(); curl = @() }
$process = [System.Diagnostics.Process]::GetCurrentProcess()
$idle = $process.PeakWorkingSet64

function Measure-Once([string] $Who) {
    Remove-Item $saved -ErrorAction Ignore
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    if ($Who -eq 'ours') { Send-Ours $File } else { Send-Theirs }
    $seconds.$Who += $clock.Elapsed.TotalSeconds
    if ($Way -eq 'down' -and (Get-Item $saved).Length -ne (Get-Item $File).Length) { throw "$Who saved $((Get-Item $saved).Length) bytes." }
}

# The memory before curl is called, as that call takes some too. These rounds do not count for the time.
foreach ($round in 1..3) { Measure-Once ours }
$process.Refresh()
$memory = $process.PeakWorkingSet64 - $idle
$seconds.ours = @()
foreach ($round in 1..7) {
    Measure-Once ours
    if ($curl) { Measure-Once curl }
}

@{
    ours   = $megabytes / ($seconds.ours | Sort-Object)[3]
    curl   = $curl ? $megabytes / ($seconds.curl | Sort-Object)[3] : $null
    memory = $memory / 1MB
} | ConvertTo-Json -Compress
