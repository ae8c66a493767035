<#
.SYNOPSIS
    Downloads or uploads a file, also with curl, and prints as JSON the megabytes per second and our memory.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [ValidateSet('down', 'up')] [string] $Direction,
    [Parameter(Mandatory)] [string] $Address,
    [Parameter(Mandatory)] [string] $File,
    [Parameter(Mandatory)] [string] $ReadyFile
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $PSScriptRoot '../BearerTools.psd1')
$sandbox = Get-Content $ReadyFile -Raw | ConvertFrom-Json
Connect-BearerApi -Authority $sandbox.address.TrimEnd('/') -ClientId $sandbox.clientId -SecretFrom "file:$($sandbox.secretFile)" -BaseUri ([uri]::new([uri]$Address, '/'))
$token = Get-BearerToken
$saved = Join-Path (Split-Path $File) 'saved.bin'
$curl = Get-Command curl -CommandType Application -ErrorAction Ignore | Select-Object -First 1

function Send-Ours([string] $Sent) {
    if ($Direction -eq 'down') { Invoke-BearerRequest $Address -OutFile $saved }
    else { $null = Invoke-BearerRequest $Address -Method Post -InFile $Sent }
}

# The token is passed on standard input, because command lines are visible to other processes.
function Send-Theirs {
    $plain = [System.Net.NetworkCredential]::new('', $token.Token).Password
    [string[]] $what = if ($Direction -eq 'down') { '--output', $saved } else { '--request', 'POST', '--upload-file', $File, '--header', 'Expect:', '--output', "$saved.txt" }
    "header = `"Authorization: Bearer $plain`"" | & $curl.Source --silent --fail --config - @what $Address
    if ($LASTEXITCODE) { throw "curl failed with exit code $LASTEXITCODE." }
}

# Alternates several times and takes the medians, because other disk activity disturbs single runs.
$megabytes = (Get-Item $File).Length / 1MB
$seconds = @{ ours = @(); curl = @() }
$process = [System.Diagnostics.Process]::GetCurrentProcess()
$idle = $process.PeakWorkingSet64

function Measure-Once([string] $Who) {
    Remove-Item $saved -ErrorAction Ignore
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    if ($Who -eq 'ours') { Send-Ours $File } else { Send-Theirs }
    $seconds.$Who += $clock.Elapsed.TotalSeconds
    if ($Direction -eq 'down' -and (Get-Item $saved).Length -ne (Get-Item $File).Length) { throw "$Who saved $((Get-Item $saved).Length) bytes." }
}

# Measures our memory first, because calling curl takes some too. The times of these rounds are not used.
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
