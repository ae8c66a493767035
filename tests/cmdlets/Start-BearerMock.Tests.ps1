# Start-BearerMock: mocks of real addresses, in this runspace only, with the logins, and never by the network.

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $api = 'https://api.contoso.com/v1/'
    $login = @{ Authority = 'https://id.contoso.com'; ClientId = 'ops'; SecretFrom = 'env:BEARERTOOLS_NOT_SET'; BaseUri = $api }
}

Describe 'A mock of a real address' {
    AfterEach {
        Stop-BearerMock
        Disconnect-BearerApi
    }

    It 'responds, and mocks the login: no secret is needed, and no token request sent' {
        $null = Start-BearerMock $api
        Add-BearerMockRule GET /users @(@{ id = 1 }, @{ id = 2 })

        $connection = Connect-BearerApi @login -PassThru
        (Invoke-BearerRequest /users).id | Should -Be 1, 2
        $connection.BaseUri | Should -Be $api
        $connection.ClientId | Should -Be 'ops'
        $connection.Flow | Should -Be 'Mock'
    }

    It 'mocks each flow: <_>' -ForEach @(
        '-LoginUri https://api.contoso.com/login -UserName ada -SecretFrom env:BEARERTOOLS_NOT_SET'
        '-TokenFrom env:BEARERTOOLS_NOT_SET', '-TenantId contoso.com -ClientId ops -SecretFrom env:BEARERTOOLS_NOT_SET -Resource https://api.contoso.com'
        '-ManagedIdentity -Resource https://api.contoso.com'
        '-TokenEndpoint https://id.contoso.com/token -ClientId ops -SecretFrom env:BEARERTOOLS_NOT_SET -BaseUriPath instance_url'
    ) {
        $null = Start-BearerMock $api
        Add-BearerMockRule GET /a 'ok'
        $baseUri = $_ -match 'BaseUriPath' ? '' : "-BaseUri $api"

        Invoke-Expression "Connect-BearerApi $_ $baseUri"
        Invoke-BearerRequest /a | Should -Be 'ok'
        $token = Invoke-Expression "Get-BearerToken $_ $baseUri"
        Invoke-BearerRequest /a -Token $token | Should -Be 'ok'
    }

    It 'responds on a connection, a token and a profile that were made before, with another token' {
        $secret = "$(New-Guid)"
        $token = Get-BearerToken -Token (ConvertTo-SecureString $secret -AsPlainText -Force) -BaseUri $api
        Connect-BearerApi -Token $token
        Use-BearerMock $api {
            Add-BearerMockRule GET /a { $_.Headers.Authorization }
            Invoke-BearerRequest /a | Should -Not -BeLike "*$secret*"
            Invoke-BearerRequest /a -Token $token | Should -Not -BeLike "*$secret*"
        }

        (Get-BearerConnection).Fingerprint | Should -Be $token.Fingerprint
    }

    It 'fails requests to other origins, and other logins send nothing' {
        $null = Start-BearerMock $api

        $token = Get-BearerToken -Authority https://id.other.example -ClientId x -SecretFrom env:BEARERTOOLS_NOT_SET -BaseUri https://other.example/
        { Invoke-BearerRequest /x -Token $token } | Should -Throw '*https://other.example, which is not mocked*' -ErrorId 'MockUnmatched*'
    }

    It 'lets a saved profile be used without its secret' {
        $folders = $env:XDG_CONFIG_HOME, $env:APPDATA
        $env:XDG_CONFIG_HOME = $env:APPDATA = "$TestDrive/config"
        try {
            $env:BEARERTOOLS_SET = 'a secret'
            Set-BearerProfile mocked @login -SecretFrom env:BEARERTOOLS_SET -Save
            $env:BEARERTOOLS_SET = $null
            Use-BearerMock $api { Add-BearerMockRule GET /a 'ok'; Invoke-BearerRequest /a -Profile mocked } | Should -Be 'ok'

            { Invoke-BearerRequest /a -Profile mocked } | Should -Throw '*BEARERTOOLS_SET is not set*'
        }
        finally {
            Remove-BearerProfile mocked -Saved -ErrorAction Ignore
            $env:XDG_CONFIG_HOME, $env:APPDATA = $folders
        }
    }
}

Describe 'Other runspaces' {
    It 'do not see the mock, unless it is started there' {
        $mock = Start-BearerMock $api
        try {
            Add-BearerMockRule GET /a 'mocked'
            $module = (Get-Module BearerTools).Path
            $found = 1..4 | ForEach-Object -Parallel {
                Import-Module $using:module
                try { Get-BearerMockCall } catch { "$($_.FullyQualifiedErrorId)".Split(',')[0] }
                $null = Start-BearerMock -Mock $using:mock
                $login = $using:login
                Connect-BearerApi @login
                Invoke-BearerRequest /a
                Stop-BearerMock
                try { Invoke-BearerRequest /a } catch { "$($_.FullyQualifiedErrorId)".Split(',')[0] }
            }

            ($found | Sort-Object | Group-Object | ForEach-Object { "$($_.Count) $($_.Name)" }) | Should -Be '4 mocked', '4 MockNotActive', '4 NotConnected'
            Connect-BearerApi @login
            Invoke-BearerRequest /a | Should -Be 'mocked'
        }
        finally {
            Stop-BearerMock
            Disconnect-BearerApi
        }
    }
}

Describe 'With a server beside the mock' {
    BeforeAll {
        $sandbox = Start-Sandbox
        $real = @{ Authority = $sandbox.Address; ClientId = $sandbox.ClientId; SecretFrom = "file:$($sandbox.SecretFile)"; BaseUri = $sandbox.Api }
    }

    AfterAll { Stop-Sandbox $sandbox }

    It '-AllowNetwork lets requests and logins for other origins through' {
        $token = Use-BearerMock $api -AllowNetwork { Get-BearerToken @real }

        (Invoke-BearerRequest /users/1 -Token $token).name | Should -Be 'ada'
        Use-BearerMock $api -AllowNetwork { (Invoke-BearerRequest /users/1 -Token $token).name } | Should -Be 'ada'
        Use-BearerMock $api { { Invoke-BearerRequest /users/1 -Token $token } | Should -Throw -ErrorId 'MockUnmatched*' }
    }

    It 'a mocked token does not reach the network with -AllowNetwork' {
        Use-BearerMock $api -AllowNetwork {
            $token = Get-BearerToken @login -AllowedOrigin $sandbox.Address
            { Invoke-BearerRequest "$($sandbox.Api)users/1" -Token $token } | Should -Throw -ErrorId 'MockUnmatched*'
        }
    }

    It 'a mock of the server keeps all requests from it' {
        $token = Get-BearerToken @real
        Use-BearerMock $sandbox.Api {
            Add-BearerMockRule GET "$($sandbox.Address)/**" 'mocked'
            Invoke-BearerRequest /users/1 -Token $token | Should -Be 'mocked'
            Invoke-BearerRequest "$($sandbox.Address)/open/echo" -Token $token | Should -Be 'mocked'
        }
        (Invoke-BearerRequest /users/1 -Token $token).name | Should -Be 'ada'
    }
}
