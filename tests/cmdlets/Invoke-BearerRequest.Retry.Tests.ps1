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

Describe 'Transient faults' {
    BeforeEach { Reset-SandboxStats $sandbox }

    It 'are retried by default: every input gets its response, in order' {
        $ids = 1..100 | Invoke-BearerRequest -Uri { "flaky/$_`?seed=3&status=500&status=502&status=503&status=504&status=408" } -ThrottleLimit 50 -ErrorVariable failure

        $failure | Should -BeNullOrEmpty
        $ids.id | Should -Be (1..100)
        (Get-SandboxStats $sandbox).failures | Should -BeGreaterThan 5
    }

    It 'are retried at the rate of the API: ten thousand requests succeed while a fifth is refused' {
        $limit = 1000
        $ids = 1..10000 | Invoke-BearerRequest -Uri { "throttled/$_`?limit=$limit&percent=20&seed=18" } -RateLimit "$limit/s" -MaximumRetryCount 8 -ThrottleLimit 1000 -ErrorVariable failure

        $failure | Should -BeNullOrEmpty
        $ids.id -join ' ' | Should -BeExactly ((1..10000) -join ' ')
        $stats = Get-SandboxStats $sandbox
        $stats.requests | Should -BeGreaterThan 11500
        $stats.maxThrottledPerSecond | Should -BeLessOrEqual ($limit * 1.3)
    }

    It 'of requests that are not idempotent are errors' {
        $ids = 1..50 | Invoke-BearerRequest -Method Post -Uri { "flaky/$_`?seed=3" } -ErrorVariable failure -ErrorAction SilentlyContinue

        $failure.Count | Should -BeGreaterThan 2
        $ids.Count + $failure.Count | Should -Be 50
        (Get-SandboxStats $sandbox).maxArrivalsPerId | Should -Be 1
    }

    It 'cause no wait when retries are turned off' {
        $failure = Get-TerminatingError { Invoke-BearerRequest 'status/503?retryAfter=0' -MaximumRetryCount 0 }

        $failure.FullyQualifiedErrorId | Should -Be "HttpStatus503,$command"
        (Get-SandboxStats $sandbox).requests | Should -Be 1
    }

    It 'that persist are an error with the number of attempts; verbose lines say why and how long each wait is' {
        $lines = @(try { Invoke-BearerRequest status/500 -RetryIntervalSec 1 -MaximumRetryCount 1 -Verbose 4>&1 } catch { $failure = $_ })

        $failure.FullyQualifiedErrorId | Should -Be "HttpStatus500,$command"
        $failure[0].ErrorDetails.Message ?? "$($failure[0])" | Should -BeLike '*(given up after 2 attempts*)*'
        "$lines" | Should -BeLike '*status/500: 500. Retry 1 of 1 in 1 s.*'
    }

    It 'are all failures of a single request with -MaximumRetryCount and -RetryIntervalSec, as in Invoke-RestMethod' {
        foreach ($method in 'Get', 'Post') {
            Reset-SandboxStats $sandbox
            $null = Get-TerminatingError { Invoke-BearerRequest status/404 -Method $method -Body @{} -MaximumRetryCount 1 -RetryIntervalSec 1 }
            (Get-SandboxStats $sandbox).requests | Should -Be 2
        }
    }

    It 'are only those that may pass <Name>' -ForEach @(
        @{ Name = 'without an interval'; Call = { Invoke-BearerRequest status/404 -MaximumRetryCount 1 } }
        @{ Name = 'with piped input'; Call = { 'status/404' | Invoke-BearerRequest -MaximumRetryCount 1 -RetryIntervalSec 1 -ErrorAction Stop } }
        @{ Name = 'if the token is rejected'; Call = { Invoke-BearerRequest status/401 -MaximumRetryCount 1 -RetryIntervalSec 1 } }
    ) {
        $failure = Get-TerminatingError $Call
        "$($failure[0])" | Should -Not -BeLike '*given up*'
    }

    It 'are visible in the response as the number of attempts' {
        (Invoke-BearerRequest 'flaky/7?percent=100' -IncludeResponse).Attempts | Should -Be 2
    }
}

Describe 'A Retry-After' {
    # Nothing is sent to its origin for an hour.
    BeforeEach { $paused = Start-Sandbox; $null = Connect-Sandbox $paused }
    AfterEach { Stop-Sandbox $paused; $null = Connect-Sandbox $sandbox }

    It 'beyond the deadline is an error at once, for those that come after it too' {
        $watch = [Diagnostics.Stopwatch]::StartNew()
        'status/429?retryAfter=3600', 'items/1' | Invoke-BearerRequest -DeadlineSeconds 60 -ThrottleLimit 1 -ErrorVariable failure -ErrorAction SilentlyContinue -WarningVariable warning -WarningAction SilentlyContinue

        $watch.Elapsed.TotalSeconds | Should -BeLessThan 30
        $failure.FullyQualifiedErrorId | Should -Be "HttpStatus429,$command", "PausedBeyondDeadline,$command"
        $failure.CategoryInfo.Category | Should -Be LimitsExceeded, LimitsExceeded
        $failure[0].ErrorDetails.Message | Should -BeLike '*the API asks to wait 3600 s, but -DeadlineSeconds leaves*-RateLimit*'
        $failure[1].ErrorDetails.Message | Should -BeLike '*not sent. The API asked for a pause for another 3*longer than -DeadlineSeconds leaves*'
        $warning | Should -BeLike '*asked to wait 3600 s; requests to it are paused.'
    }

    It 'is kept by commands of other runspaces too, and Ctrl+C ends the wait' {
        $null = Get-TerminatingError { Invoke-BearerRequest 'status/429?retryAfter=3600' -MaximumRetryCount 0 -WarningAction SilentlyContinue }
        $run = Start-Script $module 'Invoke-BearerRequest items/1 -Verbose 4>&1 | ForEach-Object { $seen.Line = "$_" }' @{ seen = ($seen = @{}) }
        Wait-Until { "$($seen.Line)" -like 'Waiting 3*: the API asked for a pause.' }

        Stop-Script $run | Should -BeLessThan 3
        (Get-SandboxStats $paused).requests | Should -Be 1
    }
}

