# New-BearerError, and Pester mocks of Invoke-BearerRequest.

BeforeAll { Import-Module "$PSScriptRoot/../../BearerTools.psd1" }

Describe 'New-BearerError' {
    It 'makes errors like those of a real response' {
        $mock = New-BearerMock
        Add-BearerMockRule -Mock $mock GET /a (New-BearerMockResponse 404 @{ message = 'no such user' } -Headers @{ 'X-Trace' = 'abc' })
        $real = try { Invoke-BearerRequest /a -Token $mock.Token -ErrorAction Stop } catch { $_ }
        $made = New-BearerError 404 -Body @{ message = 'no such user' } -Headers @{ 'X-Trace' = 'abc' } -Uri "$($mock.BaseUri)a" -TargetObject 7

        # A real error also names the login, if the process has several.
        "$made" | Should -Be ("$real" -replace ' \(account mock\)$')
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
