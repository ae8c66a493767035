# New-BearerTestToken: tokens with claims, for tests.

BeforeAll { Import-Module "$PSScriptRoot/../../BearerTools.psd1" }

Describe 'New-BearerTestToken' {
    It 'makes tokens with claims' {
        $token = New-BearerTestToken @{ sub = 'ada'; scope = 'a b'; roles = @('x', 'y') } -Lifetime 600

        $token.Account | Should -Be 'ada'
        $token.Scopes | Should -Be 'a', 'b'
        $token.Claims.roles | Should -Be 'x', 'y'
        ($token.ExpiresOn - $token.IssuedOn).TotalSeconds | Should -Be 600
        $token | Test-BearerToken | Should -BeTrue
        New-BearerTestToken -Expired | Test-BearerToken | Should -BeFalse
    }
}
