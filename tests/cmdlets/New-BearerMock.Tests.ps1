# New-BearerMock: a mock with an address of its own, in each runspace.

BeforeAll { Import-Module "$PSScriptRoot/../../BearerTools.psd1" }

Describe 'A mock in other runspaces' {
    It 'responds, counts and keeps its clock there' {
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

    It 'has a profile that leads to it in each runspace, as long as it exists' {
        $mock = New-BearerMock
        Add-BearerMockRule -Mock $mock GET /a 'ok'
        $module = (Get-Module BearerTools).Path
        $profileName = $mock.Profile

        Invoke-BearerRequest /a -Profile $profileName | Should -Be 'ok'
        1..2 | ForEach-Object -Parallel { Import-Module $using:module; Invoke-BearerRequest /a -Profile $using:profileName } | Should -Be 'ok', 'ok'
        (Connect-BearerApi $profileName -PassThru).BaseUri | Should -Be $mock.BaseUri
        Invoke-BearerRequest /a | Should -Be 'ok'
        Disconnect-BearerApi
        (Get-BearerProfile $profileName).BaseUri | Should -Be $mock.BaseUri
        (Get-BearerProfile).Name | Should -Not -Contain $profileName
        { Invoke-BearerRequest /a -Profile (New-BearerMock).Profile } | Should -Throw '*The mock has no rules*'
        $mock.BaseUri.Host | Should -BeLike "$profileName.invalid"
        $mock.CallCount | Should -Be 4
    }

    It 'does not send its token elsewhere' {
        $mock = New-BearerMock

        { Invoke-BearerRequest https://api.example.com/ -Token $mock.Token } | Should -Throw '*api.example.com, which is not mocked*' -ErrorId 'MockUnmatched*'
    }
}
