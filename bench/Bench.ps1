<#
.SYNOPSIS
    What BearerTools costs, beside what one would use instead, in one run.
.DESCRIPTION
    'pwsh ./build.ps1 Bench' builds, starts the sandbox and runs this. Each way has a process of its own. The servers
    share the machine with whoever asks: compare the ratios of one run, and expect other figures on another machine.
    Small requests and files go to nginx where it is installed, else to the sandbox.
.PARAMETER ReadyFile
    What the sandbox wrote about itself.
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
if (-not $nginx) { Write-Host 'nginx is not installed: the sandbox answers everything, and sets the pace.' }
try {
    & (Join-Path $PSScriptRoot 'Commands.ps1') $ReadyFile $folder
    & (Join-Path $PSScriptRoot 'Requests.ps1') $ReadyFile ($nginx)?.Api ($nginx)?.SlowPath
    & (Join-Path $PSScriptRoot 'Files.ps1') $ReadyFile $folder ($nginx)?.Api
    & (Join-Path $PSScriptRoot 'Json.ps1') $ReadyFile
}
finally {
    if ($nginx -and -not $nginx.Process.HasExited) { $nginx.Process.Kill() }
    Remove-Item $folder -Recurse -Force -ErrorAction Ignore
}
