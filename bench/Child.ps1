# Each measurement has a process of its own. A script of this folder reads this file into itself.

$childEngine = [Environment]::ProcessPath
# 'dotnet pwsh' runs inside dotnet.
[string[]] $childStart = if ((Split-Path $childEngine -LeafBase) -eq 'dotnet') { Join-Path $PSHOME 'pwsh.dll' }

# Runs a script of this folder with its arguments, and gives what it printed as JSON.
function Invoke-Child([string] $Script) {
    $answer = & $childEngine @childStart -NoProfile -NonInteractive -File (Join-Path $PSScriptRoot $Script) @args
    if ($LASTEXITCODE) { throw "$Script $args failed with exit code $LASTEXITCODE." }
    $answer | ConvertFrom-Json
}
