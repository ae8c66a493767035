# Nothing reaches the network while a mock is active: the name lookups and connections of the process are counted.

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    . "$PSScriptRoot/Support/SocketCounter.ps1"
    $api = 'https://api.mocks.invalid/v1/'
    $other = 'https://other.mocks.invalid/v1/'
    $login = @{ Authority = 'https://id.mocks.invalid'; ClientId = 'ops'; SecretFrom = 'env:BEARERTOOLS_NOT_SET' }
    function Get-Opened { [SocketCounter]::Opened }
}

AfterAll { $counter.Dispose() }

Describe 'While a mock is active' {
    BeforeEach {
        $real = Get-BearerToken -Token (ConvertTo-SecureString "$(New-Guid)" -AsPlainText -Force) -BaseUri $api
        $mock = Start-BearerMock $api
        Add-BearerMockRule GET /users @(1, 2)
        $before = Get-Opened
    }
    AfterEach {
        Stop-BearerMock
        Disconnect-BearerApi
    }

    It 'Test-BearerConnection -Uri gets its response from the mock' {
        $result = Test-BearerConnection -Uri "${api}users" -Detailed

        ($result | Where-Object Step -EQ TCP).Found | Should -BeLike '*a mock responds*'
        ($result | Where-Object Step -EQ Request).Found | Should -BeLike '200*'
        Get-BearerMockCall | Should -HaveCount 1
        Get-Opened | Should -Be $before
    }

    It 'Test-BearerConnection <Case> is refused for another origin' -ForEach @(
        @{ Case = '-Uri'; Given = { @{ Uri = "${other}x" } } }
        @{ Case = '-Token -Path'; Given = { @{ Token = $real; Path = "${other}x" } } }
        @{ Case = '-Uri with two mocks'; Given = { $null = Start-BearerMock https://third.mocks.invalid/; @{ Uri = "${other}x" } } }
    ) {
        $given = & $Given
        $result = Test-BearerConnection @given -Detailed

        ($result | Where-Object Status -EQ Failed).ErrorId | Should -Be 'MockUnmatched'
        Get-Opened | Should -Be $before
    }

    It 'a mock with -AllowNetwork still responds for its own origin, on a real connection to another one too' {
        Stop-BearerMock
        $token = Get-BearerToken -Token (ConvertTo-SecureString "$(New-Guid)" -AsPlainText -Force) -BaseUri $other -AllowedOrigin https://api.mocks.invalid
        $null = Start-BearerMock $api -AllowNetwork
        Add-BearerMockRule GET /users @(1, 2)

        Test-BearerConnection -Uri "${api}users" -Quiet | Should -BeTrue
        Test-BearerConnection -Token $token -Path "${api}users" -Quiet | Should -BeTrue
        Get-BearerMockCall | Should -HaveCount 2
        Get-Opened | Should -Be $before
    }

    It 'no command sends a login, a check or a revocation: <_>' -ForEach @(
        'Get-BearerToken @login -BaseUri $api'
        'Get-BearerToken @login -BaseUri $other'
        'Connect-BearerApi @login -BaseUri $api; Disconnect-BearerApi -Revoke -RevocationEndpoint https://id.mocks.invalid/revoke'
        'Test-BearerToken $real -Online'
        'Test-BearerToken $real -IntrospectionEndpoint https://id.mocks.invalid/introspect'
        'Remove-BearerToken $real -Revoke -RevocationEndpoint https://id.mocks.invalid/revoke'
        'Update-BearerToken $real'
        'Invoke-BearerRequest "${other}x" -Token $real'
        'Connect-BearerApi -TokenFrom command:BEARERTOOLS_NOT_THERE -BaseUri $api; Invoke-BearerRequest /users'
        'Set-BearerProfile mocks-net @login -BaseUri $api; Invoke-BearerRequest /users -Profile mocks-net; Test-BearerConnection -Profile mocks-net'
    ) {
        try { $null = Invoke-Expression $_ -ErrorAction SilentlyContinue 2>&1 } catch { $null = $_ }

        Get-Opened | Should -Be $before
    }

    It 'the counter counts: an address without a mock is looked up' {
        Stop-BearerMock
        $null = Test-BearerConnection -Uri "${api}users" -TimeoutSec 5

        Get-Opened | Should -BeGreaterThan $before
    }
}

Describe 'A real login that was made before the mock' {
    BeforeAll { $sandbox = Start-Sandbox }
    AfterAll { Stop-Sandbox $sandbox }
    AfterEach {
        Stop-BearerMock
        Disconnect-BearerApi
    }

    It 'is not used at its authority while the mock is active: <_>' -ForEach @(
        'Test-BearerToken -Online'
        'Test-BearerToken $token -Online'
        'Test-BearerToken $foreign -IntrospectionEndpoint "$($sandbox.Address)/introspect"'
        'Disconnect-BearerApi -Revoke'
        'Disconnect-BearerApi -Revoke -RevocationEndpoint "$($sandbox.Address)/revoke"'
        'Remove-BearerToken $token -Revoke'
        'Update-BearerToken'
        'Get-BearerToken -ForceRefresh'
    ) {
        Connect-BearerApi -Authority $sandbox.Address -ClientId $sandbox.ClientId -SecretFrom "file:$($sandbox.SecretFile)" -BaseUri $sandbox.Api
        $token = Get-BearerToken
        $foreign = New-BearerTestToken @{ iss = "$($sandbox.Address)" }
        $null = Start-BearerMock $api
        $before = Get-Opened

        # A connection to the authority may be open already, so that its response has to be missing too.
        $failure = try { $null = Invoke-Expression $_ -ErrorAction Stop } catch { $_ }

        if ($_ -match 'Test-BearerToken \$') { $failure.FullyQualifiedErrorId | Should -BeLike 'NoAuthorityToAsk*' }
        Get-Opened | Should -Be $before
        Stop-BearerMock
        (Invoke-BearerRequest /users/1 -Token $token).name | Should -Be 'ada'
    }
}
