# The stand-in for Microsoft Entra, and sessions of PowerShell that find it under Microsoft's names: through its proxy, and
# in trust of its certificate. The library that asks is always the real one.

Import-Module "$PSScriptRoot/Sandbox.psm1"

$sandboxDll = Join-Path $PSScriptRoot '../../Sandbox/bin/Release/net8.0/BearerTools.Sandbox.dll'
$manifest = Join-Path $PSScriptRoot '../../../BearerTools.psd1'

# What build servers, Azure's machines and developers' shells set, and would lead a session elsewhere.
$foreign = 'CI', 'TF_BUILD', 'GITHUB_ACTIONS', 'GITLAB_CI', 'JENKINS_URL', 'TEAMCITY_VERSION', 'BUILDKITE', 'APPVEYOR', 'CODEBUILD_BUILD_ID',
'AZURE_TENANT_ID', 'AZURE_CLIENT_ID', 'AZURE_CLIENT_SECRET', 'AZURE_CLIENT_CERTIFICATE_PATH', 'AZURE_CLIENT_CERTIFICATE_PASSWORD', 'AZURE_USERNAME', 'AZURE_PASSWORD',
'AZURE_FEDERATED_TOKEN_FILE', 'AZURE_AUTHORITY_HOST', 'AZURE_POD_IDENTITY_AUTHORITY_HOST', 'IDENTITY_ENDPOINT', 'IDENTITY_HEADER', 'IDENTITY_SERVER_THUMBPRINT', 'IMDS_ENDPOINT',
'MSI_ENDPOINT', 'MSI_SECRET', 'ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'SYSTEM_OIDCREQUESTURI', 'SYSTEM_ACCESSTOKEN',
'http_proxy', 'https_proxy', 'all_proxy', 'no_proxy', 'NO_PROXY', 'ALL_PROXY'

# Why these tests cannot run here; nothing when they can.
function Get-EntraObstacle([switch] $Terminal) {
    if (-not $IsLinux) { 'certificates are trusted by an environment variable, as on Linux only' }
    elseif ($Terminal -and -not (Get-Command script -CommandType Application -ErrorAction Ignore)) { 'the program ''script'', which gives a session a terminal, is missing' }
}

# The beginning of a command line that gives a process an empty folder of its own in the place of one; nothing where that is
# not allowed.
function Get-OwnFolderCommand([string] $Folder) {
    if (-not (Get-Command unshare -CommandType Application -ErrorAction Ignore)) { return }
    $command = 'unshare', '--user', '--map-root-user', '--mount', 'sh', '-c', "mount -t tmpfs tmpfs $Folder && exec `"`$@`"", 'sh'
    $null = & $command[0] $command[1..($command.Count - 1)] true 2>&1
    if (-not $LASTEXITCODE) { $command }
}

# The same for a network of its own, without any server.
function Get-OwnNetworkCommand {
    if (-not (Get-Command unshare -CommandType Application -ErrorAction Ignore)) { return }
    $null = & unshare --user --map-root-user --net true 2>&1
    if (-not $LASTEXITCODE) { 'unshare', '--user', '--map-root-user', '--net' }
}

function Start-Entra { Start-Sandbox -Entra }

