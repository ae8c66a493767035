<#
.SYNOPSIS
    Records a session with the sandbox in a real terminal, and saves it as an SVG picture: docs/images/session.svg.
.DESCRIPTION
    Needs tmux, and the module and sandbox that 'build.ps1 Build' makes. Readme.Tests.ps1 records the session again, and fails if its text
    differs from that of the picture.
.PARAMETER Path
    File to write.
#>
[CmdletBinding()]
param([string] $Path = (Join-Path $PSScriptRoot 'images/session.svg'))

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$root = Split-Path $PSScriptRoot
$columns, $rows = 118, 60
# The port of the picture, whatever port was free.
$port = 5080

# What is typed, line by line. The last line shows that the session goes on.
$lines = @'
Connect-BearerApi -Authority http://127.0.0.1:5080 -ClientId ops -SecretFrom env:OPS_SECRET `
    -BaseUri http://127.0.0.1:5080/contoso/
Get-BearerConnection | Format-List ClientId, BaseUri, Origins, CanRenew
Invoke-BearerRequest /users -FollowRelLink | Select-Object -First 3
$orders = 9001..10001 | Invoke-BearerRequest -Uri { "/orders/$_" } -ThrottleLimit 64 -ErrorVariable failed
$orders | Measure-Object total -Sum | Format-List Count, Sum
$failed.TargetObject
'@ -split "`n"

function Start-PictureSandbox([string] $ReadyFile) {
    $dll = Join-Path $root 'tests/Sandbox/bin/Release/net8.0/BearerTools.Sandbox.dll'
    [string[]] $arguments = $dll, '--port', 0, '--ready-file', $ReadyFile, '--parent', $PID
    $start = [System.Diagnostics.ProcessStartInfo]::new('dotnet', $arguments)
    $start.RedirectStandardOutput = $true
    $process = [System.Diagnostics.Process]::Start($start)
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    while (-not (Test-Path $ReadyFile)) {
        if ($process.HasExited -or $clock.Elapsed.TotalSeconds -gt 30) {
            throw 'The sandbox did not start. Build it first: pwsh ./build.ps1 Build'
        }
        Start-Sleep -Milliseconds 20
    }
    $process
}

# tmux with a server of its own, whose sessions end with it.
function Invoke-Tmux { & tmux -f /dev/null -L $socket @args; if ($LASTEXITCODE) { throw "tmux $args failed." } }

# The screen without the empty lines at its end; with the sequences for colours.
function Get-Screen { (Invoke-Tmux capture-pane -p -e -t picture) -join "`n" -replace '\s+$' }

function Get-Plain([string] $Text) { $Text -replace '\e\[[0-9;]*m' }

# Waits for the prompt on the line below what was typed.
function Wait-Prompt([int] $Prompts) {
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    while ($true) {
        $plain = Get-Plain (Get-Screen)
        if ($plain -match '(?:^|\n)(?:PS>|>>)$' -and [regex]::Matches($plain, '(?m)^(PS>|>>)').Count -ge $Prompts) { return }
        if ($clock.Elapsed.TotalSeconds -gt 30) { throw "The session shows no prompt:`n$plain" }
        Start-Sleep -Milliseconds 50
    }
}

# Colours of a dark terminal, by the numbers of the sequences that set them.
$palette = @{
    30 = '#484f58'; 31 = '#ff7b72'; 32 = '#7ee787'; 33 = '#e3b341'; 34 = '#79c0ff'; 35 = '#d2a8ff'; 36 = '#76e3ea'; 37 = '#d0d7de'
    90 = '#8b949e'; 91 = '#ffa198'; 92 = '#7ee787'; 93 = '#f2cc60'; 94 = '#a5d6ff'; 95 = '#e2c5ff'; 96 = '#b3f0ff'; 97 = '#ffffff'
}

# The runs of a line: text with one colour and weight, and the column that it begins in.
function Get-Run([string] $Line, [hashtable] $State) {
    $column = 0
    foreach ($part in [regex]::Matches($Line, '\e\[(?<codes>[0-9;]*)m|(?<text>[^\e]+)')) {
        if ($part.Groups['text'].Success) {
            [pscustomobject]@{ Text = $part.Value; Column = $column; Color = $State.Color; IsBold = $State.IsBold }
            $column += $part.Length
            continue
        }
        foreach ($code in $part.Groups['codes'].Value.Split(';')) {
            switch ([int] ($code ? $code : 0)) {
                0 { $State.Color, $State.IsBold = $null, $false }
                1 { $State.IsBold = $true }
                22 { $State.IsBold = $false }
                39 { $State.Color = $null }
                { $palette.ContainsKey($_) } { $State.Color = $palette[$_] }
            }
        }
    }
}

