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

# One after the other, several times, and the best of each: the disk has other things to do as well.
$megabytes = (Get-Item $File).Length / 1MB
$best = @{ ours = [double]::MaxValue; curl = [double]::MaxValue }
$process = [System.Diagnostics.Process]::GetCurrentProcess()
$idle = $process.PeakWorkingSet64
foreach ($round in 1..4) {
    foreach ($who in 'ours', 'curl') {
        if ($who -eq 'curl' -and -not $curl) { continue }
        Remove-Item $saved -ErrorAction Ignore
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        if ($who -eq 'ours') { Send-Ours $File } else { Send-Theirs }
        $best.$who = [Math]::Min($best.$who, $clock.Elapsed.TotalSeconds)
        if ($Way -eq 'down' -and (Get-Item $saved).Length -ne (Get-Item $File).Length) { throw "$who saved $((Get-Item $saved).Length) bytes." }
    }
}
$process.Refresh()

@{
    ours   = $megabytes / $best.ours
    curl   = $curl ? $megabytes / $best.curl : $null
    memory = ($process.PeakWorkingSet64 - $idle) / 1MB
} | ConvertTo-Json -Compress
