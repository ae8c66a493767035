# Mocks of APIs with an address of their own: rules, faults, the clock, calls and assertions. Nothing is sent.

BeforeAll { Import-Module "$PSScriptRoot/../../BearerTools.psd1" }

Describe 'The rules of a mock' {
    BeforeEach { $mock = New-BearerMock }

    It 'answer by method and address, with the named parts of the address' {
        Add-BearerMockRule -Mock $mock GET '/orders/{id}/items/{item}' { "$($_.Parts.id)-$($_.Parts.item)" }

        Invoke-BearerRequest /orders/7/items/a%20b -Token $mock.Token | Should -Be '7-a b'
    }

    It 'answer with objects as JSON, text, bytes, files and statuses' {
        Set-Content "$TestDrive/users.json" '[{"id":1},{"id":2}]'
        Add-BearerMockRule -Mock $mock GET /object @{ a = @(1, @{ b = $null }) }
        Add-BearerMockRule -Mock $mock GET /text 'plain text'
        Add-BearerMockRule -Mock $mock GET /file -ResponseFile "$TestDrive/users.json" -ResponseHeaders @{ 'X-Total' = 2 }
        Add-BearerMockRule -Mock $mock DELETE /object -StatusCode 204

        (Invoke-BearerRequest /object -Token $mock.Token).a[1].PSObject.Properties.Name | Should -Be 'b'
        Invoke-BearerRequest /text -Token $mock.Token | Should -Be 'plain text'
        $response = Invoke-BearerRequest /file -Token $mock.Token -IncludeResponse
        $response.Headers['X-Total'] | Should -Be 2
        $response.Body.id | Should -Be 1, 2
        (Invoke-BearerRequest /object -Method Delete -Token $mock.Token -IncludeResponse).StatusCode | Should -Be 204
    }

    It 'match query, headers and body: a part by default, all with -Exact' {
        Add-BearerMockRule -Mock $mock POST '/orders?state=open' 'exact' -Body @{ amount = 5 } -Exact
        Add-BearerMockRule -Mock $mock POST '/orders?state=open' 'part' -Body @{ amount = 5 } -Headers @{ 'X-Tag' = 'a'; 'X-None' = $null } -Query @{ page = '*' }
        Add-BearerMockRule -Mock $mock POST /orders 'rest'
        $post = @{ Method = 'Post'; Token = $mock.Token }

        Invoke-BearerRequest '/orders?state=open' -Body @{ amount = 5 } @post | Should -Be 'exact'
        Invoke-BearerRequest '/orders?state=open&page=2' -Body @{ amount = 5; more = 1 } -Headers @{ 'X-Tag' = 'a' } @post | Should -Be 'part'
        Invoke-BearerRequest '/orders?state=open&page=2' -Body @{ amount = 6 } -Headers @{ 'X-Tag' = 'a' } @post | Should -Be 'rest'
        Invoke-BearerRequest '/orders?state=open&page=2' -Body @{ amount = 5 } -Headers @{ 'X-Tag' = 'a'; 'X-None' = 'x' } @post | Should -Be 'rest'
    }

    It 'match the fields of a form, and text' {
        Add-BearerMockRule -Mock $mock POST /form 'form' -Body @{ a = 1; b = 'x y' }
        Add-BearerMockRule -Mock $mock POST /text 'text' -Body 'whole text'

        Invoke-BearerRequest /form -Method Post -Body @{ a = 1; b = 'x y'; c = 3 } -ContentType application/x-www-form-urlencoded -Token $mock.Token |
            Should -Be 'form'
        Invoke-BearerRequest /text -Method Post -Body 'whole text' -Token $mock.Token | Should -Be 'text'
    }

    It 'ask a script block, which sees the variables of its script' {
        $limit = 100
        Add-BearerMockRule -Mock $mock POST /orders 'large' -Where { $_.Body.amount -gt $limit }
        Add-BearerMockRule -Mock $mock POST /orders 'small'

        60, 600 | Invoke-BearerRequest -Uri /orders -Method Post -Body { @{ amount = $_ } } -Token $mock.Token | Should -Be 'small', 'large'
    }

    It 'answer in turn, and repeat the last response' {
        Add-BearerMockRule -Mock $mock GET /turns -Sequence @{ n = 1 }, { @{ n = 2 } }, (New-BearerMockResponse 200 @{ n = 3 })

        (1..4 | Invoke-BearerRequest -Uri /turns -ThrottleLimit 1 -Token $mock.Token).n | Should -Be 1, 2, 3, 3
    }

    It 'are tried in their order, and -Verbose names those that overlap' {
        Add-BearerMockRule -Mock $mock GET /orders/7 'seven'
        $verbose = Add-BearerMockRule -Mock $mock GET '/orders/{id}' 'other' -Verbose 4>&1

        "$verbose" | Should -BeLike 'Rule 2 (GET /orders/{id}) overlaps with rule 1 (GET /orders/7)*'
        7, 8 | Invoke-BearerRequest -Uri { "/orders/$_" } -Token $mock.Token | Should -Be 'seven', 'other'
    }

    It 'that can never match are errors: <Reason>' -ForEach @(
        @{ Reason = 'another rule is before it'; Uri = '/orders/7'; Message = '*can never match: rule 1 (GET /orders/{id})*' }
        @{ Reason = 'the origin is another'; Uri = 'https://other.example.com/x'; Message = '*no request can match it*' }
        @{ Reason = 'a name occurs twice'; Uri = '/a/{id}/{id}'; Message = "*'id' occurs twice*" }
        @{ Reason = 'a part has no name'; Uri = '/a/{}'; Message = '*has no name*' }
    ) {
        Add-BearerMockRule -Mock $mock GET '/orders/{id}' 'any'

        { Add-BearerMockRule -Mock $mock GET $Uri 'x' } | Should -Throw $Message -ErrorId 'MockRuleInvalid*'
    }

    It 'need quotation marks around braces, and say so' {
        { Add-BearerMockRule -Mock $mock GET /orders/{id} } | Should -Throw 'The address was split at the brace: /orders/ and {id}*' -ErrorId 'MockRuleInvalid*'
    }

    It 'fail a request that none matches, with the nearest rule and its condition' {
        Add-BearerMockRule -Mock $mock GET /users 'users'
        Add-BearerMockRule -Mock $mock POST /orders 'order' -Body @{ amount = 5 }

        { Invoke-BearerRequest /orders -Method Post -Body @{ amount = 6 } -Token $mock.Token } |
            Should -Throw '*matches POST /orders. The nearest is rule 2 (POST /orders), but in the body, $.amount is 6, not 5.*' -ErrorId 'MockUnmatched*'
        { Invoke-BearerRequest /users -Method Delete -Token $mock.Token } | Should -Throw '*the method is DELETE, not GET*'
        { Invoke-BearerRequest /none -Token (New-BearerMock).Token } | Should -Throw '*The mock has no rules*'
        (Get-BearerMockCall -Mock $mock -Unmatched).Method | Should -Be 'POST', 'DELETE'
    }

    It 'fail a request with an unmatched input among many, and none after it is sent' {
        Add-BearerMockRule -Mock $mock GET /a 'a'

        { '/a', '/b', '/a' | Invoke-BearerRequest -ThrottleLimit 1 -Token $mock.Token } | Should -Throw -ErrorId 'MockUnmatched*'
        $mock.CallCount | Should -Be 2
    }

    It 'report the error of a script block with its text' {
        Add-BearerMockRule -Mock $mock GET /a { throw 'wrong test' }

        { Invoke-BearerRequest /a -Token $mock.Token } | Should -Throw '*script block of -Response failed*wrong test*' -ErrorId 'MockScriptFailed*'
    }

    It 'keep secrets in queries out of the error' {
        { Invoke-BearerRequest '/a?api_key=hidden-value&page=2' -Token $mock.Token } | Should -Throw '*GET /a?api_key=`*`*`*&page=2*'
    }
}

