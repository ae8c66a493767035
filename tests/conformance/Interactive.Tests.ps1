# Logins of users against an independent authority (oidc-provider): in a browser, by device code, renewed.
# They run in a session with a terminal of its own, because elsewhere the session is non-interactive.

BeforeDiscovery {
    $node = Get-Command node -CommandType Application -ErrorAction Ignore | Select-Object -First 1
    $reason = if (-not $IsLinux) { 'the program ''script'', which gives a session a terminal, is used as Linux has it' }
    elseif (-not (Get-Command script -CommandType Application -ErrorAction Ignore)) { 'the program ''script'' is missing' }
    elseif (-not $node) { 'node is not on the PATH' }
    elseif (-not (Test-Path "$PSScriptRoot/node_modules/oidc-provider")) { "its npm packages are missing: run 'npm ci --ignore-scripts' in tests/conformance" }
    if ($reason) { Write-Warning "The tests of logins are skipped: $reason." }
    $chromium = Get-Command chromium -CommandType Application -ErrorAction Ignore | Select-Object -First 1
    if (-not $chromium) { Write-Warning 'The login in a real browser is skipped: chromium is missing.' }
}

Describe 'Logins against oidc-provider' -Skip:([bool]$reason) -Tag Conformance {
    BeforeAll {
        Import-Module "$PSScriptRoot/../../BearerTools.psd1"
        Import-Module "$PSScriptRoot/Support/Authority.psm1"
        $module = (Resolve-Path "$PSScriptRoot/../../BearerTools.psd1").Path
        $scripted = "node `"$PSScriptRoot/browser.mjs`""
        $automatic = 'CI', 'TF_BUILD', 'GITHUB_ACTIONS', 'GITLAB_CI', 'JENKINS_URL', 'TEAMCITY_VERSION', 'BUILDKITE', 'APPVEYOR', 'CODEBUILD_BUILD_ID'

        # Starts a script in a session with a terminal; it has $login, the parameters of a client.
        function Start-Session([scriptblock] $Script, [hashtable] $Login, [string] $Browser = $scripted, [hashtable] $Variables = @{}) {
            $name = Join-Path $TestDrive ([guid]::NewGuid())
            $Login | ConvertTo-Json | Set-Content "$name.login"
            Set-Content "$name.ps1" @"
`$ErrorActionPreference = 'Stop'
Import-Module '$module'
`$mark = '$name.mark'
`$login = Get-Content '$name.login' -Raw | ConvertFrom-Json -AsHashtable
`$result = try { & { $Script } } catch { @{ Failed = `$_.FullyQualifiedErrorId; Message = "`$_" } }
`$result | ConvertTo-Json -Depth 4 | Set-Content '$name.new'
Move-Item '$name.new' '$name.json'
"@
            # 'dotnet pwsh' runs inside dotnet; and a process that was started in the background ignores Ctrl+C, as would this session.
            $engine = "'$([Environment]::ProcessPath)'$(if ((Split-Path ([Environment]::ProcessPath) -LeafBase) -eq 'dotnet') { " '$PSHOME/pwsh.dll'" })"
            $command = "env --default-signal=INT $engine -NoProfile -NoLogo -File '$name.ps1'"
            $start = [Diagnostics.ProcessStartInfo]::new('script', [string[]]('--quiet', '--flush', '--command', $command, "$name.screen"))
            $start.RedirectStandardOutput = $true
            $start.RedirectStandardInput = $true
            foreach ($variable in $automatic) { $null = $start.Environment.Remove($variable) }
            $start.Environment['BROWSER'] = $Browser
            foreach ($variable in $Variables.Keys) { $start.Environment[$variable] = $Variables[$variable] }
            $process = [Diagnostics.Process]::Start($start)
            $process.BeginOutputReadLine()
            [pscustomobject]@{ Process = $process; Result = "$name.json"; Mark = "$name.mark"; Screen = "$name.screen" }
        }

        function Wait-Until([scriptblock] $Condition, [string] $What, $Session, [int] $Seconds = 60) {
            $waited = [Diagnostics.Stopwatch]::StartNew()
            while (-not ($found = & $Condition)) {
                if ($waited.Elapsed.TotalSeconds -gt $Seconds) { $Session.Process.Kill($true); throw "$What did not come. The screen: $(Get-Content $Session.Screen -Raw)" }
                Start-Sleep -Milliseconds 50
            }
            $found
        }

        function Receive-Session($Session) {
            $null = Wait-Until { Test-Path $Session.Result } 'The result' $Session
            $result = Get-Content $Session.Result -Raw | ConvertFrom-Json
            if ($result.PSObject.Properties['Failed']) { throw "$($result.Failed): $($result.Message)" }
            $result
        }

        function Get-Login([string] $Name, $At = $authority, [hashtable] $With = @{}) {
            $client = $At.Clients | Where-Object name -EQ $Name
            $login = @{ Authority = $At.Issuer; ClientId = $client.id; BaseUri = $At.Api; Scope = 'openid offline_access api.read' } + $With
            if ($client.secretFile) { $login.SecretFrom = "file:$($client.secretFile)" }
            $login
        }

        $authority = Start-Authority

        # An example of the help, for a client of the authority.
        function Get-LoginExample([string] $Title, [hashtable] $More = @{}) {
            $login = Get-Login person
            # Its id contains quotes.
            $id = [System.Management.Automation.Language.CodeGeneration]::EscapeSingleQuotedStringContent($login.ClientId)
            Get-HelpExample $Title (@{ 'https://id.contoso.com' = $login.Authority; 'ClientId ops' = "ClientId '$id'" } + $More)
        }
    }

    AfterAll { Stop-Authority $authority }

    BeforeEach { $null = Invoke-RestMethod "$($authority.Stats)/reset" -Method Post }

    It 'gives tokens after logins in the browser, for the user who logged in' {
        $id = (Get-Login person).ClientId
        $example = Get-LoginExample 'A user in the browser' @{ 'https://api.contoso.com/v1/' = $authority.Api }
        Set-Content (Join-Path $TestDrive example.ps1) $example
        $result = Receive-Session (Start-Session {
                $shown = & "$(Split-Path $mark)/example.ps1"
                $shown = @{ Account = $shown.Account; Client = (Invoke-BearerRequest /me -Token $shown).client }
                Clear-BearerTokenCache

                Connect-BearerApi -Interactive @login -Prompt consent -LoginHint 'berta'; $token = Get-BearerToken
                $first = @{ Account = $token.Account; Flow = $token.Flow; Client = (Invoke-BearerRequest /me).client; CanRenew = (Get-BearerTokenCache).CanRenew }
                Clear-BearerTokenCache

                Connect-BearerApi -Interactive @login -DPoP -Prompt consent; $token = Get-BearerToken
                $next = Update-BearerToken
                $bound = @{ Type = $token.TokenType; Next = $next.TokenType; IsNew = $next.Fingerprint -ne $token.Fingerprint; Client = (Invoke-BearerRequest /me).client }
                Clear-BearerTokenCache

                $failure = try { Get-BearerToken -Interactive @login -LoginHint nobody } catch { $_ }
                $refused = @{ Error = $failure.Exception.Error; Description = $failure.Exception.ErrorDescription; Held = @(Get-BearerTokenCache).Count }
                @{ Shown = $shown; First = $first; Bound = $bound; Refused = $refused }
            } (Get-Login person))

        $result.Shown.Account | Should -Be 'ann'
        $result.Shown.Client | Should -BeExactly $id
        $result.First.Account | Should -Be 'berta'
        $result.First.Flow | Should -Be 'AuthorizationCode'
        $result.First.Client | Should -BeExactly $id
        $result.First.CanRenew | Should -BeTrue
        # With a key of the session, which its successor is bound to as well.
        $result.Bound.Type, $result.Bound.Next | Should -Be 'DPoP', 'DPoP'
        $result.Bound.IsNew | Should -BeTrue
        $result.Bound.Client | Should -BeExactly $id
        # When the user refuses, the error is that of the authority, and nothing is cached.
        $result.Refused.Error | Should -Be 'access_denied'
        $result.Refused.Description | Should -Be 'the person said no'
        $result.Refused.Held | Should -Be 0
    }

    It 'gives a token to a client with a secret, by a pushed request and a redirect to localhost' {
        $result = Receive-Session (Start-Session {
                Connect-BearerApi -Interactive @login -PushRequest -RedirectUri http://localhost/callback; $token = Get-BearerToken
                @{ Account = $token.Account }
            } (Get-Login secret-person))

        $result.Account | Should -Be 'ann'
        (Invoke-RestMethod $authority.Stats).pushedRequests | Should -Be 1
    }

    It 'pushes the request by itself where the authority requires it' {
        $strict = Start-Authority -More '--require-push'
        try {
            $result = Receive-Session (Start-Session { @{ Account = (Get-BearerToken -Interactive @login).Account } } (Get-Login person $strict))

            $result.Account | Should -Be 'ann'
            (Invoke-RestMethod $strict.Stats).pushedRequests | Should -Be 1
        }
        finally { Stop-Authority $strict }
    }

    It 'renews by the refresh token, which is another each time, while tokens of 2 seconds expire' {
        $result = Receive-Session (Start-Session {
                Connect-BearerApi -Interactive @login -Prompt consent
                $items = 1..300 | Invoke-BearerRequest -Uri { "/items/${_}?delay=250" } -ThrottleLimit 16
                @{ Items = @($items).Count }
            } (Get-Login short-person))

        $result.Items | Should -Be 300
        $stats = Invoke-RestMethod $authority.Stats
        $stats.tokensIssued | Should -BeGreaterThan 2
        $stats.tokenRequests | Should -Be $stats.tokensIssued
    }

    It 'shows a device code, waits, and gives a token when it has been confirmed on another device' {
        Set-Content (Join-Path $TestDrive example.ps1) (Get-LoginExample 'A user, on a machine without a browser')
        $session = Start-Session {
            $token = & "$(Split-Path $mark)/example.ps1"
            @{ Account = $token.Account; Flow = $token.Flow; Client = (Invoke-BearerRequest "$($login.BaseUri)me" -Token $token).client }
        } (Get-Login person) -Browser '/nowhere/never-opened'

        $page = Wait-Until { if ("$(Get-Content $session.Screen -Raw -ErrorAction Ignore)" -match 'http\S+user_code=\S+') { $Matches[0] } } 'The device code' $session
        & node "$PSScriptRoot/browser.mjs" $page | Should -BeLike '200 *confirmed*'
        $result = Receive-Session $session

        $result.Account | Should -Be 'ann'
        $result.Flow | Should -Be 'DeviceCode'
        $result.Client | Should -BeExactly (Get-Login person).ClientId
    }

    It 'fails in a non-interactive session and says so' {
        $id = { (Get-BearerToken @login @way) 2>&1 }
        $login = Get-Login person

        foreach ($way in @{ Interactive = $true }, @{ DeviceCode = $true }, @{ Interactive = $true; NoBrowser = $true }) {
            $taken = [Diagnostics.Stopwatch]::StartNew()
            $failure = $id | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'NotInteractive,*'
            $taken.Elapsed.TotalSeconds | Should -BeLessThan 10
        }
        (Invoke-RestMethod $authority.Stats).tokenRequests | Should -Be 0
    }

    It 'does not ask the user in an automatic run that has a terminal' {
        $result = Receive-Session (Start-Session {
                $failure = try { Get-BearerToken -Interactive @login } catch { $_ }
                @{ Id = $failure.FullyQualifiedErrorId; Message = "$failure" }
            } (Get-Login person) -Variables @{ CI = 'true' })

        $result.Id | Should -BeLike 'NotInteractive,*'
        $result.Message | Should -BeLike '*the environment variable CI*'
    }

    It 'stops at Ctrl+C, and leaves no port open (<Way>)' -ForEach @(
        @{ Way = 'Interactive'; Prompt = 'Press Ctrl+C to cancel' }
        @{ Way = 'DeviceCode'; Prompt = 'user_code=' }
    ) {
        $probe = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
        $probe.Start()
        $port = $probe.LocalEndpoint.Port
        $probe.Stop()
        $with = if ($Way -eq 'DeviceCode') { @{ DeviceCode = $true } } else { @{ Interactive = $true; RedirectUri = "http://127.0.0.1:$port/" } }
        $session = Start-Session {
            try { $null = Get-BearerToken @login }
            finally { [IO.File]::WriteAllText($mark, [DateTime]::UtcNow.Ticks) }
        } (Get-Login person -With $with) -Browser 'true'

        $null = Wait-Until { "$(Get-Content $session.Screen -Raw -ErrorAction Ignore)".Contains($Prompt) } 'The prompt' $session
        $pressed = [DateTime]::UtcNow
        $session.Process.StandardInput.Write([char]3)
        $session.Process.StandardInput.Flush()
        $null = Wait-Until { Test-Path $session.Mark } 'The end' $session -Seconds 30

        ([DateTime]::new([long](Get-Content $session.Mark -Raw)) - $pressed).TotalSeconds | Should -BeLessThan 10
        # Bound again at once: an address in use would throw.
        { [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, $port).Start() } | Should -Not -Throw
    }

    Context 'Of a login that is stored' {
        BeforeAll {
            $engine, $first = [Environment]::ProcessPath, @(if ((Split-Path ([Environment]::ProcessPath) -LeafBase) -eq 'dotnet') { "$PSHOME/pwsh.dll" })

            # Starts a session without a user that uses the login; gives what it printed when it ends.
            function Start-Other([scriptblock] $Script, [hashtable] $Login, [hashtable] $Variables) {
                $path = Join-Path $TestDrive "$([guid]::NewGuid()).ps1"
                Set-Content $path @"
`$ErrorActionPreference = 'Stop'
# A token of two seconds may have expired when it arrives, on a busy machine.
`$WarningPreference = 'SilentlyContinue'
Import-Module '$module'
`$login = '$($Login | ConvertTo-Json -Compress)' | ConvertFrom-Json -AsHashtable
& { $Script }
"@
                $start = [Diagnostics.ProcessStartInfo]::new($engine, [string[]]($first + '-NoProfile', '-NonInteractive', '-File', $path))
                $start.RedirectStandardOutput = $start.RedirectStandardError = $true
                foreach ($variable in $Variables.Keys) { $start.Environment[$variable] = $Variables[$variable] }
                $process = [Diagnostics.Process]::Start($start)
                [pscustomobject]@{ Process = $process; Out = $process.StandardOutput.ReadToEndAsync(); Error = $process.StandardError.ReadToEndAsync() }
            }
        }

        It 'is used and renewed in another session without a user' {
            $home1 = @{ XDG_DATA_HOME = (New-Item (Join-Path $TestDrive 'one') -ItemType Directory).FullName }
            $null = Receive-Session (Start-Session { Connect-BearerApi -Interactive @login -Prompt consent -Store File; @{ N = (Invoke-BearerRequest /me).client } } (Get-Login person) -Variables $home1)
            $requests = (Invoke-RestMethod $authority.Stats).tokenRequests

            $other = Start-Other {
                Connect-BearerApi -Interactive @login -Prompt consent -Store File
                (Invoke-BearerRequest /me).client
                $null = Update-BearerToken
                (Invoke-BearerRequest /me).client
                (Get-BearerTokenCache).Store
            } (Get-Login person) $home1

            $id = (Get-Login person).ClientId
            $other.Out.Result.Trim() -split '\r?\n' | Should -Be $id, $id, 'File' -Because $other.Error.Result
            (Invoke-RestMethod $authority.Stats).tokenRequests | Should -Be ($requests + 1)
        }

        # The authority ends a login whose refresh token is used twice.
        It 'is shared by sessions that renew it every second or two, and stays valid' {
            $count = $env:BEARERTOOLS_SOAK ? 8 : 4
            $home2 = @{ XDG_DATA_HOME = (New-Item (Join-Path $TestDrive 'eight') -ItemType Directory).FullName }
            $null = Receive-Session (Start-Session { Connect-BearerApi -Interactive @login -Prompt consent -Store File; @{ N = 1 } } (Get-Login short-person) -Variables $home2)
            $null = Invoke-RestMethod "$($authority.Stats)/reset" -Method Post

            $others = foreach ($n in 1..$count) {
                Start-Other {
                    Connect-BearerApi -Interactive @login -Prompt consent -Store File
                    $clock = [Diagnostics.Stopwatch]::StartNew()
                    $count = 0
                    while ($clock.Elapsed.TotalSeconds -lt 6) {
                        $sent = $clock.Elapsed.TotalSeconds
                        try { $null = Invoke-BearerRequest /me; $count++ }
                        catch {
                            # On a busy machine, a token of a second or two expires before it arrives, and its successor too.
                            if ($_.FullyQualifiedErrorId -notlike 'HttpStatus401,*' -or $clock.Elapsed.TotalSeconds - $sent -lt 0.8) { throw }
                        }
                        Start-Sleep -Milliseconds 20
                    }
                    $count
                } (Get-Login short-person) $home2
            }
            $all = foreach ($other in $others) { "$($other.Error.Result)" | Should -BeNullOrEmpty; [int] $other.Out.Result }

            @($all | Where-Object { $_ -gt 5 }).Count | Should -Be $count
            $stats = Invoke-RestMethod $authority.Stats
            # No renewal was refused, and there was one for each lifetime, not one for each session.
            $stats.tokensIssued | Should -Be $stats.tokenRequests
            $stats.tokenRequests | Should -BeLessOrEqual 30
        }
    }

    Context 'In a real browser' -Skip:(-not $chromium) {
        It 'gives a token after a login in Chromium' {
            $profileFolder = Join-Path $TestDrive 'chromium'
            $options = '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'
            $result = Receive-Session (Start-Session { @{ Account = (Get-BearerToken -Interactive @login -LoginHint carla).Account } } (Get-Login person) -Browser (
                    "chromium $options --user-data-dir=`"$profileFolder`" --virtual-time-budget=20000 --dump-dom %s"))

            $result.Account | Should -Be 'carla'
        }
    }
}
