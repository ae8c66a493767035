<#
.SYNOPSIS
    Compares the performance of BearerTools with the alternatives, in one run.
.DESCRIPTION
    'pwsh ./build.ps1 Bench' builds, starts the sandbox and runs this script. Each client runs in its own process. Servers and
    clients share the machine, so compare the ratios of one run, and expect different numbers on other machines.
    Small requests and files use nginx if it is installed, else the sandbox.
.PARAMETER ReadyFile
    Path of the file in which the sandbox describes itself.
#>
[CmdletBinding()]
param([Parameter(Mandatory)] [string] $ReadyFile)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
. (Join-Path $PSScriptRoot 'Nginx.ps1')

$folder = Join-Path $PSScriptRoot '../out/bench'
Remove-Item $folder -Recurse -Force -ErrorAction Ignore
$null = New-Item $folder -ItemType Directory -Force
$folder = (Resolve-Path $folder).Path
$large = Join-Path $folder 'large.bin'
$nginx = Start-Nginx (Join-Path $folder 'nginx') $large
if (-not $nginx) { Write-Host 'nginx is not installed: the sandbox serves all requests and limits the rates.' }
try {
    & (Join-Path $PSScriptRoot 'Commands.ps1') $ReadyFile $folder
    & (Join-Path $PSScriptRoot 'Requests.ps1') $ReadyFile ($nginx)?.Api ($nginx)?.SlowPath
    if ($nginx) { & (Join-Path $PSScriptRoot 'Shapes.ps1') $ReadyFile $nginx $folder }
    & (Join-Path $PSScriptRoot 'Files.ps1') $ReadyFile $folder ($nginx)?.Api
    & (Join-Path $PSScriptRoot 'Json.ps1') $ReadyFile
}
finally {
    if ($nginx -and -not $nginx.Process.HasExited) { $nginx.Process.Kill() }
    Remove-Item $folder -Recurse -Force -ErrorAction Ignore
}
