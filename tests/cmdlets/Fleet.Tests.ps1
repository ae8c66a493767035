# Workers that share logins and rate limits through Redis. Logins with rotating refresh tokens: tests/conformance/FleetLogin.Tests.ps1.

BeforeDiscovery {
    $reason = if (-not (Get-Command redis-server -CommandType Application -ErrorAction Ignore)) { 'redis-server is missing' }
    if ($reason) { Write-Warning "The tests of fleets are skipped: $reason." }
}

Describe 'A fleet' -Skip:([bool] $reason) {
    BeforeAll {
        Import-Module "$PSScriptRoot/Support/Sandbox.psm1" -Force
        Import-Module "$PSScriptRoot/Support/Redis.psm1" -Force
        $module = (Resolve-Path "$PSScriptRoot/../../BearerTools.psd1").Path
        $engine, [string[]] $first = Get-Engine
        $isSoak = $env:BEARERTOOLS_SOAK -eq '1'
        $count = $isSoak ? 16 : 3
        $sandbox = Start-Sandbox
        $redis = Start-Redis (Join-Path $TestDrive 'redis')
        $key = New-RedisKey

        # Starts a worker with $login; it waits for the file $go when its module is loaded and $Before has run.
        function Start-Worker([scriptblock] $Script, [scriptblock] $Before = {}, [string] $Scope = 'lifetime:600', [hashtable] $Environment = @{}) {
            $path = Join-Path $TestDrive "$([guid]::NewGuid()).ps1"
            Set-Content $path @"
`$ErrorActionPreference = 'Stop'
`$PSStyle.OutputRendering = 'PlainText'
Import-Module '$module'
`$login = @{ Authority = '$($sandbox.Address)'; ClientId = '$($sandbox.ClientId)'; SecretFrom = 'file:$($sandbox.SecretFile)'; BaseUri = '$($sandbox.Api)'; Scope = '$Scope' }
. { $Before }
Set-Content '$path.ready' ''
while (-not (Test-Path '$go')) { Start-Sleep -Milliseconds 5 }
& { $Script }
"@
            $start = [Diagnostics.ProcessStartInfo]::new($engine, [string[]]($first + '-NoProfile', '-NonInteractive', '-File', $path))
            $start.RedirectStandardOutput = $start.RedirectStandardError = $true
            $variables = @{ BEARERTOOLS_REDIS = $redis.Address; BEARERTOOLS_REDIS_KEY = $key; BEARERTOOLS_STORE = $null } + @{}
            foreach ($name in $Environment.Keys) { $variables[$name] = $Environment[$name] }
            foreach ($name in $variables.Keys) { if ($null -eq $variables[$name]) { $null = $start.Environment.Remove($name) } else { $start.Environment[$name] = $variables[$name] } }
            $process = [Diagnostics.Process]::Start($start)
            [pscustomobject]@{ Process = $process; Ready = "$path.ready"; Out = $process.StandardOutput.ReadToEndAsync(); Error = $process.StandardError.ReadToEndAsync() }
        }

        function Start-Together($Workers) {
            $clock = [Diagnostics.Stopwatch]::StartNew()
            while (@($Workers | Where-Object { -not (Test-Path $_.Ready) -and -not $_.Process.HasExited }).Count) {
                if ($clock.Elapsed.TotalSeconds -gt 120) { throw 'A worker did not start.' }
                Start-Sleep -Milliseconds 20
            }
            Reset-SandboxStats $sandbox
            $null = New-Item $go
        }

        function Receive-Worker($Worker) { "$($Worker.Out.Result)$($Worker.Error.Result)".Trim() -split '\r?\n' }
    }

    AfterAll {
        Stop-Redis $redis
        Stop-Sandbox $sandbox
    }

    BeforeEach { $go = Join-Path $TestDrive ([guid]::NewGuid()) }

    It 'uses one login through TLS with a user of its own, and who reads Redis reads nothing' {
        $secured = Start-Redis (Join-Path $TestDrive 'secured') -Tls
        try {
            $password = [guid]::NewGuid().ToString('N')
            $null = Invoke-Redis $secured ACL SETUSER ops on ">$password" '~fleet:*' +@read +@write +@connection +eval +evalsha +time '+script|load' '+script|exists' +wait -@dangerous +info
            $variables = @{
                BEARERTOOLS_REDIS = 'env:CONTOSO_REDIS'; CONTOSO_REDIS = "rediss://ops:$password@$($secured.Address)"; BEARERTOOLS_REDIS_PREFIX = 'fleet'
                SSL_CERT_FILE = $secured.Certificate
            }
            $script = { Connect-BearerApi @login -Store Redis; (Invoke-BearerRequest /items/1).id; (Get-BearerConnection).Store; [Net.NetworkCredential]::new('', (Get-BearerToken).Token).Password }
            $one = Start-Worker $script -Environment $variables
            Start-Together $one
            $said = Receive-Worker $one
            # On a busy machine, the first handshake of a process can take longer than a connection to Redis may.
            for ($n = 0; $n -lt 3 -and "$said" -like '*does not*respond in time*'; $n++) { $said = Receive-Worker (Start-Worker $script -Environment $variables) }
            $id, $store, $token = $said
            $two = Receive-Worker (Start-Worker $script -Environment $variables)

            "$id $store" | Should -Be '1 Redis'
            $two | Should -Be '1', 'Redis', $token
            (Get-SandboxStats $sandbox).tokenRequests | Should -Be 1
            $names = @(Invoke-Redis $secured --scan)
            $names | Should -Not -BeNullOrEmpty
            $names | Should -BeLike 'fleet:*'
            $stored = $names | Where-Object { $_ -like '*:entry' } | ForEach-Object { Invoke-Redis $secured HGETALL $_ }
            "$stored" | Should -Not -Match ([regex]::Escape($token))
        }
        finally { Stop-Redis $secured }
    }

    It 'keeps all workers together at 50 requests per second' {
        $seconds = $isSoak ? 60 : 5
        $workers = foreach ($n in 1..$count) {
            Start-Worker ([scriptblock]::Create("`$clock = [Diagnostics.Stopwatch]::StartNew(); 1..100000 | ForEach-Object { if (`$clock.Elapsed.TotalSeconds -lt $seconds) { `$_ } else { break } } | Invoke-BearerRequest -Uri { `"/throttled/`$PID-`$_?limit=100000`" } -ThrottleLimit 8 -RateLimit 50/s -RateLimitScope Fleet | Out-Null")) {
                Connect-BearerApi @login -RateLimitScope Fleet
                # The first requests of a process take long: they open a connection, and their code is compiled.
                $null = 1..5 | Invoke-BearerRequest -Uri { "/items/$_" } -RateLimit 50/s
            }
        }
        Start-Together $workers
        $clock = [Diagnostics.Stopwatch]::StartNew()
        Start-Sleep -Seconds ($seconds - 1)
        $stats = Get-SandboxStats $sandbox
        $average = $stats.requests / $clock.Elapsed.TotalSeconds
        foreach ($worker in $workers) { Receive-Worker $worker | Should -BeNullOrEmpty }
        $most = (Get-SandboxStats $sandbox).maxThrottledPerSecond
        if ($isSoak) { Write-Host "$count workers at 50/s: at most $most in any second, $([Math]::Round($average, 1))/s on average" }

        # Requests that a busy machine delays arrive together with those that follow them. The soak runs on one with nothing else to do.
        $most | Should -BeLessOrEqual ($isSoak ? 50 : 75)
        # On a machine with nothing else to do it is more than 48.
        $average | Should -BeGreaterThan 20
    }

    It 'goes on while Redis is away, and returns without a storm' {
        $away = $isSoak ? 20 : 3
        $seconds = $away + ($isSoak ? 25 : 6)
        $workers = foreach ($n in 1..$count) {
            Start-Worker ([scriptblock]::Create(@"
`$clock = [Diagnostics.Stopwatch]::StartNew()
`$done = 0
while (`$clock.Elapsed.TotalSeconds -lt $seconds) { `$null = Invoke-BearerRequest /items/1 -RateLimit 50/s -WarningAction SilentlyContinue; `$done++; Start-Sleep -Milliseconds 100 }
`$done
"@)) { Connect-BearerApi @login -Store Redis; $null = Invoke-BearerRequest /items/1 }
        }
        Start-Together $workers
        Start-Sleep -Seconds 2
        Stop-Redis $redis
        Start-Sleep -Seconds $away
        Resume-Redis $redis
        $done = foreach ($worker in $workers) { [int] "$(Receive-Worker $worker)" }

        $done | ForEach-Object { $_ | Should -BeGreaterThan 1 }
        $stats = Get-SandboxStats $sandbox
        if ($isSoak) { Write-Host "Redis was away for $away s: $($stats.requests) requests, $($stats.failures + $stats.unauthorized) failed, $($stats.tokenRequests) token requests" }
        $stats.failures + $stats.unauthorized | Should -Be 0
        # The login was shared before, and lives on.
        $stats.tokenRequests | Should -Be 0
    }

    It 'says what is missing before anything is requested' {
        $config = Join-Path $TestDrive 'refused'
        $worker = Start-Worker {
            $cases = [ordered]@{
                Connection = { $env:BEARERTOOLS_REDIS = ''; Connect-BearerApi @login -Store Redis }
                Password = { Connect-BearerApi @login -Store Redis -StoreConnection 'host:1,password=x' }
                UserInformation = { Connect-BearerApi @login -Store Redis -StoreConnection 'ops:Tr33top-77@localhost:6391' }
                Saved = { Set-BearerProfile kept -Authority $login.Authority -ClientId ops -SecretFrom env:NO_SUCH_VARIABLE -Store Redis -StoreConnection 'ops:Tr33top-77@localhost:6391' -Save }
                Scheme = { Connect-BearerApi @login -Store Redis -StoreConnection https://localhost:6391 }
                Away = { Connect-BearerApi @login -Store Redis -StoreConnection '127.0.0.1:1' }
                Limit = { Connect-BearerApi @login -RateLimitScope Fleet -StoreConnection '127.0.0.1:2' }
                Key = { $env:BEARERTOOLS_REDIS_KEY = ''; Connect-BearerApi @login -Store Redis -StoreConnection '127.0.0.1:3' }
                Flow = { Connect-BearerApi -Interactive -Authority $login.Authority -ClientId x -Store Redis -StoreConnection '127.0.0.1:4' -StoreKeyFrom env:PATH -StoreFallback Memory }
                Reference = { Connect-BearerApi @login -Store Redis -StoreConnection '127.0.0.1:5' -StoreKeyFrom Tr33top-77 }
                OtherStore = { Connect-BearerApi @login -Store File -StoreConnection '127.0.0.1:6' }
                NoStore = { Connect-BearerApi @login -StoreFallback Memory }
                Value = { Connect-BearerApi @login -Store Redis -StoreFallback Memmory }
            }
            foreach ($name in $cases.Keys) { try { & $cases[$name]; "$name done" } catch { "$name $($_.FullyQualifiedErrorId -replace ',.*')|$("$_" -replace '\s+', ' ')" } }
            Get-Content "$env:XDG_CONFIG_HOME/*/*" -ErrorAction Ignore
        } -Environment @{ XDG_CONFIG_HOME = $config; APPDATA = $config }
        Start-Together $worker

        $lines = Receive-Worker $worker
        $lines -replace '\|.*' | Should -Be @(
            'Connection StoreConnectionMissing', 'Password StoreConnectionHasPassword', 'UserInformation StoreConnectionHasPassword'
            'Saved StoreConnectionHasPassword', 'Scheme StoreConnectionInvalid', 'Away StoreUnavailable', 'Limit StoreUnavailable', 'Key StoreKeyMissing'
            'Flow StoreFallbackNotPossible', 'Reference InvalidSecretReference', 'OtherStore ParameterConflict', 'NoStore ParameterConflict', 'Value ParameterInvalid'
        )
        "$lines" | Should -Not -Match 'Tr33top-77'
        $lines -match '^Away' | Should -BeLike '*127.0.0.1:1 refuses connections*'
        $lines -match '^Reference' | Should -BeLike '*|-StoreKeyFrom: *'
        $lines -match '^Value' | Should -Not -BeLike '*Keyring*'
        (Get-SandboxStats $sandbox).tokenRequests | Should -Be 0
    }

    It 'says whether a certificate is not trusted or for another host, and what to do' {
        $secured = Start-Redis (Join-Path $TestDrive 'certificates') -Tls
        try {
            $port = $secured.Port
            $script = [scriptblock]::Create(@"
`$cases = [ordered]@{ Untrusted = 'rediss://localhost:$port'; OtherHost = 'rediss://127.0.0.1:$port'; Plain = 'redis://localhost:$port' }
foreach (`$name in `$cases.Keys) { try { Connect-BearerApi @login -Store Redis -StoreConnection `$cases[`$name]; "`$name done" } catch { "`$name `$(`$_.FullyQualifiedErrorId -replace ',.*')|`$_" } }
"@)
            $stranger = Start-Worker $script
            Start-Together $stranger
            $friend = Start-Worker $script -Environment @{ SSL_CERT_FILE = $secured.Certificate }

            $lines = (Receive-Worker $stranger) + (Receive-Worker $friend)
            $lines -replace '\|.*' | Should -Be 'Untrusted CertificateNotTrusted', 'OtherHost CertificateNameMismatch', 'Plain StoreUnavailable', 'Untrusted done', 'OtherHost CertificateNameMismatch', 'Plain StoreUnavailable'
            $lines[0] | Should -BeLike "*localhost:$port*not trusted*SSL_CERT_FILE*"
            $lines[1] | Should -BeLike '*is for localhost*not for 127.0.0.1*'
            $lines[2] | Should -BeLike '*TLS*rediss://*'
        }
        finally { Stop-Redis $secured }
    }

    It 'tells how a user signs in for workers that cannot prompt' {
        $worker = Start-Worker { try { Connect-BearerApi -Interactive -Authority $login.Authority -ClientId ops -Store Redis } catch { "$($_.FullyQualifiedErrorId)|$_" } }
        Start-Together $worker

        Receive-Worker $worker | Should -BeLike 'LoginRequired,*|*interactive session*Connect-BearerApi -Interactive*-Store Redis*the same Redis server and key*'
    }

    It 'tests the server and the key with Test-BearerConnection, and shows when a shared token was stored' {
        $script = {
            $why = Connect-BearerApi @login -Store Redis -Explain 6>&1
            Invoke-BearerRequest /items/1 | Out-Null
            (Get-BearerTokenCache).StoredOn.UtcTicks
            (Test-BearerConnection -Detailed -Path items/1 | Where-Object Step -EQ Store).Found
            "$why"
            @(Get-BearerTrace).Message -match 'Got token'
        }
        $one = Start-Worker $script -Scope 'lifetime:598'
        Start-Together $one
        $earlier = Receive-Worker $one
        $later = Receive-Worker (Start-Worker $script -Scope 'lifetime:598')
        $other = Receive-Worker (Start-Worker {
                Connect-BearerApi @login -RateLimitScope Process
                Set-BearerProfile fleet @login -Store Redis -StoreConnection 127.0.0.1:1
                $step = Test-BearerConnection -Profile fleet -Detailed | Where-Object Step -EQ Store
                "$($step.Status) $($step.Cause) $($step.NextStep)"
                "$(Test-BearerConnection -Profile fleet)" -match 'all steps passed'
            })

        $later[0] | Should -Be $earlier[0]
        $earlier[0] | Should -Not -BeNullOrEmpty
        $earlier[1], $later[1] | Should -Be 'Redis responds, and the key opens the stored token', 'Redis responds, and the key opens the stored token'
        $later[2] | Should -BeLike '*The token store is read*of the token store is used*No token is requested*'
        $later[2] | Should -Not -BeLike '*refresh token*'
        $later[3] | Should -BeLike 'Got token * from the token store*'
        $other[0] | Should -BeLike 'Failed *127.0.0.1:1 refuses connections*redis-cli PING*'
        $other[1] | Should -Be 'False'
    }

    It 'falls back to a login of its own with -StoreFallback Memory, and a profile keeps how' {
        $config = Join-Path $TestDrive 'config'
        $worker = Start-Worker {
            Set-BearerProfile own @login -Store Redis -StoreConnection 127.0.0.1:1 -StoreFallback Memory -Save
            Set-BearerProfile limited @login -Store Redis -StoreConnection 127.0.0.1:1 -StoreFallback Memory -RateLimitScope Fleet
            foreach ($name in 'own', 'limited') {
                Connect-BearerApi $name -WarningVariable warned -WarningAction SilentlyContinue
                "$((Invoke-BearerRequest /items/1 -RateLimitScope Process).id) $((Get-BearerConnection).Store) $((Get-BearerTokenCache).Store) $(@($warned).Count) $warned"
                Clear-BearerTokenCache
            }
            Set-BearerProfile later @login -Store Redis -StoreConnection env:NO_SUCH_ADDRESS -Save -WarningVariable warned -WarningAction SilentlyContinue
            "$warned"
        } -Environment @{ XDG_CONFIG_HOME = $config; APPDATA = $config }
        Start-Together $worker

        $lines = Receive-Worker $worker
        $lines[0, 1] | Should -BeLike '1 Memory Memory 1 Requesting a token for this process only (-StoreFallback)*127.0.0.1:1*'
        $lines[2] | Should -BeLike '*cannot be used yet*NO_SUCH_ADDRESS*'
    }

    It 'deletes and revokes logins on a full server, and a variable that has changed leads to another server' {
        $full = Start-Redis (Join-Path $TestDrive 'full')
        try {
            $worker = Start-Worker {
                $port = $env:BEARERTOOLS_REDIS -replace '.*:'
                $cases = [ordered]@{
                    Remove = { Get-BearerToken | Remove-BearerToken }
                    RemoveRevoke = { Get-BearerToken | Remove-BearerToken -Revoke }
                    Disconnect = { Disconnect-BearerApi -Revoke }
                    Clear = { Clear-BearerTokenCache -Store Redis }
                }
                foreach ($name in $cases.Keys) {
                    Connect-BearerApi @login -Store Redis
                    $token = (Get-BearerToken).Token
                    $null = redis-cli -p $port CONFIG SET maxmemory 1
                    try { & $cases[$name] } catch { "$name $($_.FullyQualifiedErrorId)" }
                    $null = redis-cli -p $port CONFIG SET maxmemory 0
                    $logins = redis-cli -p $port --scan | Where-Object { $_ -like '*:entry' } | ForEach-Object { redis-cli -p $port HEXISTS $_ d } | Measure-Object -Sum
                    $status = Invoke-WebRequest "$($login.BaseUri)items/1" -Authentication Bearer -Token $token -AllowUnencryptedAuthentication -SkipHttpErrorCheck
                    "$name $($logins.Sum) $($status.StatusCode)"
                }
                $env:BEARERTOOLS_REDIS = '127.0.0.1:1'
                try { Connect-BearerApi @login -Store Redis; 'connected' } catch { $_.FullyQualifiedErrorId -replace ',.*' }
            } -Scope 'lifetime:597' -Environment @{ BEARERTOOLS_REDIS = $full.Address }
            Start-Together $worker

            Receive-Worker $worker | Should -Be 'Remove 0 200', 'RemoveRevoke 0 401', 'Disconnect 0 401', 'Clear 0 200', 'StoreUnavailable'
        }
        finally { Stop-Redis $full }
    }

    It 'is cleared by Clear-BearerTokenCache -Store Redis' {
        $worker = Start-Worker { Connect-BearerApi @login -Store Redis; Clear-BearerTokenCache -Store Redis; Connect-BearerApi @login -Store Redis } -Scope 'lifetime:599'
        Start-Together $worker

        Receive-Worker $worker | Should -BeNullOrEmpty
        (Get-SandboxStats $sandbox).tokenRequests | Should -Be 2
    }
}
