# Tokens in a store, which other processes use. Logins of users: tests/conformance/Interactive.Tests.ps1.

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1" -Force
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1" -Force
    Import-Module "$PSScriptRoot/Support/Leaks.psm1" -Force
    $sandbox = Start-Sandbox
    $module = (Resolve-Path "$PSScriptRoot/../../BearerTools.psd1").Path
    $engine, [string[]] $first = Get-Engine

    # A user with a home folder of its own. The environment is what a session of that user has.
    function New-User([string] $Name) {
        $folder = (New-Item (Join-Path $TestDrive $Name) -ItemType Directory).FullName
        $null = New-Item "$folder/data", "$folder/config", "$folder/tmp" -ItemType Directory
        @{
            HOME = $folder; XDG_DATA_HOME = "$folder/data"; XDG_CONFIG_HOME = "$folder/config"; LOCALAPPDATA = "$folder/data"; TMPDIR = "$folder/tmp"
            DBUS_SESSION_BUS_ADDRESS = $null; XDG_RUNTIME_DIR = $null; BEARERTOOLS_STORE = $null
        }
    }

    # Starts a process in which $login connects with the sandbox.
    function Start-Session([scriptblock] $Script, [hashtable] $User, [string] $Scope = 'lifetime:600') {
        $path = Join-Path $TestDrive "$([guid]::NewGuid()).ps1"
        Set-Content $path @"
`$ErrorActionPreference = 'Stop'
# A token of a second may have expired when it arrives, on a busy machine.
`$WarningPreference = 'SilentlyContinue'
`$PSStyle.OutputRendering = 'PlainText'
Import-Module '$module'
`$login = @{ Authority = '$($sandbox.Address)'; ClientId = '$($sandbox.ClientId)'; SecretFrom = 'file:$($sandbox.SecretFile)'; BaseUri = '$($sandbox.Api)'; Scope = '$Scope' }
& { $Script }
"@
        $start = [Diagnostics.ProcessStartInfo]::new($engine, [string[]]($first + '-NoProfile', '-NonInteractive', '-File', $path))
        $start.RedirectStandardOutput = $start.RedirectStandardError = $true
        foreach ($name in $User.Keys) { if ($null -eq $User[$name]) { $null = $start.Environment.Remove($name) } else { $start.Environment[$name] = $User[$name] } }
        $process = [Diagnostics.Process]::Start($start)
        [pscustomobject]@{ Process = $process; Out = $process.StandardOutput.ReadToEndAsync(); Error = $process.StandardError.ReadToEndAsync() }
    }

    # The lines that the process printed, errors included.
    function Receive-Lines($Run) { "$($Run.Out.Result)$($Run.Error.Result)".Trim() -split '\r?\n' }

    function Invoke-Process([scriptblock] $Script, [hashtable] $User, [string] $Scope = 'lifetime:600') { Receive-Lines (Start-Session $Script $User $Scope) }

    function Get-TokenRequests { (Get-SandboxStats $sandbox).tokenRequests }
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'A token in a store' {
    BeforeEach { Reset-SandboxStats $sandbox }

    It 'is used by another process without a token request, and the cache says where it is' {
        $user = New-User shared
        Invoke-Process { Connect-BearerApi @login -Store File; (Invoke-BearerRequest /items/1).id } $user | Should -Be '1'
        Invoke-Process { Connect-BearerApi @login -Store File; (Invoke-BearerRequest /items/2).id; (Get-BearerTokenCache).Store; (Get-BearerConnection).Store } $user |
            Should -Be '2', 'File', 'File'
        Get-TokenRequests | Should -Be 1
    }

    It 'that has expired is requested once by several processes' {
        $user = New-User several
        $null = Invoke-Process { Connect-BearerApi @login -Store File; Start-Sleep -Seconds 3 } $user 'lifetime:3'
        Reset-SandboxStats $sandbox
        # All start at the same moment, when their modules are loaded. The scope names the lifetime, so the login is the same.
        $go = Join-Path $TestDrive 'go'
        $runs = foreach ($n in 1..($env:BEARERTOOLS_SOAK ? 5 : 3)) {
            Start-Session ([scriptblock]::Create("while (-not (Test-Path '$go')) { Start-Sleep -Milliseconds 5 }; Connect-BearerApi @login -Store File; (Get-BearerToken).Fingerprint.Length")) $user 'lifetime:3'
        }
        Start-Sleep -Seconds 2
        $clock = [Diagnostics.Stopwatch]::StartNew()
        $null = New-Item $go
        foreach ($run in $runs) { Receive-Lines $run | Should -Be '12' }
        # One, and on a busy machine one more each time that a token may be renewed.
        Get-TokenRequests | Should -BeLessOrEqual (1 + [Math]::Floor($clock.Elapsed.TotalSeconds / 1.5))
    }

    It 'is chosen by BEARERTOOLS_STORE, and by a profile, which comes first' {
        $user = (New-User variable) + @{}
        $user.BEARERTOOLS_STORE = 'file'
        $lines = Invoke-Process {
            Connect-BearerApi @login
            (Get-BearerConnection).Store
            Set-BearerProfile own @login -Store Memory
            Connect-BearerApi own
            (Get-BearerConnection).Store
            Set-BearerProfile other @login -Save
            "$($null -eq (Get-BearerProfile other).Store)"
            Connect-BearerApi other
            (Get-BearerConnection).Store
            # What cannot be stored stays in memory if only the variable asks for a store.
            Connect-BearerApi -Token (ConvertTo-SecureString 'given-token-123' -AsPlainText -Force) -BaseUri $login.BaseUri
            (Get-BearerConnection).Store
            $env:BEARERTOOLS_STORE = 'Fiel'
            try { Connect-BearerApi @login } catch { "$($_.FullyQualifiedErrorId) $_" }
        } $user
        $lines[0..4] | Should -Be 'File', 'Memory', 'True', 'File', 'Memory'
        $lines[5] | Should -BeLike "InvalidEnvironmentVariable,*'Fiel'*Memory, Keyring, File, Pass or Redis*"
    }

    It 'is kept for a saved profile, in another process' {
        $user = New-User profiles
        Invoke-Process { Set-BearerProfile saved @login -Store File -Save; Connect-BearerApi saved; (Get-BearerProfile saved).Store } $user | Should -Be 'File'
        Invoke-Process { (Invoke-BearerRequest /items/3 -Profile saved).id } $user | Should -Be '3'
        Get-TokenRequests | Should -Be 1
    }

    It 'is refused before anything is requested where a secret, a key or the machine says whose it is' {
        $user = New-User refused
        $lines = Invoke-Process {
            $given = ConvertTo-SecureString 'given-token-123' -AsPlainText -Force
            $cases = [ordered]@{
                JsonLogin = { Connect-BearerApi -LoginUri "$($login.Authority)/login" -Credential ([pscredential]::new('x', $given)) -Store File }
                Token = { Connect-BearerApi -Token $given -Store File }
                RefreshToken = { Connect-BearerApi -Authority $login.Authority -ClientId x -RefreshToken $given -Store File }
                DPoP = { Connect-BearerApi @login -DPoP -Store File }
                ManagedIdentity = { Connect-BearerApi -ManagedIdentity -Resource https://x.example -Store File }
                DefaultChain = { Connect-BearerApi -DefaultChain -Resource https://x.example -Store File }
                Profile = { Set-BearerProfile p -ManagedIdentity -Resource https://x.example -Store File }
            }
            foreach ($name in $cases.Keys) { try { & $cases[$name]; "$name done" } catch { "$name $($_.FullyQualifiedErrorId -replace ',.*')" } }
        } $user
        $lines | Should -Be ('JsonLogin', 'Token', 'RefreshToken', 'DPoP', 'ManagedIdentity', 'DefaultChain', 'Profile' | ForEach-Object { "$_ StoreNotPossible" })
        (Get-SandboxStats $sandbox).logins + (Get-TokenRequests) | Should -Be 0
        "$($user.XDG_DATA_HOME)/BearerTools" | Should -Not -Exist
    }

    It 'says at once that there is no key ring, and what else there is' {
        $lines = Invoke-Process {
            $clock = [Diagnostics.Stopwatch]::StartNew()
            try { Connect-BearerApi @login -Store Keyring } catch { $_.FullyQualifiedErrorId; "$_" }
            $clock.Elapsed.TotalSeconds -lt 10
            $null -eq (Get-BearerConnection)
        } (New-User keyless)
        $lines[0] | Should -BeLike 'StoreKeyring*'
        $lines[1..($lines.Count - 3)] -join ' ' | Should -BeLike '*File*Pass*'
        $lines[-2..-1] | Should -Be 'True', 'True'
        Get-TokenRequests | Should -Be 0
    } -Skip:(-not $IsLinux)

    It 'is removed by Remove-BearerToken, stays there after Clear-BearerTokenCache, and goes with -Store' {
        $user = New-User removed
        $null = Invoke-Process { Connect-BearerApi @login -Store File; Remove-BearerToken } $user
        Get-TokenRequests | Should -Be 1
        $null = Invoke-Process { Connect-BearerApi @login -Store File; Clear-BearerTokenCache; Connect-BearerApi @login -Store File } $user
        Get-TokenRequests | Should -Be 2
        $stored = "$($user.XDG_DATA_HOME)/BearerTools/file/*.token"
        $lines = Invoke-Process ([scriptblock]::Create("Clear-BearerTokenCache -Store File -WhatIf; @(Get-Item '$stored').Count
            Clear-BearerTokenCache -Store File; @(Get-Item '$stored').Count; Connect-BearerApi @login -Store File")) $user
        $lines[-2..-1] | Should -Be '1', '0'
        Get-TokenRequests | Should -Be 3
    }

    It 'is used although the secret is missing, which is only needed for another token' {
        $user = New-User secretless
        $null = Invoke-Process { Set-BearerProfile saved @login -Store File -Save; Connect-BearerApi saved } $user
        $lines = Invoke-Process {
            $login.SecretFrom = 'env:BT_NO_SUCH_SECRET'
            Connect-BearerApi @login -Store File
            (Invoke-BearerRequest /items/5).id
            Set-BearerProfile other @login -Store File
            (Invoke-BearerRequest /items/6 -Profile other).id
            try { $null = Update-BearerToken } catch { $_.FullyQualifiedErrorId -replace ',.*' }
            Set-BearerProfile kept @login -Store File -Save
            (Invoke-BearerRequest /items/7 -Profile kept).id
            Clear-BearerTokenCache -Store File
            try { Connect-BearerApi @login -Store File } catch { $_.FullyQualifiedErrorId -replace ',.*' }
            try { Connect-BearerApi @login } catch { $_.FullyQualifiedErrorId -replace ',.*' }
        } $user
        $lines | Should -Be '5', '6', 'SecretNotFound', '7', 'SecretNotFound', 'SecretNotFound'
        Get-TokenRequests | Should -Be 1
    }

    It 'is removed by the block of Use-BearerToken that stored it, and not by one that found it there' {
        $user = New-User block
        $stored = "$($user.XDG_DATA_HOME)/BearerTools/file/*.token"
        $lines = Invoke-Process ([scriptblock]::Create("
            Use-BearerToken @login -Store File { (Invoke-BearerRequest /items/1).id; @(Get-Item '$stored').Count }
            @(Get-Item '$stored').Count
            Set-BearerProfile stored @login -Store File
            try { Use-BearerToken stored { throw 'inside' } } catch { `"`$_`" }
            @(Get-Item '$stored').Count; @(Get-BearerTokenCache).Count
            Connect-BearerApi @login -Store File
            Clear-BearerTokenCache
            Use-BearerToken @login -Store File { (Invoke-BearerRequest /items/2).id } -Revoke -WarningVariable warned
            @(Get-Item '$stored').Count; `"`$warned`"")) $user
        $lines[0..7] | Should -Be '1', '1', '0', 'inside', '0', '0', '2', '1'
        $lines[8] | Should -BeLike '*not revoked: it was in the cache or the store before*'
        Get-TokenRequests | Should -Be 3
    }

    It 'of a profile of a repository is stored only if -Store is typed' {
        $user = New-User repository
        $null = New-Item "$($user.HOME)/work" -ItemType Directory
        $lines = Invoke-Process {
            Set-Location "$HOME/work"
            $env:BT_REPO_SECRET = (Get-Content ($login.SecretFrom -replace '^file:') -Raw).Trim()
            $repo = @{ Authority = $login.Authority; ClientId = $login.ClientId; BaseUri = "$($login.BaseUri)"; Scope = $login.Scope; SecretFrom = 'env:BT_REPO_SECRET' }
            ConvertTo-Json @{ profiles = @{ repo = $repo } } -Depth 5 | Set-Content .bearertools.json
            Approve-BearerProfile -Force
            $env:BEARERTOOLS_STORE = 'File'
            Connect-BearerApi repo
            "$((Get-BearerConnection).Store)"
            Connect-BearerApi repo -Store File
            "$((Get-BearerConnection).Store)"
        } $user
        $lines | Should -Be 'Memory', 'File'
    }

    It 'is not waited for where something else is in place of its file: <What>' -Skip:$IsWindows -ForEach @{ What = 'FIFO' }, @{ What = 'folder' } {
        $user = New-User $What
        $null = Invoke-Process { Connect-BearerApi @login -Store File } $user
        $file = (Get-Item "$($user.XDG_DATA_HOME)/BearerTools/file/*.token").FullName
        Remove-Item $file
        if ($What -eq 'FIFO') { mkfifo -m 600 $file } else { $null = New-Item $file -ItemType Directory }
        $clock = [Diagnostics.Stopwatch]::StartNew()
        $lines = Invoke-Process { try { Connect-BearerApi @login -Store File } catch { $_.FullyQualifiedErrorId; "$_" } } $user
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 20
        $lines[0] | Should -BeLike 'StoreNotReadable,*'
        $lines[1] | Should -BeLike "*'$file' is a $What*not a regular file*Move it away*"
    }

    It 'leaves neither tokens nor secrets in any file of the user' {
        $user = New-User leaks
        $token, $null = Invoke-Process { Connect-BearerApi @login -Store File; [Net.NetworkCredential]::new('', (Get-BearerToken).Token).Password } $user
        $secrets = @{ token = $token; secret = (Get-Content $sandbox.SecretFile -Raw).Trim() }
        $files = Get-ChildItem $user.HOME -Recurse -File -Force
        $files.Name | Should -Contain 'key'
        foreach ($file in $files) {
            $bytes = [IO.File]::ReadAllBytes($file.FullName)
            Find-Leak ([Text.Encoding]::Latin1.GetString($bytes)) $secrets | Should -BeNullOrEmpty -Because $file.Name
            Find-Leak ([Text.Encoding]::Unicode.GetString($bytes)) $secrets | Should -BeNullOrEmpty -Because $file.Name
        }
        # The search finds what is there.
        Find-Leak "x $token y" $secrets | Should -Not -BeNullOrEmpty
    }
}
