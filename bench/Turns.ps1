# Ways that take turns; a script of this folder reads this file into itself, after Shared.ps1.

# A process that waits for its turns.
function Start-Way([string] $Way, [int] $Count, [hashtable] $With = @{}) {
    Write-Host "$Way, $Count requests a round$(($With.Keys | Where-Object { $_ -in 'Path', 'Parallel' } | ForEach-Object { ", $_ $($With[$_])" }) -join '') ..."
    [string[]] $arguments = $childStart + '-NoProfile', '-NonInteractive', '-File', (Join-Path $PSScriptRoot 'Measure.ps1'), '-Way', $Way, '-Count', $Count
    foreach ($name in $With.Keys) { $arguments += "-$name", $With[$name] }
    $start = [System.Diagnostics.ProcessStartInfo]::new($childEngine, $arguments)
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $true
    [pscustomobject]@{ Name = $Way; Process = [System.Diagnostics.Process]::Start($start); First = $null; Rates = [System.Collections.Generic.List[double]]::new() }
}

function Invoke-Round($Way) {
    $Way.Process.StandardInput.WriteLine()
    $line = $Way.Process.StandardOutput.ReadLine()
    if (-not $line) { throw "$($Way.Name) failed; what it said is above." }
    [double]::Parse($line, [cultureinfo]::InvariantCulture)
}

# The first rounds of each, which are slow as the runtime compiles what is used much several times over; and then rounds
# of all in turn, so that what else the machine does meets them alike.
function Measure-Turns($Ways, [int] $Warming, [int] $Rounds) {
    try {
        foreach ($way in $Ways) {
            $way.First = Invoke-Round $way
            for ($round = 1; $round -lt $Warming; $round++) { $null = Invoke-Round $way }
        }
        foreach ($round in 1..$Rounds) {
            foreach ($way in $Ways) { $way.Rates.Add((Invoke-Round $way)) }
        }
    }
    finally { $Ways | ForEach-Object { if (-not $_.Process.HasExited) { $_.Process.Kill($true) } } }
}

# The middle one of its rates.
function Get-Rate($Way) { ($Way.Rates | Sort-Object)[[int][Math]::Floor($Way.Rates.Count / 2)] }
