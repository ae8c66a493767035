# Shared functions, which the other scripts dot-source.

$childEngine = [Environment]::ProcessPath
# 'dotnet pwsh' runs in a dotnet process.
[string[]] $childStart = if ((Split-Path $childEngine -LeafBase) -eq 'dotnet') { Join-Path $PSHOME 'pwsh.dll' }

# Runs a script of this folder in its own process, and returns its JSON output as an object.
function Invoke-Child([string] $Script) {
    Write-Host "$Script $args ..."
    $json = & $childEngine @childStart -NoProfile -NonInteractive -File (Join-Path $PSScriptRoot $Script) @args
    if ($LASTEXITCODE) { throw "$Script $args failed with exit code $LASTEXITCODE." }
    $json | ConvertFrom-Json
}

# A row of a result table, with the target and whether it is met.
function New-Row([string] $What, $Ours, $Theirs, [string] $Unit, [string] $Ratio, [string] $Wanted, [bool] $Holds) {
    $shown = foreach ($value in $Ours, $Theirs) { $null -eq $value ? '-' : '{0:#,0.##} {1}' -f $value, $Unit }
    [pscustomobject]@{
        What         = $What
        Ours         = $shown[0]
        'Compared to' = $shown[1]
        Ratio        = $Ratio ? $Ratio : '-'
        Target       = $Wanted
        Met          = $Holds ? 'yes' : 'NO'
    }
}

function Out-Table { $input | Format-Table -AutoSize | Out-String -Width 200 | Out-Host }
