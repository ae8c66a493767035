# The cmdlets against an independent authority: the npm package oidc-provider, with an API behind it.

BeforeDiscovery {
    $node = Get-Command node -CommandType Application -ErrorAction Ignore | Select-Object -First 1
    $reason = if (-not $node) { 'node is not on the PATH' }
    elseif (-not (Test-Path "$PSScriptRoot/node_modules/oidc-provider")) { "its npm packages are missing: run 'npm ci --ignore-scripts' in tests/conformance" }
    if ($reason) { Write-Warning "The conformance tests are skipped: $reason." }
}

Describe 'Against oidc-provider' -Skip:([bool]$reason) -Tag Conformance {
    BeforeAll {
        Import-Module "$PSScriptRoot/../../BearerTools.psd1" -Force
        Import-Module "$PSScriptRoot/Support/Authority.psm1"

        function Get-TokenOf([string] $Name, [string] $SecretFile) {
            $client = $authority.clients | Where-Object name -EQ $Name
            if (-not $SecretFile) { $SecretFile = $client.secretFile }
            $parameters = @{
                Authority  = $authority.issuer
                ClientId   = $client.id
                SecretFrom = "file:$SecretFile"
                Scope      = 'api.read'
                BaseUri    = $authority.api
            }
            if ($client.method -ne 'client_secret_basic') { $parameters.ClientAuthenticationMethod = $client.method }
            Connect-BearerApi @parameters -ErrorAction Stop
            Get-BearerToken
        }

        function Get-Stats { Invoke-RestMethod $authority.stats }

        $authority = Start-Authority
    }

    AfterAll { Stop-Authority $authority }

    BeforeEach {
        Clear-BearerTokenCache -Confirm:$false
        $null = Invoke-RestMethod "$($authority.stats)/reset" -Method Post
    }

    It 'accepts client_secret_basic for an id and a secret that need form-encoding' {
        $token = Get-TokenOf basic-jwt

        $token | Should -BeOfType ([BearerTools.AccessToken])
        $token.TokenType | Should -Be 'Bearer'
        $token.Scopes | Should -Be 'api.read'
        (Invoke-BearerRequest '/me').client | Should -BeExactly ($authority.clients | Where-Object name -EQ basic-jwt).id
    }

    It 'accepts client_secret_post for an id and a secret that need form-encoding' {
        $null = Get-TokenOf post-jwt

        (Invoke-BearerRequest '/me').client | Should -BeExactly ($authority.clients | Where-Object name -EQ post-jwt).id
    }

    It 'shows the claims of a JWT access token, and the expiry that the JWT itself names' {
        $token = Get-TokenOf basic-jwt

        $token.Claims['iss'] | Should -BeExactly $authority.issuer
        $token.Claims['aud'] | Should -BeExactly $authority.api
        $token.Claims['scope'] | Should -BeExactly 'api.read'
        ($token.Claims['exp'] - $token.Claims['iat']).TotalSeconds | Should -Be 600
        [Math]::Abs(($token.ExpiresOn - $token.Claims['exp']).TotalSeconds) | Should -BeLessOrEqual 2
    }

    It 'has no claims for an opaque access token, which works all the same' {
        $token = Get-TokenOf basic-opaque

        $token.Claims | Should -BeNullOrEmpty
        ($token.ExpiresOn - [DateTimeOffset]::Now).TotalSeconds | Should -BeGreaterThan 580
        ($token.ExpiresOn - [DateTimeOffset]::Now).TotalSeconds | Should -BeLessOrEqual 600
        (Invoke-BearerRequest '/me').tokenFormat | Should -Be 'opaque'
    }

    It 'gets one token for many requests, and writes the responses in order' {
        $null = Get-TokenOf basic-jwt

        $items = 1..200 | Invoke-BearerRequest -Uri { "/items/$_" } -ThrottleLimit 16

        $items.id | Should -Be (1..200)
        $stats = Get-Stats
        $stats.requests | Should -Be 200
        $stats.unauthorized | Should -Be 0
        $stats.tokenRequests | Should -Be 1
    }

    It 'sends 2,000 requests while 2-second tokens expire, and none fails (<_>)' -ForEach 'short-jwt', 'short-opaque' {
        $null = Get-TokenOf $_
        $taken = [Diagnostics.Stopwatch]::StartNew()

        # 50 ms a response, 16 at a time: more than 6 seconds, so that at least 3 tokens expire.
        $items = 1..2000 | Invoke-BearerRequest -Uri { "/items/${_}?delay=50" } -ThrottleLimit 16 -ErrorAction SilentlyContinue -ErrorVariable failed

        $seconds = $taken.Elapsed.TotalSeconds
        $failed | Should -BeNullOrEmpty
        $items.id | Should -Be (1..2000)
        $stats = Get-Stats
        $seconds | Should -BeGreaterThan 6
        # A handful may have been on their way when a token ended, but a 401 for each renewal would be renewal by replay.
        $stats.unauthorized | Should -BeLessOrEqual 5
        $stats.unauthorized | Should -BeLessThan ($stats.tokensIssued - 1)
        $stats.requests | Should -Be (2000 + $stats.unauthorized)
        # The authority counts in whole seconds, so that a token of 2 seconds lives for 1 to 2.
        $stats.tokensIssued | Should -BeGreaterOrEqual ([Math]::Floor($seconds / 2))
        $stats.tokensIssued | Should -BeLessOrEqual ([Math]::Ceiling($seconds * 2))
        $stats.tokenRequests | Should -Be $stats.tokensIssued
    }

    It 'says invalid_client, with the description of the authority, for a wrong secret' {
        $wrong = Join-Path $TestDrive 'wrong-secret'
        [Guid]::NewGuid().ToString() | Set-Content $wrong -NoNewline

        $failure = { Get-TokenOf basic-jwt $wrong } | Should -Throw -PassThru

        $failure.Exception | Should -BeOfType ([BearerTools.BearerTokenException])
        $failure.Exception.Error | Should -BeExactly 'invalid_client'
        $failure.Exception.ErrorDescription | Should -BeExactly 'client authentication failed'
        $failure.ErrorDetails.Message | Should -BeLike '*client authentication failed*'
        (Get-Stats).tokensIssued | Should -Be 0
    }
}