# A session that runs script blocks one after the other. With a terminal it is interactive, and a browser logs in.
# Before is the beginning of a command line, for a session in surroundings of its own; a bare one has not loaded the module.
function Start-EntraSession($Sandbox, [switch] $Terminal, [switch] $Bare, [string[]] $Before = @(), [hashtable] $Environment = @{}) {
    $folder = (New-Item ([IO.Path]::Combine([IO.Path]::GetTempPath(), "bearertools-$PID-$(New-Guid)")) -ItemType Directory).FullName
    $Sandbox.Entra | ConvertTo-Json | Set-Content "$folder/entra.json"
    $command = $Before + @(Get-Engine) + '-NoProfile', '-NoLogo', '-File', "$PSScriptRoot/EntraSession.ps1", '-Folder', $folder, '-Parent', $PID
    if (-not $Bare) { $command += '-Module', (Resolve-Path $manifest).Path }
    if ($Terminal) {
        # A process that was started in the background ignores Ctrl+C, and so would this session.
        $line = "env --default-signal=INT $(($command | ForEach-Object { "'$_'" }) -join ' ')"
        $command = 'script', '--quiet', '--flush', '--command', $line, "$folder/screen"
    }
    $start = [Diagnostics.ProcessStartInfo]::new($command[0], [string[]] $command[1..($command.Count - 1)])
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $true
    foreach ($name in $foreign) { $null = $start.Environment.Remove($name) }
    $start.Environment['HTTPS_PROXY'] = $start.Environment['HTTP_PROXY'] = $Sandbox.Entra.proxy
    # As everybody has it who has a proxy: the browser comes back to this machine.
    $start.Environment['NO_PROXY'] = 'localhost,127.0.0.1'
    $start.Environment['SSL_CERT_FILE'] = $Sandbox.Entra.trustFile
    $start.Environment['BROWSER'] = "dotnet `"$sandboxDll`" browse"
    foreach ($name in $Environment.Keys) { $start.Environment[$name] = $Environment[$name] }
    $process = [Diagnostics.Process]::Start($start)
    $process.BeginOutputReadLine()
    [pscustomobject]@{ Process = $process; Folder = $folder; Sandbox = $Sandbox; Count = 0 }
}

function Stop-EntraSession($Session) {
    if (-not $Session) { return }
    if (-not $Session.Process.HasExited) { $Session.Process.Kill($true) }
    $Session.Process.WaitForExit()
    Remove-Item $Session.Folder -Recurse -Force -ErrorAction Ignore
}

# Runs a script in the session, which knows $entra, with these variables of the environment, and waits for its end. Gives
# Output, Errors (each with Id, Message and the exception's properties), and Text: everything that was written.
function Invoke-EntraSession($Session, [scriptblock] $Script, [hashtable] $Environment = @{}, [hashtable] $With = @{}, [int] $Seconds = 60) {
    Receive-EntraSession (Send-EntraSession $Session $Script $Environment $With) -Seconds $Seconds
}

# The same without waiting: for scripts that wait for a user.
function Send-EntraSession($Session, [scriptblock] $Script, [hashtable] $Environment = @{}, [hashtable] $With = @{}) {
    $name = "$($Session.Folder)/$((++$Session.Count))"
    @{ Script = $Script.ToString(); Environment = $Environment; With = $With } | ConvertTo-Json -Depth 5 | Set-Content "$name.new"
    Move-Item "$name.new" "$name.request"
    [pscustomobject]@{ Session = $Session; Name = $name }
}

function Receive-EntraSession($Sent, [int] $Seconds = 60) {
    $waited = [Diagnostics.Stopwatch]::StartNew()
    while (-not [IO.File]::Exists("$($Sent.Name).answer")) {
        if ($Sent.Session.Process.HasExited) { throw "The session ended. $(Get-EntraScreen $Sent.Session)" }
        if ($waited.Elapsed.TotalSeconds -gt $Seconds) {
            # What comes after would wait for it too.
            $Sent.Session.Process.Kill($true)
            throw "The session did not answer within $Seconds s. $(Get-EntraScreen $Sent.Session)"
        }
        [Threading.Thread]::Sleep(15)
    }
    Get-Content "$($Sent.Name).answer" -Raw | ConvertFrom-Json
}

# What a session with a terminal shows.
function Get-EntraScreen($Session) { "$(Get-Content "$($Session.Folder)/screen" -Raw -ErrorAction Ignore)" }

# Waits until the session shows this, after the first characters that it showed before.
function Wait-EntraScreen($Session, [string] $Pattern, [int] $Seconds = 60, [int] $From) {
    $waited = [Diagnostics.Stopwatch]::StartNew()
    while ((Get-EntraScreen $Session).Substring($From) -notmatch "(?s)$Pattern") {
        if ($waited.Elapsed.TotalSeconds -gt $Seconds) { throw "'$Pattern' did not come: $(Get-EntraScreen $Session)" }
        Start-Sleep -Milliseconds 50
    }
    $Matches
}

# The page and the code that the session shows last.
function Wait-DeviceCode($Session, [int] $Seconds = 60, [int] $From) { Wait-EntraScreen $Session -From $From '.*(?<page>https://\S+/device)\b.*?(?<code>\b[0-9A-F]{9}\b)' $Seconds }

# A user on another device: opens a page and submits its form.
function Invoke-EntraBrowser($Sandbox, [string] $Address) {
    $env:HTTPS_PROXY, $env:SSL_CERT_FILE = $Sandbox.Entra.proxy, $Sandbox.Entra.trustFile
    try { & dotnet $sandboxDll browse $Address }
    finally { $env:HTTPS_PROXY = $env:SSL_CERT_FILE = $null }
}

# What the stand-in was asked since the last reset.
function Get-EntraStats($Sandbox) { Invoke-RestMethod "$($Sandbox.Entra.plain)/stats" }

# Pulls a lever: reset, decline, no-identities, challenge, revoke-refresh-tokens, lifetime?seconds=N, fail/NAME?times=N.
function Set-EntraLever($Sandbox, [string] $Lever) { $null = Invoke-RestMethod "$($Sandbox.Entra.plain)/control/$Lever" -Method Post }

# A user's token for the app, as an API has it that was called.
function Get-EntraUserToken($Sandbox) { Invoke-RestMethod "$($Sandbox.Entra.plain)/control/user-token" }

Export-ModuleMember -Function *-*
