<#
.SYNOPSIS
    A file of 1 GB down and up, beside curl, and the memory that takes.
.PARAMETER ReadyFile
    What the sandbox wrote about itself.
.PARAMETER Folder
    Where files may be written.
.PARAMETER Api
    Where the file is large.bin; by default the sandbox makes one of the same length.
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
    # Not of zeros: file systems know how to leave those out.
    $part = [byte[]]::new(1MB)
    [System.Random]::new(1).NextBytes($part)
    foreach ($written in 1..($bytes / 1MB)) { $file.Write($part) }
}
finally { $file.Dispose() }

# Uploads go to the sandbox, which reads them to their end before it answers.
$sandbox = "$((Get-Content $ReadyFile -Raw | ConvertFrom-Json).address.TrimEnd('/'))/api/"
$addresses = @{ down = $Api ? "${Api}large.bin" : "${sandbox}files/large.bin?size=$bytes"; up = "${sandbox}sink?hash=0" }

$rows = foreach ($way in 'down', 'up') {
    $measured = Invoke-Child 'MeasureFile.ps1' -Way $way -Address $addresses.$way -File $large -ReadyFile $ReadyFile
    $name = $way -eq 'down' ? '-OutFile' : '-InFile'
    $ratio = $measured.curl ? $measured.ours / $measured.curl : $null
    New-Row "1 GB, $name, beside curl" $measured.ours $measured.curl 'MB/s' ($ratio ? '{0:0.00} x' -f $ratio : '') '1 x' ($null -eq $ratio -or $ratio -ge 1)
    New-Row "1 GB, $name, peak memory over idle" $measured.memory $null MB '' 'within 30 MB' ($measured.memory -le 30)
}
$rows | Out-Table
