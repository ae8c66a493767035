# What the scripts of this folder share; they read this file into themselves.

$childEngine = [Environment]::ProcessPath
# 'dotnet pwsh' runs inside dotnet.
[string[]] $childStart = if ((Split-Path $childEngine -LeafBase) -eq 'dotnet') { Join-Path $PSHOME 'pwsh.dll' }

# Runs a script of this folder with its arguments in a process of its own, and gives what it printed as JSON.
function Invoke-Child([string] $Script) {
    Write-Host "$Script $args ..."
    $answer = & $childEngine @childStart -NoProfile -NonInteractive -File (Join-Path $PSScriptRoot $Script) @args
    if ($LASTEXITCODE) { throw "$Script $args failed with exit code $LASTEXITCODE." }
    $answer | ConvertFrom-Json
}

# One line of a table: what was wanted, and whether it holds.
function New-Row([string] $What, $Ours, $Theirs, [string] $Unit, [string] $Ratio, [string] $Wanted, [bool] $Holds) {
    $shown = foreach ($value in $Ours, $Theirs) { $null -eq $value ? '-' : '{0:#,0.##} {1}' -f $value, $Unit }
    [pscustomobject]@{
        What         = $What
        Ours         = $shown[0]
        'Beside it'  = $shown[1]
        Ratio        = $Ratio ? $Ratio : '-'
        Wanted       = $Wanted
        Holds        = $Holds ? 'yes' : 'NO'
    }
}

function Out-Table { $input | Format-Table -AutoSize | Out-String -Width 200 | Out-Host }
