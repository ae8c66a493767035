# New-BearerMockResponse, and the faults and limits of rules. No wait takes real time.

BeforeAll { Import-Module "$PSScriptRoot/../../BearerTools.psd1" }

Describe 'Faults and limits of a mock' {
    BeforeEach { $mock = New-BearerMock }

    It 'retries a transient fault, and renews a rejected token once' {
        Add-BearerMockRule -Mock $mock GET /flaky -Sequence 503, 401, @{ ok = $true }

        (Invoke-BearerRequest /flaky -Token $mock.Token).ok | Should -BeTrue
        (Get-BearerMockCall -Mock $mock).StatusCode.value__ | Should -Be 503, 401, 200
    }

    It 'refuses a body with a property that throws: <Name>' -ForEach @(
        @{ Name = 'of a response'; Script = { New-BearerMockResponse -Body $broken } }
        @{ Name = 'of a rule'; Script = { Add-BearerMockRule -Mock $mock GET /a $broken } }
        @{ Name = 'in the claims of a test token'; Script = { New-BearerTestToken -Claims @{ a = $broken } } }
    ) {
        $broken = [pscustomobject]@{ id = 1 } | Add-Member ScriptProperty P { throw 'mine' } -PassThru
        $failure = $Script | Should -Throw -ErrorId 'InputUnreadable,*' -PassThru
        $failure.ErrorDetails.Message | Should -BeLike '*at $*.P, the value cannot be read: mine.*'
    }

    It 'fails with the error of a real <Fault>' -ForEach @(
        @{ Fault = 'ConnectionRefused'; Id = 'HostUnreachable*' }
        @{ Fault = 'ConnectionReset'; Id = 'ConnectionFailed*' }
        @{ Fault = 'HostNotFound'; Id = 'HostNotFound*' }
        @{ Fault = 'TlsFailure'; Id = 'TlsFailed*' }
    ) {
        Add-BearerMockRule -Mock $mock GET /a -Fault $Fault

        { Invoke-BearerRequest /a -Token $mock.Token -ErrorAction Stop } | Should -Throw -ErrorId $Id
        @(Get-BearerMockCall -Mock $mock)[0].Fault | Should -Be $Fault
        $mock.CallCount | Should -Be 3
    }

    It 'lets a time limit expire if no response arrives, without waiting for it' {
        Add-BearerMockRule -Mock $mock GET /a -Fault NoResponse
        $clock = [Diagnostics.Stopwatch]::StartNew()

        { Invoke-BearerRequest /a -Token $mock.Token -ConnectionTimeoutSeconds 1800 -MaximumRetryCount 0 -ErrorAction Stop } |
            Should -Throw -ErrorId 'ResponseTimeout*'
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 60
    }

    It 'lets -DeadlineSeconds expire during a delay' {
        Add-BearerMockRule -Mock $mock GET /a 'late' -Delay 00:10:00

        { Invoke-BearerRequest /a -Token $mock.Token -DeadlineSeconds 300 -ErrorAction Stop } | Should -Throw '*no response within 300 s*'
    }

    It 'requests a truncated response again' {
        $items = @(@{ id = 1 }, @{ id = 2 })
        Add-BearerMockRule -Mock $mock GET /items -Sequence (New-BearerMockResponse 200 $items -BreakAfter 4), $items

        (Invoke-BearerRequest /items -Token $mock.Token).id | Should -Be 1, 2
    }

    It 'throttles after a number of requests, until Retry-After has passed on its clock' {
        Add-BearerMockRule -Mock $mock GET '/a/{n}' 'ok' -ThrottleAfter 5 -RetryAfterSec 600
        $start = $mock.Now

        1..12 | Invoke-BearerRequest -Uri { "/a/$_" } -Token $mock.Token -MaximumRetryCount 9 -WarningAction Ignore | Should -HaveCount 12

        ($mock.Now - $start).TotalSeconds | Should -BeGreaterOrEqual 1200
        @(Get-BearerMockCall -Mock $mock | Where-Object StatusCode -EQ 429).Count | Should -BeGreaterOrEqual 2
    }

    It 'fails the same requests with the same seed' {
        $runs = foreach ($run in 1, 2) {
            $one = New-BearerMock
            Add-BearerMockRule -Mock $one GET '/a/{n}' 'ok' -FailureRate 0.3 -Seed 42
            $null = 1..40 | Invoke-BearerRequest -Uri { "/a/$_" } -ThrottleLimit 1 -Token $one.Token -MaximumRetryCount 9
            "$((Get-BearerMockCall -Mock $one).StatusCode.value__)"
        }

        $runs[0] | Should -BeLike '*503*'
        $runs[1] | Should -Be $runs[0]
    }

    It 'follows redirects and pages' {
        Add-BearerMockRule -Mock $mock GET /old (New-BearerMockResponse 302 -Headers @{ Location = '/page?n=1' })
        Add-BearerMockRule -Mock $mock GET '/page?n=1' @(1, 2) -ResponseHeaders @{ Link = '</page?n=2>; rel="next"' }
        Add-BearerMockRule -Mock $mock GET '/page?n=2' @(3)

        Invoke-BearerRequest /old -FollowRelLink -Token $mock.Token | Should -Be 1, 2, 3
    }

    It 'polls an operation to its end' {
        Add-BearerMockRule -Mock $mock POST /reports (New-BearerMockResponse 202 -Headers @{ Location = '/status/1' } -RetryAfterSec 300)
        Add-BearerMockRule -Mock $mock GET /status/1 -Sequence (New-BearerMockResponse 202 -RetryAfterSec 300), @{ status = 'Succeeded' }
        $start = $mock.Now

        (Invoke-BearerRequest /reports -Method Post -Body @{ a = 1 } -Wait -Token $mock.Token).status | Should -Be 'Succeeded'
        ($mock.Now - $start).TotalSeconds | Should -BeGreaterOrEqual 300
    }
}
