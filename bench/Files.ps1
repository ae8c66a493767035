<#
.SYNOPSIS
    Downloads and uploads a 1 GB file, compared with curl, and measures the memory.
.PARAMETER ReadyFile
    Path of the file in which the sandbox describes itself.
.PARAMETER Folder
    Folder for temporary files.
.PARAMETER Api
    Address of the API that serves large.bin (default: the sandbox, which generates a file of the same length).
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $ReadyFile,
    [Parameter(Mandatory)] [string] $Folder,
    [string] $Api
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
. (Join-Path $PSScriptRoot 'Shared.ps1')

$bytes = 1GB
$large = Join-Path $Folder 'large.bin'
$file = [System.IO.File]::Create($large)
try {
    # Random content, because file systems can skip zeros.
    $part = [byte[]]::new(1MB)
    [System.Random]::new(1).NextBytes($part)
    foreach ($written in 1..($bytes / 1MB)) { $file.Write($part) }
}
finally { $file.Dispose() }

# Uploads use the sandbox, which reads the whole body before it responds.
$sandbox = "$((Get-Content $ReadyFile -Raw | ConvertFrom-Json).address.TrimEnd('/'))/api/"
$addresses = @{ down = $Api ? "${Api}large.bin" : "${sandbox}files/large.bin?size=$bytes"; up = "${sandbox}sink?hash=0" }

$rows = foreach ($direction in 'down', 'up') {
    $measured = Invoke-Child 'MeasureFile.ps1' -Direction $direction -Address $addresses.$direction -File $large -ReadyFile $ReadyFile
    $name = $direction -eq 'down' ? '-OutFile' : '-InFile'
    $ratio = $measured.curl ? $measured.ours / $measured.curl : $null
    New-Row "1 GB, $name, compared with curl" $measured.ours $measured.curl 'MB/s' ($ratio ? '{0:0.00} x' -f $ratio : '') '1 x' ($null -eq $ratio -or $ratio -ge 1)
    New-Row "1 GB, $name, peak memory over idle" $measured.memory $null MB '' 'within 30 MB' ($measured.memory -le 30)
}
$rows | Out-Table
