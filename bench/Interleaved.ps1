# Ways that take turns; a script of this folder reads this file into itself, after Shared.ps1.

# Processes that wait for their turns: several where it matters, as what the runtime makes of the same code differs by some
# percent from one to the next, for as long as they live.
function Start-Variant([string] $Way, [int] $Count, [hashtable] $With = @{}, [int] $Processes = 1) {
    Write-Host "$Way, $Count requests a round$(($With.Keys | Where-Object { $_ -in 'Path', 'Parallel' } | ForEach-Object { ", $_ $($With[$_])" }) -join '') ..."
    [string[]] $arguments = $childStart + '-NoProfile', '-NonInteractive', '-File', (Join-Path $PSScriptRoot 'Measure.ps1'), '-Way', $Way, '-Count', $Count
    foreach ($name in $With.Keys) { $arguments += "-$name", $With[$name] }
    $start = [System.Diagnostics.ProcessStartInfo]::new($childEngine, $arguments)
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $true
    [pscustomobject]@{
        Name      = $Way
        Processes = @(foreach ($process in 1..$Processes) { [System.Diagnostics.Process]::Start($start) })
        Firsts    = [System.Collections.Generic.List[double]]::new()
        Rates     = [System.Collections.Generic.List[double]]::new()
    }
}

function Invoke-Round($Way, [System.Diagnostics.Process] $Process) {
    $Process.StandardInput.WriteLine()
    $line = $Process.StandardOutput.ReadLine()
    if (-not $line) { throw "$($Way.Name) failed; what it said is above." }
    [double]::Parse($line, [cultureinfo]::InvariantCulture)
}

# The first rounds of each, which are slow as the runtime compiles what is used much several times over; and then rounds
# of all in turn, so that what else the machine does meets them alike.
function Measure-Interleaved($Ways, [int] $Warming, [int] $Rounds) {
    try {
        foreach ($way in $Ways) {
            foreach ($process in $way.Processes) {
                $way.Firsts.Add((Invoke-Round $way $process))
                for ($round = 1; $round -lt $Warming; $round++) { $null = Invoke-Round $way $process }
            }
        }
        $most = ($Ways | ForEach-Object { $_.Processes.Count } | Measure-Object -Maximum).Maximum
        foreach ($round in 1..$Rounds) {
            foreach ($place in 0..($most - 1)) {
                foreach ($way in $Ways) {
                    if ($place -lt $way.Processes.Count) { $way.Rates.Add((Invoke-Round $way $way.Processes[$place])) }
                }
            }
        }
    }
    finally { $Ways.Processes | ForEach-Object { if (-not $_.HasExited) { $_.Kill($true) } } }
}

# The middle one of some rates.
function Get-Middle($Rates) { ($Rates | Sort-Object)[[int][Math]::Floor($Rates.Count / 2)] }

function Get-Rate($Way) { Get-Middle $Way.Rates }
