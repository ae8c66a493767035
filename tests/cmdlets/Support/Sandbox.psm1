# The sandbox as a child process, for the tests of the cmdlets: an authority and an API on loopback.

$sandboxDll = Join-Path $PSScriptRoot '../../Sandbox/bin/Release/net8.0/BearerTools.Sandbox.dll'

# Tests neither see nor change the saved profiles of the user who runs them.
$env:XDG_CONFIG_HOME = $env:APPDATA = Join-Path ([IO.Path]::GetTempPath()) "bearertools-$PID-config"

# Starts one and waits until it listens. It ends with this process, or with Stop-Sandbox.
function Start-Sandbox([switch] $Tls, [string] $UnixSocket, [switch] $Entra) {
    $name = [IO.Path]::Combine([IO.Path]::GetTempPath(), "bearertools-$PID-$([Guid]::NewGuid().ToString('N').Substring(0, 8))")
    $readyFile = "$name.json"
    $arguments = @($sandboxDll, '--port', 0, '--ready-file', $readyFile, '--parent', $PID)
    if ($Tls) { $arguments += '--tls', '--certificate-file', "$name.pem" }
    if ($UnixSocket) { $arguments += '--unix-socket', $UnixSocket }
    if ($Entra) { $arguments += '--entra' }
    $start = [Diagnostics.ProcessStartInfo]::new('dotnet', [string[]]$arguments)
    # Never read: what it says fits into the pipe's buffer many times over.
    $start.RedirectStandardOutput = $true
    $process = [Diagnostics.Process]::Start($start)
    $waited = [Diagnostics.Stopwatch]::StartNew()
    while (-not (Test-Path $readyFile)) {
        if ($process.HasExited) { throw 'The sandbox ended at once.' }
        if ($waited.Elapsed.TotalSeconds -gt 30) { $process.Kill(); throw 'The sandbox was not ready within 30 seconds.' }
        Start-Sleep -Milliseconds 20
    }
    $ready = Get-Content $readyFile -Raw | ConvertFrom-Json
    Remove-Item $readyFile
    [pscustomobject]@{
        Process         = $process
        Address         = $ready.address.TrimEnd('/')
        Api             = $ready.address.TrimEnd('/') + '/api/'
        ClientId        = $ready.clientId
        UserName        = $ready.userName
        SecretFile      = $ready.secretFile
        PasswordFile    = $ready.passwordFile
        KeyFile         = $ready.keyFile
        ServiceAccount  = $ready.serviceAccountFile
        CertificateFile = $ready.certificateFile
        Entra           = $ready.entra
    }
}

function Stop-Sandbox($Sandbox) {
    if (-not $Sandbox) { return }
    $Sandbox.Process.Kill()
    $Sandbox.Process.WaitForExit()
    # A killed process tidies nothing up.
    Split-Path $Sandbox.SecretFile | Remove-Item -Recurse -Force -ErrorAction Ignore
    if ($Sandbox.CertificateFile) { Remove-Item $Sandbox.CertificateFile -ErrorAction Ignore }
}

# What it counted since the last reset.
function Get-SandboxStats($Sandbox) { Invoke-RestMethod "$($Sandbox.Address)/stats" }

function Reset-SandboxStats($Sandbox) { $null = Invoke-RestMethod "$($Sandbox.Address)/stats/reset" -Method Post }

# The addresses of the sandbox's raw servers, each an origin, and the requests and open connections of all.
function Get-RawServer($Sandbox, [int] $Count = 1) { Invoke-RestMethod "$($Sandbox.Address)/control/raw?count=$Count" }

# Has a raw server send these exact bytes for each request to a path, and gives the address: a hostile response is one line of a
# test. Several responses for one path are sent in turn. Each character of Text is one byte; -DripMilliseconds is the pause after each.
function Set-RawResponse {
    param($Sandbox, [string] $Text, [string] $Path, [ValidateSet('Close', 'Keep', 'Reset', 'Hang')] [string] $End = 'Close', [int] $DripMilliseconds)
    $query = "path=$([uri]::EscapeDataString($Path))&end=$End&drip=$DripMilliseconds"
    (Invoke-RestMethod "$($Sandbox.Address)/control/raw?$query" -Method Post -Body ([Text.Encoding]::Latin1.GetBytes($Text))).address
}

# Mutants of a kind of text, as bytes: the same ones for the same seed.
function Get-Mutant($Sandbox, [string] $Kind, [int] $Seed, [int] $From, [int] $Count) {
    $mutants = Invoke-RestMethod "$($Sandbox.Address)/control/mutants/${Kind}?seed=$Seed&from=$From&count=$Count"
    foreach ($mutant in $mutants) { , [Convert]::FromBase64String($mutant) }
}

# Ends every access token it gave out.
function Revoke-SandboxTokens($Sandbox) { $null = Invoke-RestMethod "$($Sandbox.Address)/control/revoke-all" -Method Post }

# Connects the caller, not this module, by client credentials, and gives the token.
function Connect-Sandbox {
    [CmdletBinding()]
    param($Sandbox, [string[]] $Scope = @(), [hashtable] $With = @{})
    $flow = @{ Authority = $Sandbox.Address; ClientId = $Sandbox.ClientId; SecretFrom = "file:$($Sandbox.SecretFile)"; BaseUri = $Sandbox.Api } + $With
    if ($Scope) { $flow.Scope = $Scope }
    $connect = [scriptblock]::Create('param($flow) Connect-BearerApi @flow; Get-BearerToken')
    $PSCmdlet.InvokeCommand.InvokeScript($PSCmdlet.SessionState, $connect, $flow)
}

# A refresh token that no session has used.
function New-RefreshToken($Sandbox) {
    $form = @{ grant_type = 'client_credentials'; scope = 'refresh'; client_id = $Sandbox.ClientId; client_secret = Get-Content $Sandbox.SecretFile -Raw }
    (Invoke-RestMethod "$($Sandbox.Address)/token" -Method Post -Body $form).refresh_token
}

function Get-Password($Sandbox) { Get-Content $Sandbox.PasswordFile -Raw | ConvertTo-SecureString -AsPlainText -Force }

function Get-Login($Sandbox) { [pscredential]::new($Sandbox.UserName, (Get-Password $Sandbox)) }

# How the sandbox's echo names a token, which is not how the module does.
function Get-EchoedFingerprint([string] $Token) {
    $digest = [Security.Cryptography.SHA256]::HashData([Text.Encoding]::UTF8.GetBytes($Token))
    [Convert]::ToHexString($digest, 0, 4).ToLowerInvariant()
}

# The error that ends a script, or nothing. Runs in the caller's scope, so that its variables stay.
function Get-TerminatingError([scriptblock] $Script) { try { $null = . $Script } catch { $_ } }

function ConvertTo-Plain([securestring] $Secret) { [Net.NetworkCredential]::new('', $Secret).Password }

# How another PowerShell of this version is started: 'dotnet pwsh' runs inside dotnet.
function Get-Engine {
    $path = [Environment]::ProcessPath
    if ((Split-Path $path -LeafBase) -eq 'dotnet') { $path, (Join-Path $PSHOME pwsh.dll) } else { $path }
}

# A JWT that no authority issued, for what only reads it.
function New-Jwt([hashtable] $Claims) {
    $parts = @{ alg = 'ES256'; typ = 'JWT' }, $Claims | ForEach-Object {
        [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes((ConvertTo-Json $_ -Compress))).TrimEnd('=').Replace('+', '-').Replace('/', '_')
    }
    "$($parts -join '.').$([Guid]::NewGuid().ToString('N'))"
}

Export-ModuleMember -Function *-*
