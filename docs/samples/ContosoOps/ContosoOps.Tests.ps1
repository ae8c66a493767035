# Tests of the sample module. Those with a mock need no server. The others need a test system, which these variables name:
# CONTOSO_AUTHORITY, CONTOSO_API, CONTOSO_CLIENT, and CONTOSO_SECRET with the client's secret.

BeforeDiscovery {
    $hasSystem = $env:CONTOSO_API -and $env:CONTOSO_SECRET
}

BeforeAll {
    Import-Module "$PSScriptRoot/ContosoOps.psd1" -Force
}

AfterAll {
    Remove-Module ContosoOps
}

Describe 'Get-ContosoUser, without a server' {
    It 'requests the list of all users if no ids are given' {
        Mock Invoke-BearerRequest { [pscustomobject] @{ id = 1 } } -ModuleName ContosoOps

        Get-ContosoUser | Should -HaveCount 1

        Should -Invoke Invoke-BearerRequest -ModuleName ContosoOps -ParameterFilter { $FollowRelLink -and "$Uri" -eq '/users' }
    }
}

Describe 'ContosoOps, with a test system' -Skip:(-not $hasSystem) {
    BeforeAll {
        $system = @{ Authority = $env:CONTOSO_AUTHORITY; BaseUri = $env:CONTOSO_API; ClientId = $env:CONTOSO_CLIENT }
        Connect-Contoso @system -SecretFrom env:CONTOSO_SECRET
    }

    It 'gets all users' {
        (Get-ContosoUser).name | Should -Contain 'ada'
    }

    It 'gets piped ids, in order' {
        (3, 1, 2 | Get-ContosoUser).id | Should -Be 3, 1, 2
    }

    It 'gets nothing for an empty list of ids' {
        @() | Get-ContosoUser | Should -BeNullOrEmpty
    }

    It 'reports a missing user with its id, and still gets the others' {
        $users = 1, 4711, 2 | Get-ContosoUser -ErrorAction SilentlyContinue -ErrorVariable failures

        $users.id | Should -Be 1, 2
        $failures | Should -HaveCount 1
        $failures[0].TargetObject | Should -Be 4711
        $failures[0].Exception.StatusCode | Should -Be 404
    }

    It 'ends at the first failure with -ErrorAction Stop' {
        { 4711 | Get-ContosoUser -ErrorAction Stop } | Should -Throw '*404*'
    }

    It 'does not connect the caller''s session' {
        Get-BearerConnection | Should -BeNullOrEmpty
    }

    It 'uses the token that the caller passes' {
        $token = Get-BearerToken @system -SecretFrom env:CONTOSO_SECRET

        (1 | Get-ContosoUser -Token $token).name | Should -Be 'ada'
    }

    It 'works in parallel runspaces with a token' {
        $token = Get-BearerToken @system -SecretFrom env:CONTOSO_SECRET
        $module = (Get-Module ContosoOps).Path

        $names = 1..2 | ForEach-Object -Parallel { Import-Module $using:module; (Get-ContosoUser $_ -Token $using:token).name }

        $names | Sort-Object | Should -Be 'ada', 'grace'
    }

    It 'fails, and leaves nothing connected, if the secret is wrong' {
        $wrong = ConvertTo-SecureString 'wrong' -AsPlainText -Force

        { Connect-Contoso @system -ClientSecret $wrong } | Should -Throw '*invalid_client*'
        { Get-ContosoUser } | Should -Throw 'Nothing is connected*'
    }
}