Describe 'Faults and limits of a mock' {
    BeforeEach { $mock = New-BearerMock }

    It 'retries a transient fault, and renews a rejected token once' {
        Add-BearerMockRule -Mock $mock GET /flaky -Sequence 503, 401, @{ ok = $true }

        (Invoke-BearerRequest /flaky -Token $mock.Token).ok | Should -BeTrue
        (Get-BearerMockCall -Mock $mock).StatusCode.value__ | Should -Be 503, 401, 200
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

Describe 'The clock of a mock' {
    It 'makes tokens expire, and their renewal follows it' {
        $mock = New-BearerMock -TokenLifetime 600 -StartTime 2030-01-01Z
        Add-BearerMockRule -Mock $mock GET /a { $_.Headers.Authorization }
        $first = Invoke-BearerRequest /a -Token $mock.Token
        Set-BearerMockClock -Mock $mock -Advance 00:09:00
        $null = Invoke-BearerRequest /a -Token $mock.Token
        Set-BearerMockClock -Mock $mock -Now 2030-01-01T02:00:00Z

        Invoke-BearerRequest /a -Token $mock.Token | Should -Not -Be $first
        $mock.Token.ExpiresOn | Should -BeGreaterThan $mock.Now
    }

    It 'does not go back' {
        $mock = New-BearerMock -StartTime 2030-01-01Z

        { Set-BearerMockClock -Mock $mock -Now 2029-01-01Z } | Should -Throw -ErrorId 'MockClockBackwards*'
    }

    It 'lets an hour at a rate of 1 request per second pass at once' {
        $mock = New-BearerMock
        Add-BearerMockRule -Mock $mock GET /a 'ok'
        $start = $mock.Now
        $clock = [Diagnostics.Stopwatch]::StartNew()

        $null = 1..3600 | Invoke-BearerRequest -Uri /a -RateLimit 1/s -Token $mock.Token

        ($mock.Now - $start).TotalMinutes | Should -BeGreaterThan 59
        $clock.Elapsed.TotalMinutes | Should -BeLessThan 2
    }
}

Describe 'Calls and assertions' {
    BeforeAll {
        $mock = New-BearerMock
        Add-BearerMockRule -Mock $mock POST /orders @{ id = 8 }
        Add-BearerMockRule -Mock $mock GET '/orders/{id}' @{ state = 'open' }
        $null = Invoke-BearerRequest /orders -Method Post -Body @{ item = 'tea' } -Headers @{ 'X-Api-Key' = 'value'; 'X-Tag' = 'a' } -Token $mock.Token
        $null = 8, 9 | Invoke-BearerRequest -Uri { "/orders/$_" } -ThrottleLimit 1 -Token $mock.Token
    }

    It 'are objects, without the values of credentials' {
        $calls = Get-BearerMockCall -Mock $mock

        $calls.Method | Should -Be 'POST', 'GET', 'GET'
        $calls[0].Body.item | Should -Be 'tea'
        $calls[0].Headers['Authorization'] | Should -Be '***'
        $calls[0].Headers['X-Api-Key'] | Should -Be '***'
        $calls[0].Headers['X-Tag'] | Should -Be 'a'
        $calls[0].Rule | Should -Be '1: POST /orders'
        (Get-BearerMockCall -Mock $mock GET '/orders/{id}').Count | Should -Be 2
        Get-BearerMockCall -Mock $mock -Headers @{ 'X-Tag' = 'a' } | Should -HaveCount 1
    }

    It 'pass if the expected calls were made' {
        Assert-BearerMockCall -Mock $mock POST /orders -Body @{ item = 'tea' }
        Assert-BearerMockCall -Mock $mock GET '/orders/{id}' -Exactly 2
        Assert-BearerMockCall -Mock $mock GET '/orders/{id}' -AtLeast 2
        Assert-BearerMockCall -Mock $mock DELETE -Never
        Assert-BearerMockCall -Mock $mock -InOrder 'POST /orders', 'GET /orders/{id}', 'GET /orders/9'
    }

    It 'fail with the calls that there were' {
        $failure = { Assert-BearerMockCall -Mock $mock POST /orders -Body @{ item = 'coffee' } } | Should -Throw -ErrorId 'MockAssertionFailed*' -PassThru

        "$failure" | Should -BeLike "Expected at least 1 call of POST /orders with -Body, but there were 0. The nearest is call 1, but in the body, *`n*1. POST /orders -> 200`n*3. GET /orders/9 -> 200"
    }

    It 'fail: <_>' -ForEach @(
        "GET '/orders/{id}' -Exactly 3", "GET '/orders/{id}' -AtLeast 3", 'POST -Never', "-InOrder 'GET /orders/8', 'POST /orders'"
    ) {
        { Invoke-Expression "Assert-BearerMockCall -Mock `$mock $_" } | Should -Throw 'Expected*' -ErrorId 'MockAssertionFailed*'
    }

    It 'need a mock' {
        { Get-BearerMockCall } | Should -Throw 'No mock is active*' -ErrorId 'MockNotActive*'
    }
}

Describe 'A mock in other runspaces' {
    It 'answers, counts and keeps its clock there' {
        $mock = New-BearerMock
        Add-BearerMockRule -Mock $mock GET '/a/{n}' { "n$($_.Parts.n)" }
        $module = (Get-Module BearerTools).Path

        $found = 1..8 | ForEach-Object -Parallel { Import-Module $using:module; Invoke-BearerRequest "/a/$_" -Token ($using:mock).Token } -ThrottleLimit 4

        $found | Sort-Object | Should -Be (1..8 | ForEach-Object { "n$_" })
        $mock.CallCount | Should -Be 8
    }

    It 'connects with its token' {
        $mock = New-BearerMock
        Add-BearerMockRule -Mock $mock GET /a 'ok'
        try {
            (Connect-BearerApi -Token $mock.Token -PassThru).BaseUri | Should -Be $mock.BaseUri
            Invoke-BearerRequest /a | Should -Be 'ok'
            Set-BearerMockClock -Mock $mock -Advance 05:00:00
            Invoke-BearerRequest /a | Should -Be 'ok'
        }
        finally { Disconnect-BearerApi }
    }

    It 'does not send its token elsewhere' {
        $mock = New-BearerMock

        { Invoke-BearerRequest https://api.example.com/ -Token $mock.Token } | Should -Throw '*api.example.com, which is not mocked*' -ErrorId 'MockUnmatched*'
    }
}

Describe 'The kit for tests that replace Invoke-BearerRequest' {
    It 'makes errors like those of a real response' {
        $mock = New-BearerMock
        Add-BearerMockRule -Mock $mock GET /a (New-BearerMockResponse 404 @{ message = 'no such user' } -Headers @{ 'X-Trace' = 'abc' })
        $real = try { Invoke-BearerRequest /a -Token $mock.Token -ErrorAction Stop } catch { $_ }
        $made = New-BearerError 404 -Body @{ message = 'no such user' } -Headers @{ 'X-Trace' = 'abc' } -Uri "$($mock.BaseUri)a" -TargetObject 7

        "$made" | Should -Be "$real"
        $made.Exception | Should -BeOfType BearerTools.BearerRequestException
        $made.Exception.Body | Should -Be $real.Exception.Body
        $made.Exception.Headers['X-Trace'] | Should -Be 'abc'
        $made.FullyQualifiedErrorId | Should -Be 'HttpStatus404'
        $made.CategoryInfo.Category | Should -Be $real.CategoryInfo.Category
        $made.TargetObject | Should -Be 7
    }

    It 'makes errors with Retry-After that can be thrown' {
        { throw (New-BearerError -StatusCode 429 -RetryAfter 5) } | Should -Throw -ErrorId HttpStatus429
        (New-BearerError 429 -RetryAfter 5).Exception.Headers['Retry-After'] | Should -Be 5
    }

    It 'makes tokens with claims' {
        $token = New-BearerTestToken @{ sub = 'ada'; scope = 'a b'; roles = @('x', 'y') } -Lifetime 600

        $token.Account | Should -Be 'ada'
        $token.Scopes | Should -Be 'a', 'b'
        $token.Claims.roles | Should -Be 'x', 'y'
        ($token.ExpiresOn - $token.IssuedOn).TotalSeconds | Should -Be 600
        $token | Test-BearerToken | Should -BeTrue
        New-BearerTestToken -Expired | Test-BearerToken | Should -BeFalse
    }

    It 'lets Pester mock Invoke-BearerRequest, with a filter by each parameter' {
        Mock Invoke-BearerRequest { 'other' }
        Mock Invoke-BearerRequest { 'page' } -ParameterFilter { "$Uri" -eq '/users' -and $FollowRelLink }
        Mock Invoke-BearerRequest { 'post' } -ParameterFilter { $Method -eq 'Post' -and $Body.amount -eq 5 -and $Headers.'X-Tag' -eq 'a' -and $Query.n -eq 1 }
        Mock Invoke-BearerRequest { throw (New-BearerError 404) } -ParameterFilter { $MaximumRetryCount -eq 7 -and $Token.Account -eq 'ada' }

        Invoke-BearerRequest /users -FollowRelLink | Should -Be 'page'
        Invoke-BearerRequest /orders -Method Post -Body @{ amount = 5 } -Headers @{ 'X-Tag' = 'a' } -Query @{ n = 1 } | Should -Be 'post'
        { Invoke-BearerRequest /x -MaximumRetryCount 7 -Token (New-BearerTestToken @{ sub = 'ada' }) } | Should -Throw -ErrorId HttpStatus404
        Invoke-BearerRequest /x | Should -Be 'other'
    }
}
