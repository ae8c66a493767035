<#
.SYNOPSIS
    Sends requests with one client, in one round per line of standard input, and prints the requests per second of each round.
.DESCRIPTION
    The caller writes the lines, so that several clients can alternate and disturbances affect them all.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [ValidateSet('Invoke-BearerRequest', 'Invoke-RestMethod', 'Invoke-RestMethod -WebSession', 'ForEach-Object -Parallel', 'HttpClient', 'aiohttp')] [string] $Client,
    [Parameter(Mandatory)] [int] $Count,
    [Parameter(Mandatory)] [string] $ReadyFile,
    # Address of the API, ending with a slash (default: the sandbox's).
    [string] $Api,
    # Relative address of the requests, which a number is appended to.
    [string] $Path = 'items/',
    [int] $Parallel = 32,
    [string] $Python,
    # What a request does: get an object, post one of 1 KB, save a response to a file, or get a page of a list.
    [ValidateSet('get', 'post', 'save', 'page')] [string] $Work = 'get',
    [string] $HttpVersion = '1.1',
    # Folder for the files of -Work save.
    [string] $Folder,
    # Order of the results: of the inputs, or of their arrival.
    [ValidateSet('input', 'arrival')] [string] $Order = 'input'
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $PSScriptRoot '../BearerTools.psd1')
$sandbox = Get-Content $ReadyFile -Raw | ConvertFrom-Json
$address = $sandbox.address.TrimEnd('/')
if (-not $Api) { $Api = "$address/api/" }
$items = $Api + $Path
if ($Work -eq 'save') { $Folder = Join-Path $Folder $PID }
Connect-BearerApi -Authority $address -ClientId $sandbox.clientId -SecretFrom "file:$($sandbox.secretFile)" -BaseUri $Api
$token = Get-BearerToken

# Each is the complete pipeline of a round, because a script block between the numbers and the command would add a command.
$own = @{ ThrottleLimit = $Parallel; HttpVersion = $HttpVersion; SkipCertificateCheck = $true; Unordered = $Order -eq 'arrival' }
$send = switch ($Client) {
    'Invoke-BearerRequest' {
        switch ($Work) {
            'get' { { $inputs | Invoke-BearerRequest @own | Measure-Object } }
            'post' { { $inputs | Invoke-BearerRequest $items @own -Method Post | Measure-Object } }
            'save' { { $inputs | Invoke-BearerRequest @own -OutFile { "$Folder/own-$($_.Split('/')[-1]).txt" }; @{ Count = $Count } } }
            'page' { { Invoke-BearerRequest $items @own -PageParameter page -MaximumFollowRelLink $Count | Measure-Object } }
        }
    }
    'Invoke-RestMethod' { { . { foreach ($id in $inputs) { Invoke-RestMethod "$items$id" -Authentication Bearer -Token $token -AllowUnencryptedAuthentication } } | Measure-Object } }
    'Invoke-RestMethod -WebSession' {
        $their = @{
            Authentication = 'Bearer'; Token = $token; AllowUnencryptedAuthentication = $true; HttpVersion = $HttpVersion
            SkipCertificateCheck = $true; WebSession = [Microsoft.PowerShell.Commands.WebRequestSession]::new()
        }
        switch ($Work) {
            'get' { { . { foreach ($id in $inputs) { Invoke-RestMethod "$items$id" @their } } | Measure-Object } }
            'post' { { . { foreach ($one in $inputs) { Invoke-RestMethod $items @their -Method Post -ContentType application/json -Body ($one | ConvertTo-Json -Compress) } } | Measure-Object } }
        }
    }
    'ForEach-Object -Parallel' { { $inputs | ForEach-Object -Parallel { Invoke-RestMethod "$using:items$_" -Authentication Bearer -Token $using:token -AllowUnencryptedAuthentication } -ThrottleLimit $Parallel | Measure-Object } }
}
$inputs = if ($Work -eq 'post') {
    foreach ($id in 1..$Count) { [pscustomobject]@{ id = $id; name = "Item $id"; price = 19.95; inStock = $true; tags = 'a', 'b'; owner = @{ id = 7; name = 'ada' }; text = 'A line of a note. ' * 48 } }
}
elseif ($Client -eq 'Invoke-BearerRequest') { foreach ($id in 1..$Count) { "/$Path$id" } }
else { 1..$Count }
$expected = $Work -eq 'page' ? $Count * 100 : $Count

# External programs are driven in the same way, one line per round.
if (-not $send) {
    $program = if ($Client -eq 'aiohttp') { $Python, (Join-Path $PSScriptRoot 'gather.py') } else { 'dotnet', (Join-Path $PSScriptRoot 'RawClient/bin/Release/net8.0/BearerTools.RawClient.dll') }
    $start = [System.Diagnostics.ProcessStartInfo]::new($program[0], [string[]]($program[1], $items, $Count, $Parallel, $Work, $HttpVersion, $Folder))
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $true
    $child = [System.Diagnostics.Process]::Start($start)
    # The token is passed on standard input, because command lines are visible to other processes.
    $child.StandardInput.WriteLine([System.Net.NetworkCredential]::new('', $token.Token).Password)
}

function Measure-Round {
    # New files, not replaced ones.
    if ($Work -eq 'save') {
        if (Test-Path $Folder) { [System.IO.Directory]::Delete($Folder, $true) }
        $null = New-Item $Folder -ItemType Directory
    }
    if (-not $send) {
        $child.StandardInput.WriteLine()
        return [double] ($child.StandardOutput.ReadLine() ?? $(throw "$Client ended early; see its output above."))
    }
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    $received = (& $send).Count
    if ($received -ne $expected) { throw "$Client returned $received objects for $Count requests." }
    $clock.Elapsed.TotalSeconds
}

try { while ($null -ne [Console]::In.ReadLine()) { [Console]::Out.WriteLine((($Count / (Measure-Round)).ToString([cultureinfo]::InvariantCulture))) } }
finally { if (-not $send -and -not $child.HasExited) { $child.Kill() } }