function ConvertTo-Svg([string] $Screen) {
    $width, $height, $left, $top = 8.43, 19, 16, 44
    $state = @{ Color = $null; IsBold = $false }
    $number = 0
    $text = foreach ($line in $Screen.Split("`n")) {
        $y = $top + 15 + $height * $number++
        $runs = foreach ($run in Get-Run $line $state | Where-Object { $_.Text.Trim() }) {
            # Its place and width are exact, whatever the font.
            $begin = $run.Text.Length - $run.Text.TrimStart().Length
            $x = [string]::Format([cultureinfo]::InvariantCulture, '{0:0.##}', $left + $width * ($run.Column + $begin))
            $length = [string]::Format([cultureinfo]::InvariantCulture, '{0:0.##}', $width * $run.Text.Trim().Length)
            $style = ($run.Color ? ' fill="{0}"' -f $run.Color : '') + ($run.IsBold ? ' font-weight="bold"' : '')
            $shown = [System.Security.SecurityElement]::Escape($run.Text.Trim()) -replace ' ', '&#160;'
            "<tspan x=`"$x`" textLength=`"$length`"$style>$shown</tspan>"
        }
        if ($runs) { "<text y=`"$y`">$($runs -join '')</text>" }
    }
    $size = @([int] ($left * 2 + $width * $columns), ($top + $height * $number + 12))
    @"
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 $($size[0]) $($size[1])" role="img">
<title>A PowerShell session with BearerTools</title>
<rect width="$($size[0])" height="$($size[1])" rx="10" fill="#0d1117"/>
<circle cx="22" cy="20" r="6" fill="#ff5f57"/><circle cx="42" cy="20" r="6" fill="#febc2e"/><circle cx="62" cy="20" r="6" fill="#28c840"/>
<g font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="#d0d7de">
$($text -join "`n")
</g>
</svg>
"@
}

if (-not (Get-Command tmux -CommandType Application -ErrorAction Ignore)) { throw 'tmux is not installed.' }
$socket = "bearertools-$PID"
$ready = Join-Path ([System.IO.Path]::GetTempPath()) "$socket.json"
$sandbox = Start-PictureSandbox $ready
try {
    $known = Get-Content $ready -Raw | ConvertFrom-Json
    $actual = ([uri] $known.address).Port
    $secretBefore = $env:OPS_SECRET
    # tmux passes its environment on, so that the secret is on no command line.
    $env:OPS_SECRET = Get-Content $known.secretFile -Raw
    [string[]] $engine = [Environment]::ProcessPath
    if ((Split-Path $engine[0] -LeafBase) -eq 'dotnet') { $engine += Join-Path $PSHOME 'pwsh.dll' }
    $setup = "`$env:TERM = 'xterm-256color'; Set-PSReadLineOption -PredictionSource None -HistorySaveStyle SaveNothing; " +
        "function prompt { 'PS> ' }; Import-Module '$root/BearerTools.psd1'; Clear-Host"
    Invoke-Tmux new-session -d -s picture -x $columns -y $rows -- @engine -NoProfile -NoLogo -NoExit -Command $setup
    Wait-Prompt 1
    $typed = 1
    foreach ($line in $lines) {
        Invoke-Tmux send-keys -t picture -l ($line -replace ":$port\b", ":$actual")
        Invoke-Tmux send-keys -t picture Enter
        Wait-Prompt (++$typed)
    }
    $screen = (Get-Screen) -replace ":$actual\b", ":$port" -replace '\n[^\n]*PS>\s*(?:\e\[[0-9;]*m)*$'
    $null = New-Item (Split-Path $Path) -ItemType Directory -Force
    Set-Content $Path (ConvertTo-Svg $screen)
}
finally {
    & tmux -L $socket kill-server 2>&1 | Out-Null
    $env:OPS_SECRET = $secretBefore
    $sandbox.Kill()
    $sandbox.WaitForExit()
    # A killed process does not clean up.
    if (Test-Path $ready) {
        Split-Path (Get-Content $ready -Raw | ConvertFrom-Json).secretFile | Remove-Item -Recurse -Force -ErrorAction Ignore
        Remove-Item $ready
    }
}
