# The independent authority, as a child process of the tests.

# Starts it; gives what it says of itself, and its process.
function Start-Authority([string] $Program = 'authority.mjs', [string[]] $More = @()) {
    $readyFile = Join-Path (Get-PSDrive TestDrive).Root "ready-$([guid]::NewGuid()).json"
    $start = @{
        FilePath               = 'node'
        ArgumentList           = @("`"$(Join-Path $PSScriptRoot .. $Program)`"", '--ready-file', "`"$readyFile`"", '--parent', $PID) + $More
        RedirectStandardOutput = "$readyFile.out"
        RedirectStandardError  = "$readyFile.log"
        PassThru               = $true
    }
    if ($IsWindows) { $start.WindowStyle = 'Hidden' }
    $process = Start-Process @start
    $waited = [Diagnostics.Stopwatch]::StartNew()
    while (-not (Test-Path $readyFile)) {
        if ($process.HasExited) { throw "The authority ended at once: $(Get-Content "$readyFile.log" -Raw)" }
        if ($waited.Elapsed.TotalSeconds -gt 30) { $process.Kill(); throw "The authority was not ready in 30 s: $(Get-Content "$readyFile.log" -Raw)" }
        Start-Sleep -Milliseconds 50
    }
    Get-Content $readyFile -Raw | ConvertFrom-Json | Add-Member Process $process -PassThru
}

function Stop-Authority($Authority) {
    if (-not $Authority) { return }
    $Authority.Process.Kill()
    $Authority.Process.WaitForExit()
    # A killed process tidies nothing up.
    $folder = $Authority.PSObject.Properties['folder'] ? $Authority.folder : (Split-Path $Authority.clients[0].secretFile)
    Remove-Item $folder -Recurse -Force -ErrorAction Ignore
}

# The code of an example of Get-BearerToken's help, with each text replaced that is a key.
function Get-HelpExample([string] $Title, [System.Collections.IDictionary] $Replacements) {
    $page = Get-Content (Join-Path $PSScriptRoot '../../../docs/cmdlets/Get-BearerToken.md') -Raw
    $example = [regex]::Match($page, "(?s)\n### Example \d+: $([regex]::Escape($Title))\n\n``````powershell\n(?<code>.*?)\n``````")
    if (-not $example.Success) { throw "The help of Get-BearerToken has no example '$Title'." }
    $code = $example.Groups['code'].Value
    foreach ($text in $Replacements.Keys) {
        if (-not $code.Contains($text)) { throw "The example '$Title' does not contain '$text'." }
        $code = $code.Replace($text, $Replacements[$text])
    }
    $code
}

Export-ModuleMember -Function *-Authority, Get-HelpExample
