# Get-BearerMockCall: the requests that a mock received.

BeforeAll { Import-Module "$PSScriptRoot/../../BearerTools.psd1" }

Describe 'The calls of a mock' {
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

    It 'need a mock' {
        { Get-BearerMockCall } | Should -Throw 'No mock is active*' -ErrorId 'MockNotActive*'
    }
}

Describe 'Secrets in calls' {
    BeforeAll {
        $mock = New-BearerMock
        Add-BearerMockRule -Mock $mock POST /token @{ ok = $true } -Body @{ client_secret = 'expected-one' }
        Add-BearerMockRule -Mock $mock GET '/a?api_key=expected-two' @{ ok = $true }
        $sent = { Invoke-BearerRequest /token -Method Post -Body @{ client_secret = 'typed-value'; user = 'ada' } -ContentType application/x-www-form-urlencoded -Token $mock.Token }
        $query = { Invoke-BearerRequest '/a?api_key=typed-value&user=ada' -Headers @{ 'X-Password' = 'typed-value' } -Token $mock.Token }
    }

    It 'are not in the errors' {
        foreach ($block in $sent, $query) {
            $failure = $block | Should -Throw -ErrorId 'MockUnmatched*' -PassThru

            "$failure" | Should -Not -Match 'typed-value|expected-'
            "$failure" | Should -Match 'client_secret has another value|''api_key'' in the query has another value'
        }
        $failure = { Assert-BearerMockCall -Mock $mock POST /token -Body @{ client_secret = 'expected-one' } } | Should -Throw -PassThru
        "$failure" | Should -Not -Match 'typed-value|expected-'
        $failure = { Assert-BearerMockCall -Mock $mock GET '/a?api_key=expected-two' } | Should -Throw -PassThru
        "$failure" | Should -Not -Match 'typed-value|expected-'
        $failure = { Assert-BearerMockCall -Mock $mock -InOrder 'GET /a?api_key=expected-two' } | Should -Throw -PassThru
        "$failure" | Should -Not -Match 'typed-value|expected-'
    }

    It 'are not shown, but in the properties, for assertions' {
        $calls = Get-BearerMockCall -Mock $mock
        $shown = ($calls | Format-Table -AutoSize | Out-String -Width 400), ($calls | Format-List | Out-String), "$calls", ($mock | Format-List | Out-String)

        $shown | ForEach-Object { $_ | Should -Not -Match 'typed-value|expected-' }
        $shown[0] | Should -Match 'api_key=\*\*\*&user=ada'
        $calls[0].Body.client_secret | Should -Be 'typed-value'
        $calls[0].Text | Should -Match 'client_secret=typed-value'
        $calls[1].Uri.Query | Should -Be '?api_key=typed-value&user=ada'
        $calls[1].Headers['X-Password'] | Should -Be '***'
        $calls[1].GetHeader('X-Password') | Should -Be 'typed-value'
        $calls[1].GetHeader('none') | Should -BeNullOrEmpty
        Assert-BearerMockCall -Mock $mock GET '/a?api_key=typed-value' -Headers @{ 'X-Password' = 'typed-value' }
    }
}
