# Assert-BearerMockCall: what passes, what fails, and what the failure says.

BeforeAll { Import-Module "$PSScriptRoot/../../BearerTools.psd1" }

Describe 'Assertions' {
    BeforeAll {
        $mock = New-BearerMock
        Add-BearerMockRule -Mock $mock POST /orders @{ id = 8 }
        Add-BearerMockRule -Mock $mock GET '/orders/{id}' @{ state = 'open' }
        $null = Invoke-BearerRequest /orders -Method Post -Body @{ item = 'tea' } -Headers @{ 'X-Api-Key' = 'value'; 'X-Tag' = 'a' } -Token $mock.Token
        $null = 8, 9 | Invoke-BearerRequest -Uri { "/orders/$_" } -ThrottleLimit 1 -Token $mock.Token
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
}
