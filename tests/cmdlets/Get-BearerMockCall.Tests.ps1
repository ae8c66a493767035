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
