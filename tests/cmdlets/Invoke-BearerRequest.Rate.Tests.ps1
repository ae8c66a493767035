BeforeAll {
    $module = "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module $module
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    Import-Module "$PSScriptRoot/Support/Stopping.psm1"
    $sandbox = Start-Sandbox
    $null = Connect-Sandbox $sandbox
    $command = 'BearerTools.Cmdlets.InvokeBearerRequestCommand'
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'A rate limit' {
    BeforeEach { Reset-SandboxStats $sandbox }

    # The limits below allow for a busy machine: requests that it delays arrive together with those that follow them.
    It 'is kept, and nearly reached' {
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $null = 1..300 | Invoke-BearerRequest -Uri { "throttled/$_`?limit=100000" } -RateLimit 100/s -ThrottleLimit 64

        (Get-SandboxStats $sandbox).maxThrottledPerSecond | Should -BeLessOrEqual 130
        (Get-SandboxStats $sandbox).maxThrottledPerSecond | Should -BeGreaterThan 60
        $watch.Elapsed.TotalSeconds | Should -BeGreaterThan 1.9
    }

    It 'holds for commands one after the other' {
        $watch = [Diagnostics.Stopwatch]::StartNew()
        foreach ($n in 1..5) { $null = Invoke-BearerRequest throttled -RateLimit 2/s }

        $watch.Elapsed.TotalSeconds | Should -BeGreaterThan 1.4
        (Get-SandboxStats $sandbox).maxThrottledPerSecond | Should -BeLessOrEqual 3
    }

    It 'holds for all runspaces together, and of several the strictest counts' {
        $run = Start-Script $module '1..100 | Invoke-BearerRequest -Uri { "throttled?limit=100000" } -RateLimit 20/s'
        Wait-Until { (Get-SandboxStats $sandbox).requests -gt 3 }
        $null = 1..20 | Invoke-BearerRequest -Uri { 'throttled?limit=100000' } -RateLimit 1000/s -ThrottleLimit 4
        $stats = Get-SandboxStats $sandbox
        $null = Stop-Script $run

        $stats.requests | Should -BeGreaterThan 30
        $stats.maxThrottledPerSecond | Should -BeLessOrEqual 30
    }

    It 'is an error when it is no rate, and says how to write one: <_>' -ForEach '50', '0/s', '5/fortnight' {
        { Invoke-BearerRequest items/1 -RateLimit $_ } | Should -Throw -ErrorId "CannotConvertArgumentNoMessage,$command" -ExpectedMessage '*is not a rate. Use a number of requests per period*50/s*'
    }

    It 'may be an object' {
        (Invoke-BearerRequest items/1 -RateLimit ([BearerTools.RateLimit]::new(5, [timespan]::FromSeconds(1)))).id | Should -Be 1
    }
}

Describe 'The quotas that an API announces' {
    BeforeEach { Reset-SandboxStats $sandbox }

    It 'are kept before the API has to refuse: <_>' -ForEach 'draft', 'draft06', 'seconds', 'moment' {
        $style = $_
        # A moment has no fractions of a second.
        $window = $style -eq 'moment' ? 2 : 1
        # The first one tells what there is.
        $null = Invoke-BearerRequest "quota/$style/0?name=$style&limit=10&window=$window"
        $rows = 1..15 | Invoke-BearerRequest -Uri { "quota/$style/$_`?name=$style&limit=10&window=$window" } -ThrottleLimit 15 -MaximumRetryCount 0 -ErrorVariable failure

        $failure | Should -BeNullOrEmpty
        $rows.id | Should -Be (1..15)
        $stats = Get-SandboxStats $sandbox
        $stats.failures | Should -Be 0
        $stats.requests | Should -Be 16
    }

    It 'are shown by -Verbose when requests wait for them' {
        $lines = 1..3 | Invoke-BearerRequest -Uri { "quota/draft/$_`?name=verbose&limit=2&window=1" } -ThrottleLimit 1 -Verbose 4>&1
        # Some of the second may have passed.
        "$lines" | Should -Match "Waiting (1|0\.\d+) s: the API's quota 'default' is used up\."
    }
}

Describe 'A pause that the API asks for' {
    It 'is followed by a gradual release: 8 requests at an API of 2 a second cost at most 8 refusals' {
        Reset-SandboxStats $sandbox
        $rows = 1..8 | Invoke-BearerRequest -Uri { "throttled/$_`?limit=2" } -ThrottleLimit 8 -MaximumRetryCount 10 -ErrorVariable failure

        $failure | Should -BeNullOrEmpty
        $rows.id | Should -Be (1..8)
        $refused = (Get-SandboxStats $sandbox).failures
        Write-Host "      $refused refused"
        $refused | Should -BeLessOrEqual 8
    }

    It 'is not asked for by a quota, whose wait -MaximumQuotaWaitSec bounds' {
        # With a token of its own: what follows is refused, and that pause is kept.
        $token = Get-BearerToken -ForceRefresh
        $address = "quota/seconds/1?name=bounded&limit=1&window=600"
        $null = Invoke-BearerRequest $address -Token $token
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $answer = Invoke-BearerRequest $address -Token $token -MaximumQuotaWaitSec 1 -MaximumRetryCount 0 -IncludeResponse -SkipHttpErrorCheck

        [int] $answer.StatusCode | Should -Be 429
        $watch.Elapsed.TotalSeconds | Should -BeGreaterThan 0.5
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 20
        $null = Get-BearerToken -ForceRefresh
    }
}

Describe 'The limit of an origin' {
    It 'holds for all runspaces together' {
        Reset-SandboxStats $sandbox
        $token = Get-BearerToken
        1..4 | ForEach-Object -ThrottleLimit 4 -Parallel {
            Import-Module $using:module
            $null = 1..10 | Invoke-BearerRequest -Uri { 'slow?ms=100' } -Token $using:token -OriginThrottleLimit 3 -ThrottleLimit 10
        }
        (Get-SandboxStats $sandbox).maxConcurrent | Should -Be 3
    }

    It 'is not held while the pipeline takes its time: commands that feed each other do not lock each other out' {
        $rows = 1..5 | Invoke-BearerRequest -Uri { "items/$_" } -OriginThrottleLimit 1 |
            ForEach-Object { Invoke-BearerRequest "items/$($_.id)" -OriginThrottleLimit 1 }
        $rows.id | Should -Be (1..5)
    }

    It 'lets a stop through' {
        Reset-SandboxStats $sandbox
        $run = Start-Script $module '1..10 | Invoke-BearerRequest -Uri { "slow?ms=60000&n=$_" } -OriginThrottleLimit 2'
        Wait-Until { (Get-SandboxStats $sandbox).concurrent -eq 2 }

        Stop-Script $run | Should -BeLessThan 3
        (Get-SandboxStats $sandbox).requests | Should -Be 2
    }
}

Describe 'Adaptive throttling' {
    It 'is refused far less than a fixed limit, by an API that <Name>' -ForEach @(
        @{ Name = 'has capacity for few at once'; Uri = { "crowded/$_`?group=$group&most=8&ms=10" }; Count = 600 }
        @{ Name = 'bears few a second'; Uri = { "throttled/$_`?limit=$limit" }; Count = 600 }
    ) {
        $refused = foreach ($switch in $false, $true) {
            $group = "group$switch"
            $limit = $switch ? 201 : 202
            Reset-SandboxStats $sandbox
            $ids = 1..$Count | Invoke-BearerRequest -Uri $Uri -ThrottleLimit 64 -MaximumRetryCount 100 -AdaptiveThrottle:$switch -ErrorVariable failure
            $failure | Should -BeNullOrEmpty
            $ids.id | Should -Be (1..$Count)
            (Get-SandboxStats $sandbox).failures
        }
        Write-Host "      fixed: $($refused[0]) refused, adaptive: $($refused[1])"
        $refused[0] | Should -BeGreaterThan 20
        $refused[1] * 2 | Should -BeLessThan $refused[0]
    }
}
