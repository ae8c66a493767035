<#
.SYNOPSIS
    Sends requests in one way, a round for each line of the standard input, and prints how many a second each round made.
.DESCRIPTION
    Whoever runs this gives the lines: so several ways can take turns, and what the machine does beside it meets them all.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [ValidateSet('Invoke-BearerRequest', 'Invoke-RestMethod', 'ForEach-Object -Parallel', 'HttpClient', 'aiohttp')] [string] $Way,
    [Parameter(Mandatory)] [int] $Count,
    [Parameter(Mandatory)] [string] $ReadyFile,
    # Where the API is, with a slash at the end; the sandbox's own by default.
    [string] $Api,
    # What the API's requests look like: a number follows.
    [string] $Path = 'items/',
    [int] $Parallel = 32,
    [string] $Python
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $PSScriptRoot '../BearerTools.psd1')
$sandbox = Get-Content $ReadyFile -Raw | ConvertFrom-Json
$address = $sandbox.address.TrimEnd('/')
if (-not $Api) { $Api = "$address/api/" }
$items = $Api + $Path
$token = Get-BearerToken -Authority $address -ClientId $sandbox.clientId -SecretFrom "file:$($sandbox.secretFile)" -BaseUri $Api

# Each is the whole pipeline of a round: a script block between the numbers and the command would be one more command to pass.
$send = switch ($Way) {
    'Invoke-BearerRequest' { { $inputs | Invoke-BearerRequest -ThrottleLimit $Parallel | Measure-Object } }
    'Invoke-RestMethod' { { . { foreach ($id in $inputs) { Invoke-RestMethod "$items$id" -Authentication Bearer -Token $token -AllowUnencryptedAuthentication } } | Measure-Object } }
    'ForEach-Object -Parallel' { { $inputs | ForEach-Object -Parallel { Invoke-RestMethod "$using:items$_" -Authentication Bearer -Token $using:token -AllowUnencryptedAuthentication } -ThrottleLimit $Parallel | Measure-Object } }
}
$inputs = if ($Way -eq 'Invoke-BearerRequest') { foreach ($id in 1..$Count) { "/$Path$id" } } else { 1..$Count }

# The ways that are programs of their own take turns as this script does.
if (-not $send) {
    $program = if ($Way -eq 'aiohttp') { $Python, (Join-Path $PSScriptRoot 'gather.py') } else { 'dotnet', (Join-Path $PSScriptRoot 'RawClient/bin/Release/net8.0/BearerTools.RawClient.dll') }
    $start = [System.Diagnostics.ProcessStartInfo]::new($program[0], [string[]]($program[1], $items, $Count, $Parallel))
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $true
    $child = [System.Diagnostics.Process]::Start($start)
    # What is secret goes by its standard input, where nobody sees it.
    $child.StandardInput.WriteLine([System.Net.NetworkCredential]::new('', $token.Token).Password)
}

function Measure-Round {
    if (-not $send) {
        $child.StandardInput.WriteLine()
        return [double] ($child.StandardOutput.ReadLine() ?? $(throw "$Way ended early; what it said is above."))
    }
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    $answered = (& $send).Count
    if ($answered -ne $Count) { throw "$Way gave $answered objects for $Count requests." }
    $clock.Elapsed.TotalSeconds
}

try { while ($null -ne [Console]::In.ReadLine()) { [Console]::Out.WriteLine((($Count / (Measure-Round)).ToString([cultureinfo]::InvariantCulture))) } }
finally { if (-not $send -and -not $child.HasExited) { $child.Kill() } }
