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

    It 'does nothing where nothing is connected, and with -WhatIf' {
        Disconnect-BearerApi
        Connect-BearerApi -Token (New-Token) -BaseUri $open
        Disconnect-BearerApi -WhatIf
        Get-BearerConnection | Should -Not -BeNullOrEmpty
    }
}
