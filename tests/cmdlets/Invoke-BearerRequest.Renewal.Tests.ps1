BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'Tokens that expire during requests' {
    BeforeEach { Clear-BearerTokenCache; Reset-SandboxStats $sandbox }

    It 'are renewed before they expire: 1,000 requests while 2-second tokens expire, and none fails' {
        $null = Connect-Sandbox $sandbox lifetime:2
        $clock = [Diagnostics.Stopwatch]::StartNew()

        # 16 at a time, 80 ms each: more than 5 seconds.
        $responses = 1..1000 | Invoke-BearerRequest -Uri { "slow?ms=80&n=$_" } -ErrorVariable failures -ErrorAction SilentlyContinue

        $seconds = $clock.Elapsed.TotalSeconds
        $failures | Should -BeNullOrEmpty
        $responses.Count | Should -Be 1000
        $stats = Get-SandboxStats $sandbox
        # A request may be on its way when its token ends; a 401 for each renewal would be renewal by replay.
        $stats.unauthorized | Should -BeLessOrEqual 16
        $stats.requests | Should -Be (1000 + $stats.unauthorized)
        $stats.tokenRequests | Should -BeGreaterOrEqual ([Math]::Floor($seconds / 2))
        $stats.tokenRequests | Should -BeLessOrEqual ([Math]::Ceiling($seconds) * 2)
    }

    It 'are renewed by one request when a thousand calls find them revoked, and each call takes effect once' {
        $null = Connect-Sandbox $sandbox
        $null = 1 | Invoke-BearerRequest -Uri { 'items/1' }
        Reset-SandboxStats $sandbox

        $responses = 1..1000 | Invoke-BearerRequest -Uri { "hold/${_}?expect=1000" } -Method Post -ThrottleLimit 1000 -ErrorVariable failures -ErrorAction SilentlyContinue

        $failures | Should -BeNullOrEmpty
        $responses.id | Should -Be (1..1000 | ForEach-Object { "$_" })
        $stats = Get-SandboxStats $sandbox
        $stats.tokenRequests | Should -Be 1
        $stats.maxArrivalsPerId | Should -Be 2
        $stats.maxEffectsPerId | Should -Be 1
        $stats.effects | Should -Be 1000
        $stats.unauthorized | Should -Be 1000
        $stats.requests | Should -Be 2000
    }

    It 'are asked for at most twice where every token is rejected' {
        $null = Connect-Sandbox $sandbox

        $failures = @(
            Get-TerminatingError { 1..50 | Invoke-BearerRequest -Uri { "reject?$_" } -ErrorAction SilentlyContinue }
            Get-TerminatingError { Invoke-BearerRequest reject }
        )

        $failures.Count | Should -Be 2
        $failures.Exception.StatusCode | Select-Object -Unique | Should -Be 401
        (Get-SandboxStats $sandbox).tokenRequests | Should -BeLessOrEqual 2
    }

    It 'are renewed in every runspace by one request' {
        $token = Connect-Sandbox $sandbox
        Revoke-SandboxTokens $sandbox
        Reset-SandboxStats $sandbox

        $ids = 1..4 | ForEach-Object -Parallel {
            Import-Module "$using:PSScriptRoot/../../BearerTools.psd1"
            (1..10 | Invoke-BearerRequest -Uri { "items/$_" } -Token $using:token).id
        }
        ($ids | Measure-Object -Sum).Sum | Should -Be (4 * 55)
        # A runspace that starts late finds the new token there.
        (Get-SandboxStats $sandbox).tokenRequests | Should -Be 1
    }

    It 'are asked for once by 8 runspaces that start together, though the authority takes 2 seconds' {
        $gate = [Threading.Barrier]::new(8)
        $fingerprints = 1..8 | ForEach-Object -ThrottleLimit 8 -Parallel {
            Import-Module "$using:PSScriptRoot/../../BearerTools.psd1"
            Import-Module "$using:PSScriptRoot/Support/Sandbox.psm1"
            $null = ($using:gate).SignalAndWait([TimeSpan]::FromSeconds(30))
            (Connect-Sandbox $using:sandbox delay:2000).Fingerprint
        }

        $fingerprints.Count | Should -Be 8
        @($fingerprints | Select-Object -Unique).Count | Should -Be 1
        (Get-SandboxStats $sandbox).tokenRequests | Should -Be 1
    }
}
