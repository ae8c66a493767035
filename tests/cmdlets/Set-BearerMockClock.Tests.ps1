# Set-BearerMockClock: time passes for tokens, pauses and rates of one mock.

BeforeAll { Import-Module "$PSScriptRoot/../../BearerTools.psd1" }

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
