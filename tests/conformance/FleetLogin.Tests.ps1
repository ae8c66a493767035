# One login of a user at an independent authority (oidc-provider), which rotates refresh tokens and ends the login if an old one comes again,
# on several workers that share it through Redis.

BeforeDiscovery {
    $node = Get-Command node -CommandType Application -ErrorAction Ignore | Select-Object -First 1
    $reason = if (-not $node) { 'node is not on the PATH' }
    elseif (-not (Test-Path "$PSScriptRoot/node_modules/oidc-provider")) { "its npm packages are missing: run 'npm ci --ignore-scripts' in tests/conformance" }
    elseif (-not (Get-Command redis-server -CommandType Application -ErrorAction Ignore)) { 'redis-server is missing' }
    elseif (-not (Get-Command script -CommandType Application -ErrorAction Ignore)) { 'the program ''script'' is missing' }
    if ($reason) { Write-Warning "The tests of a fleet's login are skipped: $reason." }
}

Describe 'A fleet against oidc-provider' -Skip:([bool] $reason) -Tag Conformance {
    BeforeAll {
        Import-Module "$PSScriptRoot/Support/Authority.psm1"
        Import-Module "$PSScriptRoot/../cmdlets/Support/Sandbox.psm1"
        Import-Module "$PSScriptRoot/../cmdlets/Support/Redis.psm1"
        $module = (Resolve-Path "$PSScriptRoot/../../BearerTools.psd1").Path
        $engine, [string[]] $first = Get-Engine
        $isSoak = $env:BEARERTOOLS_SOAK -eq '1'
        $authority = Start-Authority
        $redis = Start-Redis (Join-Path $TestDrive 'redis')
        $key = New-RedisKey
        $go = Join-Path $TestDrive 'go'
        $client = $authority.Clients | Where-Object name -EQ person
        $login = "@{ Interactive = `$true; Authority = '$($authority.Issuer)'; ClientId = '$($client.id)'; BaseUri = '$($authority.Api)'; Scope = 'openid offline_access api.read'; Prompt = 'consent'; Store = 'Redis' }"

        function New-Start([string] $Program, [string[]] $Arguments) {
            $start = [Diagnostics.ProcessStartInfo]::new($Program, $Arguments)
            $start.RedirectStandardInput = $start.RedirectStandardOutput = $true
            $start.Environment['BEARERTOOLS_REDIS'] = $redis.Address
            $start.Environment['BEARERTOOLS_REDIS_KEY'] = $key
            $start
        }

        # Signs in, in a session with a terminal, as elsewhere the session is non-interactive.
        function Connect-User {
            $path = Join-Path $TestDrive 'login.ps1'
            Set-Content $path "Import-Module '$module'; `$login = $login; Connect-BearerApi @login"
            $command = "'$engine'$($first | ForEach-Object { " '$_'" }) -NoProfile -NoLogo -File '$path'"
            $start = New-Start script @('--quiet', '--flush', '--command', $command, "$path.screen")
            $start.Environment['BROWSER'] = "node `"$PSScriptRoot/browser.mjs`""
            foreach ($variable in 'CI', 'TF_BUILD', 'GITHUB_ACTIONS', 'GITLAB_CI', 'JENKINS_URL', 'TEAMCITY_VERSION', 'BUILDKITE', 'APPVEYOR', 'CODEBUILD_BUILD_ID') { $null = $start.Environment.Remove($variable) }
            $process = [Diagnostics.Process]::Start($start)
            $process.BeginOutputReadLine()
            if (-not $process.WaitForExit(120000)) { $process.Kill($true); throw "The login did not end: $(Get-Content "$path.screen" -Raw)" }
        }

        # A worker does a request for each file of a round, and writes a digest of its token.
        function Start-Worker {
            $path = Join-Path $TestDrive "$([guid]::NewGuid()).ps1"
            Set-Content $path @"
`$ErrorActionPreference = 'Stop'
Import-Module '$module'
`$login = $login
Connect-BearerApi @login
# The module's own fingerprints differ from process to process.
function Get-Digest { [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData([Text.Encoding]::UTF8.GetBytes([Net.NetworkCredential]::new('', (Get-BearerToken).Token).Password))) }
[Console]::WriteLine('ready')
for (`$round = 0; ; `$round++) {
    while (-not (Test-Path "$go.`$round")) { Start-Sleep -Milliseconds 20 }
    `$line = try { `$null = Invoke-BearerRequest /items/1 -RateLimitScope Process; Get-Digest } catch { "error `$(`$_.FullyQualifiedErrorId) `$_" }
    [Console]::WriteLine(`$line -replace '\s+', ' ')
}
"@
            [Diagnostics.Process]::Start((New-Start $engine ($first + '-NoProfile', '-NonInteractive', '-File', $path)))
        }
    }

    AfterAll {
        Stop-Redis $redis
        Stop-Authority $authority
    }

    It 'renews once a round, with no reuse and no lost login' {
        $count = $isSoak ? 16 : 3
        $rounds = $isSoak ? 200 : 4
        Connect-User
        $workers = foreach ($n in 1..$count) { Start-Worker }
        try {
            foreach ($worker in $workers) { $worker.StandardOutput.ReadLine() | Should -Be 'ready' }
            $null = Invoke-RestMethod "$($authority.Stats)/reset" -Method Post
            foreach ($round in 0..$rounds) {
                # The API no longer takes the tokens that it has seen.
                if ($round) { $null = Invoke-RestMethod "$($authority.Stats)/expire" -Method Post }
                $null = New-Item "$go.$round"
                $tokens = foreach ($worker in $workers) { $worker.StandardOutput.ReadLine() }
                @($tokens | Sort-Object -Unique).Count | Should -Be 1 -Because "$tokens"
                $tokens[0] | Should -Not -BeLike 'error*'
            }

            $stats = Invoke-RestMethod $authority.Stats
            if ($isSoak) { Write-Host "$count workers, $rounds rounds: $($stats.tokenRequests) refreshes, $($stats.tokenRequests - $stats.tokensIssued) refused" }
            $stats.tokenRequests | Should -Be $rounds
            $stats.tokensIssued | Should -Be $stats.tokenRequests
        }
        finally {
            foreach ($worker in $workers) { if (-not $worker.HasExited) { $worker.Kill() } }
        }
    }
}
