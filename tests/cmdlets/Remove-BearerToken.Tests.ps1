BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox

    function Get-Status($Token) { [int](Invoke-BearerRequest "$($sandbox.Api)echo" -Token $Token -SkipHttpErrorCheck -IncludeResponse).StatusCode }
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'Remove-BearerToken' {
    BeforeEach { Clear-BearerTokenCache; Reset-SandboxStats $sandbox }

    It 'forgets the connected token, and writes nothing' {
        $null = Connect-Sandbox $sandbox

        Remove-BearerToken | Should -BeNullOrEmpty

        Get-BearerTokenCache | Should -BeNullOrEmpty
        { Get-BearerToken } | Should -Throw -ErrorId 'NotConnected,BearerTools.Cmdlets.GetBearerTokenCommand'
    }

    It 'forgets the one that is given, and leaves the others' {
        $one = Connect-Sandbox $sandbox api.read
        $other = Connect-Sandbox $sandbox api.write

        Remove-BearerToken $one

        (Get-BearerTokenCache).Fingerprint | Should -Be $other.Fingerprint
        (Get-BearerToken).Fingerprint | Should -Be $other.Fingerprint
    }

    It 'takes tokens and entries of the cache from the pipeline' {
        $one = Connect-Sandbox $sandbox one
        $null = Connect-Sandbox $sandbox two
        $null = Connect-Sandbox $sandbox three

        $one | Remove-BearerToken
        Get-BearerTokenCache | Where-Object Scopes -Contains 'two' | Remove-BearerToken

        (Get-BearerTokenCache).Scopes | Should -Be 'three'
    }

    It 'makes the next request for it get a new one' {
        $old = Connect-Sandbox $sandbox
        Remove-BearerToken $old
        $new = Connect-Sandbox $sandbox

        $new.Fingerprint | Should -Not -Be $old.Fingerprint
        (Get-SandboxStats $sandbox).tokenRequests | Should -Be 2
    }

    It 'forgets nothing with -WhatIf' {
        $null = Connect-Sandbox $sandbox
        Remove-BearerToken -WhatIf

        @(Get-BearerTokenCache).Count | Should -Be 1
    }

    It 'writes an error when the cache does not hold it, and forgets the others' {
        $gone = Connect-Sandbox $sandbox one
        Remove-BearerToken $gone
        $there = Connect-Sandbox $sandbox two

        $gone, $there | Remove-BearerToken -ErrorVariable failures -ErrorAction SilentlyContinue

        $failures.FullyQualifiedErrorId | Should -Be 'TokenNotCached,BearerTools.Cmdlets.RemoveBearerTokenCommand'
        $failures.TargetObject | Should -Be $gone
        $failures.ErrorDetails.Message | Should -BeLike '*Get-BearerTokenCache lists*'
        Get-BearerTokenCache | Should -BeNullOrEmpty
    }

    It 'says what to do when nothing is connected' {
        { Remove-BearerToken } | Should -Throw -ErrorId 'NotConnected,BearerTools.Cmdlets.RemoveBearerTokenCommand'
    }
}

Describe 'Remove-BearerToken -Revoke' {
    BeforeEach { Clear-BearerTokenCache; Reset-SandboxStats $sandbox }

    It 'ends the token at its authority, and forgets it' {
        $token = Connect-Sandbox $sandbox

        Remove-BearerToken -Revoke | Should -BeNullOrEmpty

        Get-BearerTokenCache | Should -BeNullOrEmpty
        Get-Status $token | Should -Be 401
    }

    It 'forgets it also when the authority does not end it, says so, and can be asked again' {
        $token = Connect-Sandbox $sandbox

        $failure = { Remove-BearerToken -Revoke -RevocationEndpoint "$($sandbox.Address)/odd/busy/revoke" } |
            Should -Throw -ErrorId 'TokenNotRevoked,BearerTools.Cmdlets.RemoveBearerTokenCommand' -PassThru
        $failure.ErrorDetails.Message | Should -BeLike "*$($token.Fingerprint)*is still valid*Try again later*"
        Get-BearerTokenCache | Should -BeNullOrEmpty
        Get-Status $token | Should -Be 200

        Remove-BearerToken $token -Revoke
        Get-Status $token | Should -Be 401
    }

    It 'keeps the token if the revocation endpoint is not known, so that the same command with it revokes the token' {
        $token = Get-BearerToken -TokenEndpoint "$($sandbox.Address)/token" -ClientId $sandbox.ClientId -SecretFrom "file:$($sandbox.SecretFile)"

        $failure = { Remove-BearerToken $token -Revoke } | Should -Throw -ErrorId 'RevocationEndpointMissing,*' -PassThru
        "$failure" | Should -BeLike 'The token was not revoked and is still valid: *only its token endpoint was given*-RevocationEndpoint*'
        (Get-BearerTokenCache).Fingerprint | Should -Be $token.Fingerprint

        Remove-BearerToken $token -Revoke -RevocationEndpoint "$($sandbox.Address)/revoke"
        Get-BearerTokenCache | Should -BeNullOrEmpty
        Get-Status $token | Should -Be 401
    }

    It 'warns if no token has been requested' {
        Set-BearerProfile lazy -Authority $sandbox.Address -ClientId $sandbox.ClientId -SecretFrom "file:$($sandbox.SecretFile)"
        try { Remove-BearerToken -Profile lazy -Revoke -WarningVariable warnings -WarningAction SilentlyContinue }
        finally { Remove-BearerProfile lazy }

        "$warnings" | Should -BeLike "No token was revoked: this process has none of $($sandbox.Address).*"
        (Get-SandboxStats $sandbox).tokenRequests | Should -Be 0
    }

    It 'says when the authority does not end tokens of that kind' {
        $null = Connect-Sandbox $sandbox

        { Remove-BearerToken -Revoke -RevocationEndpoint "$($sandbox.Address)/odd/no-jwt/revoke" } | Should -Throw -ErrorId 'TokenNotRevoked,*' -ExpectedMessage '*unsupported_token_type*'
    }

    It 'forgets a token that cannot be revoked, says so, and processes the next' {
        $given = Get-BearerToken -Token (New-Jwt @{ sub = 'ada' } | ConvertTo-SecureString -AsPlainText -Force)
        $other = Connect-Sandbox $sandbox

        $given, $other | Remove-BearerToken -Revoke -ErrorVariable failures -ErrorAction SilentlyContinue

        $failures.FullyQualifiedErrorId | Should -Be 'RevocationNotPossible,BearerTools.Cmdlets.RemoveBearerTokenCommand'
        $failures.TargetObject | Should -Be $given
        Get-BearerTokenCache | Should -BeNullOrEmpty
        Get-Status $other | Should -Be 401
    }

    It 'ends an older token that is given along with the current one' {
        $old = Connect-Sandbox $sandbox
        $new = Update-BearerToken

        $old | Remove-BearerToken -Revoke

        foreach ($token in $old, $new) { Get-Status $token | Should -Be 401 }
    }

    It 'revokes nothing with -WhatIf' {
        $token = Connect-Sandbox $sandbox
        Remove-BearerToken -Revoke -WhatIf

        @(Get-BearerTokenCache).Count | Should -Be 1
        Get-Status $token | Should -Be 200
    }
}
