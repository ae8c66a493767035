# Disconnecting, with and without revoking the token.

BeforeAll { . "$PSScriptRoot/Support/TwoSandboxes.ps1" }

AfterAll { $sandbox, $other | ForEach-Object { Stop-Sandbox $_ } }

Describe 'Disconnect-BearerApi' {
    BeforeEach {
        Clear-BearerTokenCache
        Disconnect-BearerApi
    }

    It 'keeps the token, or revokes it' {
        Connect-BearerApi @flow -BaseUri $sandbox.Api
        Disconnect-BearerApi
        @(Get-BearerTokenCache).Count | Should -Be 1
        Connect-BearerApi @flow -BaseUri $sandbox.Api
        $token = Get-BearerToken
        Disconnect-BearerApi -Revoke
        Get-BearerConnection | Should -BeNullOrEmpty
        @(Get-BearerTokenCache).Count | Should -Be 0
        (Get-ErrorOf { Invoke-BearerRequest items/1 -Token $token -ErrorAction Stop }).Exception.StatusCode | Should -Be 401
    }

    It 'changes nothing if the revocation endpoint is not known, so that the same command with it revokes the token' {
        $without = @{ ClientId = $flow.ClientId; SecretFrom = $flow.SecretFrom; TokenEndpoint = "$($sandbox.Address)/token" }
        Connect-BearerApi @without -BaseUri $sandbox.Api
        $token = Get-BearerToken

        $failure = Get-ErrorOf { Disconnect-BearerApi -Revoke }
        $failure.FullyQualifiedErrorId | Should -Be 'RevocationEndpointMissing,BearerTools.Cmdlets.DisconnectBearerApiCommand'
        "$failure" | Should -BeLike 'The token was not revoked and is still valid: *is not known*-RevocationEndpoint*'
        (Get-ErrorOf { Disconnect-BearerApi -Revoke -RevocationEndpoint http://id.example.com/revoke }).FullyQualifiedErrorId | Should -BeLike 'InsecureEndpoint,*'
        (Get-BearerToken).Fingerprint | Should -Be $token.Fingerprint

        Disconnect-BearerApi -Revoke -RevocationEndpoint "$($sandbox.Address)/revoke"
        Get-BearerConnection | Should -BeNullOrEmpty
        (Get-ErrorOf { Invoke-BearerRequest "$($sandbox.Api)items/1" -Token $token -ErrorAction Stop }).Exception.StatusCode | Should -Be 401
    }

    It 'warns if there is nothing to revoke' {
        Disconnect-BearerApi -Revoke -WarningVariable warnings -WarningAction SilentlyContinue

        "$warnings" | Should -BeLike 'No token was revoked: nothing is connected.*Remove-BearerToken -Revoke*'
    }

    It 'does nothing where nothing is connected, and with -WhatIf' {
        Disconnect-BearerApi
        Connect-BearerApi -Token (New-Token) -BaseUri $open
        Disconnect-BearerApi -WhatIf
        Get-BearerConnection | Should -Not -BeNullOrEmpty
    }
}
