# Tests of the sample module without a network: with a mock, and with a recording of a test system. They run with Pester 5 and 6, and in
# parallel with other files, because a mock is active in its own runspace only.

BeforeAll {
    Import-Module "$PSScriptRoot/ContosoOps.psd1" -Force
}

AfterAll {
    Remove-Module ContosoOps
}

Describe 'ContosoOps, with a mock' {
    BeforeEach {
        $mock = Start-BearerMock https://api.contoso.com/v1/
        # The login is mocked too: the variable need not exist.
        Connect-Contoso -ClientId ops -SecretFrom env:CONTOSO_NOT_NEEDED
    }

    AfterEach {
        Stop-BearerMock
    }

    It 'gets all pages of users' {
        Add-BearerMockRule GET '/users?page=2' @(@{ id = 3; name = 'edsger' })
        Add-BearerMockRule GET /users @(@{ id = 1; name = 'ada' }, @{ id = 2; name = 'grace' }) -ResponseHeaders @{
            Link = '</v1/users?page=2>; rel="next"'
        }

        (Get-ContosoUser).name | Should -Be 'ada', 'grace', 'edsger'
    }

    It 'gets piped ids in order, and escapes them' {
        Add-BearerMockRule GET '/users/{id}' { @{ id = $_.Parts.id } }

        ('a b', '1', '2' | Get-ContosoUser).id | Should -Be 'a b', '1', '2'
    }

    It 'reports a missing user with its id, and still gets the others' {
        Add-BearerMockRule GET /users/4711 @{ message = 'no such user' } -StatusCode 404
        Add-BearerMockRule GET '/users/{id}' { @{ id = $_.Parts.id } }

        $users = 1, 4711, 2 | Get-ContosoUser -ErrorAction SilentlyContinue -ErrorVariable failures

        $users.id | Should -Be 1, 2
        $failures.TargetObject | Should -Be 4711
    }

    It 'survives a busy API and an expired token, in no time' {
        Add-BearerMockRule GET /users -Sequence (New-BearerMockResponse 429 -RetryAfterSec 120), 401, @(@{ id = 1 })
        $start = $mock.Now

        (Get-ContosoUser -WarningAction SilentlyContinue).id | Should -Be 1

        ($mock.Now - $start).TotalSeconds | Should -BeGreaterOrEqual 120
        Assert-BearerMockCall GET /users -Exactly 3
    }

    It 'reads, and changes nothing' {
        Add-BearerMockRule '*' '/**' @(@{ id = 1 })

        $null = Get-ContosoUser
        $null = 1 | Get-ContosoUser

        Assert-BearerMockCall -InOrder 'GET /users', 'GET /users/1'
        Assert-BearerMockCall POST -Never
    }
}

Describe 'ContosoOps, with a recording' {
    # To record again: Start-BearerMock https://api.contoso.com/v1/ -Record ./users.recording.json, the commands, Stop-BearerMock.
    It 'gets what the test system returned' {
        Use-BearerMock -Replay "$PSScriptRoot/users.recording.json" {
            Connect-Contoso -ClientId ops -SecretFrom env:CONTOSO_NOT_NEEDED

            (Get-ContosoUser).name | Should -Be 'ada', 'grace', 'edsger'
            (2 | Get-ContosoUser).name | Should -Be 'grace'
        }
    }
}