Describe 'A deadline' {
    It 'of an attempt ends it, and a request that is safe to repeat is retried' {
        Reset-SandboxStats $sandbox
        $failure = Get-TerminatingError { Invoke-BearerRequest 'slow?ms=60000' -ConnectionTimeoutSeconds 1 -MaximumRetryCount 1 }

        $failure.FullyQualifiedErrorId | Should -Be "ResponseTimeout,$command"
        $failure.CategoryInfo.Category | Should -Be OperationTimeout
        (Get-SandboxStats $sandbox).requests | Should -Be 2
    }

    It 'of an input ends all its attempts and waits, and the other inputs get their responses' {
        $rows = 'slow?ms=60000', 'items/1' | Invoke-BearerRequest -DeadlineSeconds 1 -ErrorVariable failure -ErrorAction SilentlyContinue

        $rows.id | Should -Be 1
        $failure.FullyQualifiedErrorId | Should -Be "DeadlineExceeded,$command"
        $failure.CategoryInfo.Category | Should -Be OperationTimeout
        $failure.TargetObject | Should -Be 'slow?ms=60000'
    }

    It 'does not run while the pipeline takes its time' {
        $rows = 1..6 | Invoke-BearerRequest -Uri { "items/$_" } -DeadlineSeconds 1 -ThrottleLimit 1 | ForEach-Object { Start-Sleep -Milliseconds 400; $_ }
        $rows.id | Should -Be (1..6)
    }
}

Describe 'An idempotency key' {
    BeforeEach { Reset-SandboxStats $sandbox }

    It 'makes a Post retryable: <Name>' -ForEach @(
        @{ Name = 'a script block'; Key = { "order-$_" } }
        @{ Name = 'generated'; Key = 'generated' }
    ) {
        $base = Get-Random
        $ids = 1..30 | Invoke-BearerRequest -Method Post -Uri { "flaky/$base-$_`?percent=50" } -IdempotencyKey $Key -ThrottleLimit 30 -ErrorVariable failure

        $failure | Should -BeNullOrEmpty
        $ids.Count | Should -Be 30
        (Get-SandboxStats $sandbox).maxArrivalsPerId | Should -Be 2
        (Get-SandboxStats $sandbox).maxEffectsPerId | Should -Be 1
    }

    It 'is sent along, one for each input' {
        $sent = 1..3 | Invoke-BearerRequest -Method Post -Uri { 'echo' } -Body { @{ n = $_ } } -IdempotencyKey { "order-$_" }
        $sent.headers.'Idempotency-Key' | Should -Be 'order-1', 'order-2', 'order-3'

        $made = 1..3 | Invoke-BearerRequest -Method Post -Uri { 'echo' } -IdempotencyKey generated
        @($made.headers.'Idempotency-Key' | Select-Object -Unique).Count | Should -Be 3
        $made.headers.'Idempotency-Key' | ForEach-Object { $_ | Should -Match '^[0-9a-f]{8}-' }
    }

    It 'that is the same for several inputs is refused for all but the first: <Key>' -ForEach @(@{ Key = 'one' }, @{ Key = { 'one' } }) {
        $responses = 1..3 | Invoke-BearerRequest -Method Post -Uri { 'echo' } -IdempotencyKey $Key -ErrorVariable failure -ErrorAction SilentlyContinue

        @($responses).Count | Should -Be 1
        $failure.FullyQualifiedErrorId | Should -Be "IdempotencyKeyRepeated,$command", "IdempotencyKeyRepeated,$command"
        $failure[0].ErrorDetails.Message | Should -BeLike '*-IdempotencyKey generated*'
    }

    It 'that is invalid is refused: <Name>' -ForEach @(
        @{ Name = 'nothing'; Key = { } }
        @{ Name = 'two'; Key = { 1; 2 } }
        @{ Name = 'a block that throws'; Key = { throw 'no' } }
        @{ Name = 'a line break'; Key = "a`nb" }
        @{ Name = 'letters that headers cannot carry'; Key = 'größe' }
    ) {
        $failure = Get-TerminatingError { Invoke-BearerRequest echo -Method Post -IdempotencyKey $Key }
        $failure[0].FullyQualifiedErrorId | Should -Be "IdempotencyKeyRefused,$command"
    }
}
