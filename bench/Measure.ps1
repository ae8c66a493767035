<#
.SYNOPSIS
    Sends requests with one client, in one round per line of standard input, and prints the requests per second of each round.
.DESCRIPTION
    The caller writes the lines, so that several clients can alternate and disturbances affect them all.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [ValidateSet('Invoke-BearerRequest', 'Invoke-RestMethod', 'ForEach-Object -Parallel', 'HttpClient', 'aiohttp')] [string] $Client,
    [Parameter(Mandatory)] [int] $Count,
    [Parameter(Mandatory)] [string] $ReadyFile,
    # Address of the API, ending with a slash (default: the sandbox's).
    [string] $Api,
    # Relative address of the requests, which a number is appended to.
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
Connect-BearerApi -Authority $address -ClientId $sandbox.clientId -SecretFrom "file:$($sandbox.secretFile)" -BaseUri $Api
$token = Get-BearerToken

# Each is the complete pipeline of a round, because a script block between the numbers and the command would add a command.
$send = switch ($Client) {
    'Invoke-BearerRequest' { { $inputs | Invoke-BearerRequest -ThrottleLimit $Parallel | Measure-Object } }
    'Invoke-RestMethod' { { . { foreach ($id in $inputs) { Invoke-RestMethod "$items$id" -Authentication Bearer -Token $token -AllowUnencryptedAuthentication } } | Measure-Object } }
    'ForEach-Object -Parallel' { { $inputs | ForEach-Object -Parallel { Invoke-RestMethod "$using:items$_" -Authentication Bearer -Token $using:token -AllowUnencryptedAuthentication } -ThrottleLimit $Parallel | Measure-Object } }
}
$inputs = if ($Client -eq 'Invoke-BearerRequest') { foreach ($id in 1..$Count) { "/$Path$id" } } else { 1..$Count }

# External programs are driven in the same way, one line per round.
if (-not $send) {
    $program = if ($Client -eq 'aiohttp') { $Python, (Join-Path $PSScriptRoot 'gather.py') } else { 'dotnet', (Join-Path $PSScriptRoot 'RawClient/bin/Release/net8.0/BearerTools.RawClient.dll') }
    $start = [System.Diagnostics.ProcessStartInfo]::new($program[0], [string[]]($program[1], $items, $Count, $Parallel))
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $true
    $child = [System.Diagnostics.Process]::Start($start)
    # The token is passed on standard input, because command lines are visible to other processes.
    $child.StandardInput.WriteLine([System.Net.NetworkCredential]::new('', $token.Token).Password)
}

function Measure-Round {
    if (-not $send) {
        $child.StandardInput.WriteLine()
        return [double] ($child.StandardOutput.ReadLine() ?? $(throw "$Client ended early; see its output above."))
    }
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    $received = (& $send).Count
    if ($received -ne $Count) { throw "$Client returned $received objects for $Count requests." }
    $clock.Elapsed.TotalSeconds
}

try { while ($null -ne [Console]::In.ReadLine()) { [Console]::Out.WriteLine((($Count / (Measure-Round)).ToString([cultureinfo]::InvariantCulture))) } }
finally { if (-not $send -and -not $child.HasExited) { $child.Kill() } }
