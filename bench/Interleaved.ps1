# Alternating measurements of several clients. Dot-source this file after Shared.ps1.

# Starts a client that waits for its turns. Several processes make the result more precise, because the code that the runtime
# generates differs in speed by a few percent between processes.
function Start-Client([string] $Client, [int] $Count, [hashtable] $With = @{}, [int] $Processes = 1) {
    Write-Host "$Client, $Count requests per round$(($With.Keys | Where-Object { $_ -in 'Path', 'Parallel', 'Work', 'HttpVersion', 'Order' } | ForEach-Object { ", $_ $($With[$_])" }) -join '') ..."
    [string[]] $arguments = $childStart + '-NoProfile', '-NonInteractive', '-File', (Join-Path $PSScriptRoot 'Measure.ps1'), '-Client', $Client, '-Count', $Count
    foreach ($name in $With.Keys) { $arguments += "-$name", $With[$name] }
    $start = [System.Diagnostics.ProcessStartInfo]::new($childEngine, $arguments)
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $true
    [pscustomobject]@{
        Name      = $Client
        Processes = @(foreach ($process in 1..$Processes) { [System.Diagnostics.Process]::Start($start) })
        Firsts    = [System.Collections.Generic.List[double]]::new()
        Rates     = [System.Collections.Generic.List[double]]::new()
    }
}

function Invoke-Round($Client, [System.Diagnostics.Process] $Process) {
    $Process.StandardInput.WriteLine()
    $line = $Process.StandardOutput.ReadLine()
    if (-not $line) { throw "$($Client.Name) failed; see its output above." }
    [double]::Parse($line, [cultureinfo]::InvariantCulture)
}

# Warms up each client, because the runtime recompiles hot code several times; then runs rounds of all clients in turn, so that
# other activity of the machine affects them equally.
function Measure-Interleaved($Clients, [int] $Warming, [int] $Rounds) {
    try {
        foreach ($client in $Clients) {
            foreach ($process in $client.Processes) {
                $client.Firsts.Add((Invoke-Round $client $process))
                for ($round = 1; $round -lt $Warming; $round++) { $null = Invoke-Round $client $process }
            }
        }
        $most = ($Clients | ForEach-Object { $_.Processes.Count } | Measure-Object -Maximum).Maximum
        foreach ($round in 1..$Rounds) {
            foreach ($place in 0..($most - 1)) {
                foreach ($client in $Clients) {
                    if ($place -lt $client.Processes.Count) { $client.Rates.Add((Invoke-Round $client $client.Processes[$place])) }
                }
            }
        }
    }
    finally { $Clients.Processes | ForEach-Object { if (-not $_.HasExited) { $_.Kill($true) } } }
}

# Measures only the first round of each process.
function Measure-Firsts($Clients) {
    try {
        $most = ($Clients | ForEach-Object { $_.Processes.Count } | Measure-Object -Maximum).Maximum
        foreach ($place in 0..($most - 1)) {
            foreach ($client in $Clients) { $client.Firsts.Add((Invoke-Round $client $client.Processes[$place])) }
        }
    }
    finally { $Clients.Processes | ForEach-Object { if (-not $_.HasExited) { $_.Kill($true) } } }
}

# The median.
function Get-Median($Rates) { ($Rates | Sort-Object)[[int][Math]::Floor($Rates.Count / 2)] }

function Get-Rate($Client) { Get-Median $Client.Rates }

# A row that compares two rates.
function New-RateRow([string] $What, $Ours, $Theirs, [double] $Wanted) {
    if (-not $Theirs) { return }
    $ratio = $Ours / $Theirs
    New-Row $What $Ours $Theirs '/s' ('{0:0.00} x' -f $ratio) ($Wanted ? "$Wanted x" : '-') ($ratio -ge $Wanted)
}
