BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox
    $bound = @{ DPoP = $true }
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'Get-BearerToken -DPoP' {
    BeforeEach { Clear-BearerTokenCache; Reset-SandboxStats $sandbox }

    It 'gets a token that is bound to a key of this session, though the authority wants its nonce' {
        $token = Connect-Sandbox $sandbox -With $bound

        $token.TokenType | Should -Be 'DPoP'
        $token.Claims['cnf']['jkt'] | Should -Not -BeNullOrEmpty
        (Get-SandboxStats $sandbox).tokensIssued | Should -Be 1
    }

    It 'has one key for the session' {
        $one = Connect-Sandbox $sandbox one -With $bound
        $two = Connect-Sandbox $sandbox two -With $bound

        $two.Claims['cnf']['jkt'] | Should -BeExactly $one.Claims['cnf']['jkt']
    }

    It 'calls the API with a proof for each request, and gets no other token for the API''s nonce' {
        $null = Connect-Sandbox $sandbox -With $bound

        (1..50 | Invoke-BearerRequest -Uri { "echo?n=$_" }).query.n | Should -Be (1..50)
        (Get-SandboxStats $sandbox).tokensIssued | Should -Be 1
    }

    It 'renews to a token that is bound to the same key' {
        $old = Connect-Sandbox $sandbox -With $bound
        $null = Invoke-BearerRequest echo
        $null = Update-BearerToken
        (Get-BearerToken).Claims['cnf']['jkt'] | Should -BeExactly $old.Claims['cnf']['jkt']
        Invoke-BearerRequest echo | Should -Not -BeNullOrEmpty
    }

    It 'does not take a plain bearer token for it' {
        { Get-BearerToken -Authority $sandbox.Address -ClientId $sandbox.ClientId -SecretFrom "file:$($sandbox.SecretFile)" -Scope unbound @bound } |
            Should -Throw -ErrorId 'DPoPDowngrade,BearerTools.Cmdlets.GetBearerTokenCommand'
        Get-BearerTokenCache | Should -BeNullOrEmpty
    }

    It 'keeps bound and bearer tokens apart' {
        (Connect-Sandbox $sandbox).TokenType | Should -Be 'Bearer'
        (Connect-Sandbox $sandbox -With $bound).TokenType | Should -Be 'DPoP'
        (Get-SandboxStats $sandbox).tokensIssued | Should -Be 2
    }

    It 'says why such a token does not go to Invoke-RestMethod' {
        $token = Connect-Sandbox $sandbox -With $bound

        { Invoke-RestMethod "$($sandbox.Api)echo" -Authentication Bearer -Token $token -AllowUnencryptedAuthentication } |
            Should -Throw -ExpectedMessage '*bound to a key of this session*'
        (Get-SandboxStats $sandbox).requests | Should -Be 0
    }

    It 'sends a token that the cache has forgotten with its proof all the same' {
        $token = Connect-Sandbox $sandbox -With $bound
        Remove-BearerToken

        Invoke-BearerRequest "$($sandbox.Api)echo" -Token $token | Should -Not -BeNullOrEmpty
        Connect-BearerApi -Token $token
        Invoke-BearerRequest "$($sandbox.Api)echo" | Should -Not -BeNullOrEmpty
    }

    It 'sends no proof to another origin' {
        $other = Start-Sandbox
        try {
            $null = Connect-Sandbox $sandbox -With $bound
            $seen = Invoke-BearerRequest "redirect?to=$([uri]::EscapeDataString("$($other.Address)/open/echo"))"
            $seen.path | Should -Be '/open/echo'
            $seen.sensitiveHeaders | Should -BeNullOrEmpty
        }
        finally { Stop-Sandbox $other }
    }

    It 'cannot be combined with an API''s own login' {
        { Get-BearerToken -LoginUri "$($sandbox.Address)/login" -Credential (Get-Login $sandbox) -DPoP } | Should -Throw -ErrorId 'AmbiguousParameterSet,*'
    }

    It 'is tested and revoked as others are' {
        $token = Connect-Sandbox $sandbox -With $bound

        Test-BearerToken -Online | Should -BeTrue
        Remove-BearerToken -Revoke
        Test-BearerToken $token -Online | Should -BeFalse
    }
}
