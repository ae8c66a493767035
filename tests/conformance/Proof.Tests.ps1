# Tokens that are bound to a key (DPoP), and what becomes of tokens (revocation, introspection), against the npm package oidc-provider.

BeforeDiscovery {
    $node = Get-Command node -CommandType Application -ErrorAction Ignore | Select-Object -First 1
    $reason = if (-not $node) { 'node is not on the PATH' }
    elseif (-not (Test-Path "$PSScriptRoot/node_modules/oidc-provider")) { "its npm packages are missing: run 'npm ci --ignore-scripts' in tests/conformance" }
    if ($reason) { Write-Warning "The conformance tests are skipped: $reason." }
}

Describe 'Bound tokens and revocation against oidc-provider' -Skip:([bool]$reason) -Tag Conformance {
    BeforeAll {
        Import-Module "$PSScriptRoot/../../BearerTools.psd1" -Force
        Import-Module "$PSScriptRoot/Support/Authority.psm1"

        function Connect-Client([string] $Name, [switch] $DPoP) {
            $client = $authority.clients | Where-Object name -EQ $Name
            Connect-BearerApi -Authority $authority.issuer -ClientId $client.id -SecretFrom "file:$($client.secretFile)" -Scope api.read -BaseUri $authority.api -DPoP:$DPoP -ErrorAction Stop
            Get-BearerToken
        }

        function Get-Stats { Invoke-RestMethod $authority.stats }

        function Get-Status($Token) { [int](Invoke-BearerRequest "$($authority.api)me" -Token $Token -SkipHttpErrorCheck -IncludeResponse).StatusCode }

        $authority = Start-Authority
    }

    AfterAll { Stop-Authority $authority }

    BeforeEach {
        Clear-BearerTokenCache -Confirm:$false
        $null = Invoke-RestMethod "$($authority.stats)/reset" -Method Post
    }

    It 'gets a bound token though the authority requires a nonce, and calls an API that requires another (<_>)' -ForEach 'basic-jwt', 'basic-opaque' {
        $token = Connect-Client $_ -DPoP

        $token.TokenType | Should -Be 'DPoP'
        (Invoke-BearerRequest '/me?x=1').client | Should -BeExactly ($authority.clients | Where-Object name -EQ $_).id
        (Get-Stats).tokensIssued | Should -Be 1
    }

    It 'sends hundreds of requests, each with a proof of its own, while the nonces of the API change, and gets no other token' {
        $null = Connect-Client basic-jwt -DPoP

        $items = 1..500 | Invoke-BearerRequest -Uri { "/items/$_" } -ThrottleLimit 16 -ErrorAction SilentlyContinue -ErrorVariable failed

        $failed | Should -BeNullOrEmpty
        $items.id | Should -Be (1..500)
        (Get-Stats).tokensIssued | Should -Be 1
    }

    It 'keeps bound and bearer tokens of one client apart' {
        (Connect-Client basic-jwt).TokenType | Should -Be 'Bearer'
        (Connect-Client basic-jwt -DPoP).TokenType | Should -Be 'DPoP'
        (Connect-Client basic-jwt).TokenType | Should -Be 'Bearer'
        (Get-Stats).tokensIssued | Should -Be 2
    }

    It 'has a token that is of no use without its key' {
        $token = Connect-Client basic-jwt -DPoP

        $failure = { Invoke-RestMethod "$($authority.api)me" -Authentication Bearer -Token $token -AllowUnencryptedAuthentication } | Should -Throw -PassThru
        $failure.Exception.Message | Should -BeLike '*bound to a key*'
        $stolen = Get-BearerToken -Token $token.Token
        Get-Status $stolen | Should -Be 401
    }

    It 'asks the authority about a token, and ends it there' {
        $token = Connect-Client basic-opaque

        Test-BearerToken -Online -Scope api.read -Audience $authority.api | Should -BeExactly $true
        (Test-BearerToken -Online -Detailed).Claims['client_id'] | Should -BeExactly $token.ClientId
        Get-Status $token | Should -Be 200

        Remove-BearerToken -Revoke

        Test-BearerToken $token -Online | Should -BeExactly $false
        Get-Status $token | Should -Be 401
    }

    It 'revokes a token that the authority no longer knows without an error' {
        $token = Connect-Client basic-opaque
        Remove-BearerToken -Revoke

        { Remove-BearerToken $token -Revoke } | Should -Not -Throw
    }

    It 'asks about a bound token, which says what it is bound to' {
        $null = Connect-Client basic-opaque -DPoP

        $tested = Test-BearerToken -Online -Detailed
        $tested.Result | Should -BeTrue
        $tested.Claims['cnf']['jkt'] | Should -Not -BeNullOrEmpty
        $tested.Claims['token_type'] | Should -Be 'DPoP'
    }

    It 'does not ask or revoke with a wrong secret, and says so' {
        $client = $authority.clients | Where-Object name -EQ basic-opaque
        $wrong = Join-Path $TestDrive 'secret'
        Copy-Item $client.secretFile $wrong
        Connect-BearerApi -Authority $authority.issuer -ClientId $client.id -SecretFrom "file:$wrong" -Scope api.read
        [guid]::NewGuid().ToString() | Set-Content $wrong -NoNewline

        { Test-BearerToken -Online } | Should -Throw -ErrorId 'IntrospectionFailed,*' -ExpectedMessage '*invalid_client*'
        { Remove-BearerToken -Revoke } | Should -Throw -ErrorId 'TokenNotRevoked,*' -ExpectedMessage '*invalid_client*'
        Get-BearerTokenCache | Should -BeNullOrEmpty
    }
}
