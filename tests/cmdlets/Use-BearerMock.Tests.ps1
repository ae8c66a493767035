# Use-BearerMock: a mock for a block of commands.

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    $api = 'https://api.contoso.com/v1/'
    $login = @{ Authority = 'https://id.contoso.com'; ClientId = 'ops'; SecretFrom = 'env:BEARERTOOLS_NOT_SET'; BaseUri = $api }
}

Describe 'A mock for a block' {
    AfterEach {
        Stop-BearerMock
        Disconnect-BearerApi
    }

    It 'keeps a token that it issued from the network, after its end too' {
        $token = Use-BearerMock $api { Get-BearerToken @login }

        { Invoke-BearerRequest /a -Token $token } | Should -Throw -ErrorId 'MockUnmatched*'
    }

    It 'responds before one that was started earlier, until it is stopped' {
        $first = Start-BearerMock $api
        Add-BearerMockRule GET /a 'first'
        Connect-BearerApi @login
        $verbose = Use-BearerMock $api -Verbose {
            Add-BearerMockRule GET /a 'second'
            Connect-BearerApi @login
            Invoke-BearerRequest /a -Verbose:$false
        } 4>&1

        $verbose | Where-Object { $_ -is [string] } | Should -Be 'second'
        "$verbose" | Should -BeLike '*A mock for https://api.contoso.com, started at Use-BearerMock.Tests.ps1:*, is active already*'
        Connect-BearerApi @login
        Invoke-BearerRequest /a | Should -Be 'first'
        $first.CallCount | Should -Be 1
    }

    It 'runs a block with its usual effect: output, errors and variables' {
        $set = 'before'
        $failure = try { Use-BearerMock $api { $set = 'after'; throw 'own error' } } catch { "$_" }

        $failure | Should -Be 'own error'
        $set | Should -Be 'after'
        { Get-BearerMockCall } | Should -Throw 'No mock is active*'
    }
}
