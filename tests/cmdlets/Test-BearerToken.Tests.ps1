BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox

    function New-Token([hashtable] $Claims) { [BearerTools.AccessToken]::new((New-Jwt $Claims | ConvertTo-SecureString -AsPlainText -Force)) }
    function Get-Seconds([int] $FromNow) { [DateTimeOffset]::UtcNow.AddSeconds($FromNow).ToUnixTimeSeconds() }
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'Test-BearerToken' {
    BeforeEach { Clear-BearerTokenCache; Reset-SandboxStats $sandbox }

    It 'returns $true for the connected token, without a request' {
        $null = Connect-Sandbox $sandbox

        Test-BearerToken | Should -BeExactly $true
        Test-BearerToken | Should -BeOfType ([bool])
        (Get-SandboxStats $sandbox).tokenRequests | Should -Be 1
    }

    It 'returns $false when nothing is connected, and says why' {
        Test-BearerToken | Should -BeExactly $false
        (Test-BearerToken -Detailed).Reasons | Should -BeLike '*Nothing is connected*Connect-BearerApi*'
    }

    It 'returns $false for a token that has expired, and gets no other' {
        $old = New-Token @{ exp = Get-Seconds -60 }

        Test-BearerToken $old | Should -BeExactly $false
        $tested = Test-BearerToken $old -Detailed
        $tested.Reasons | Should -BeLike 'It expired at *'
        $tested.RemainingLifetime | Should -Be ([TimeSpan]::Zero)
        $tested.Fingerprint | Should -Be $old.Fingerprint
    }

    It 'requires a minimum lifetime' {
        $null = Connect-Sandbox $sandbox lifetime:600

        Test-BearerToken -MinimumLifetime 0:09:00 | Should -BeTrue
        Test-BearerToken -MinimumLifetime (New-TimeSpan -Minutes 11) | Should -BeFalse
    }

    It 'refuses a bare number as a lifetime, which PowerShell reads as ticks' {
        { Test-BearerToken -MinimumLifetime (-[timespan]'0:10:00') } | Should -Throw -ErrorId 'MinimumLifetimeTooShort,*' -ExpectedMessage '*negative*'
        { Test-BearerToken -MinimumLifetime 600 } | Should -Throw -ErrorId 'MinimumLifetimeTooShort,*'
    }

    It 'requires an audience, and every scope' {
        $null = Connect-Sandbox $sandbox api.read, api.write

        Test-BearerToken -Audience $sandbox.Api -Scope api.read, api.write | Should -BeTrue
        Test-BearerToken -Audience 'https://else.example.com', $sandbox.Api | Should -BeTrue
        Test-BearerToken -Audience 'https://else.example.com' | Should -BeFalse
        Test-BearerToken -Scope 'api.read api.admin' | Should -BeFalse
        $tested = Test-BearerToken -Audience 'https://else.example.com' -Scope api.admin -Detailed
        $tested.Result | Should -BeFalse
        @($tested.Reasons).Count | Should -Be 2
        $tested.Reasons -join ' ' | Should -BeLike "*'$($sandbox.Api)'*'api.admin'*'api.read', 'api.write'*"
        $tested.Audience | Should -Be $sandbox.Api
    }

    It 'takes tokens from outside, SecureStrings and entries of the cache from the pipeline' {
        $null = Connect-Sandbox $sandbox
        $tokens = @((New-Token @{ exp = Get-Seconds 60 }), (New-Jwt @{ exp = Get-Seconds -60 } | ConvertTo-SecureString -AsPlainText -Force)) + @(Get-BearerTokenCache)

        $tokens | Test-BearerToken | Should -Be $true, $false, $true
    }

    It 'does not take a token as plain text' {
        { Test-BearerToken (New-Jwt @{ exp = Get-Seconds 60 }) } | Should -Throw -ErrorId 'ParameterArgumentTransformationError,*'
    }

    It 'shows nothing secret with -Detailed' {
        $plain = New-Jwt @{ exp = Get-Seconds 60; sub = 'ada' }
        $tested = Test-BearerToken ($plain | ConvertTo-SecureString -AsPlainText -Force) -Detailed

        $tested.Claims['sub'] | Should -Be 'ada'
        ($tested | Format-List * | Out-String) + ($tested | ConvertTo-Json -Depth 5) | Should -Not -BeLike "*$($plain.Split('.')[2])*"
    }
}

Describe 'Test-BearerToken -Online' {
    BeforeEach { Clear-BearerTokenCache; Reset-SandboxStats $sandbox }

    It 'asks the authority of the token' {
        $token = Connect-Sandbox $sandbox opaque, api.read

        Test-BearerToken -Online -Audience $sandbox.Api -Scope api.read -MinimumLifetime 0:30:00 | Should -BeExactly $true
        Test-BearerToken -Audience $sandbox.Api | Should -BeExactly $false -Because 'an opaque token does not show whom it is for'
        $tested = $token | Test-BearerToken -Online -Detailed
        $tested.IsActive | Should -BeTrue
        $tested.Audience | Should -Be $sandbox.Api
        $tested.Claims['client_id'] | Should -Be $sandbox.ClientId
    }

    It 'detects a revoked token, which the offline test cannot' {
        $null = Connect-Sandbox $sandbox
        Revoke-SandboxTokens $sandbox

        Test-BearerToken | Should -BeTrue
        Test-BearerToken -Online | Should -BeExactly $false
        (Test-BearerToken -Online -Detailed).Reasons | Should -BeLike '*inactive*'
    }

    It 'asks about a token from outside if it is of the authority that is connected' {
        $null = Connect-Sandbox $sandbox api.read
        $value = Get-BearerToken -AsPlainText
        Clear-BearerTokenCache
        $null = Connect-Sandbox $sandbox
        $outside = [BearerTools.AccessToken]::new((ConvertTo-SecureString $value -AsPlainText -Force))

        Test-BearerToken $outside -Online | Should -BeTrue
    }

    It 'sends a token of another issuer to no authority, unless the endpoint is named' {
        $null = Connect-Sandbox $sandbox
        $foreign = New-Token @{ iss = 'https://id.example.com'; exp = Get-Seconds 60 }
        $opaque = [BearerTools.AccessToken]::new((ConvertTo-SecureString ([guid]::NewGuid()) -AsPlainText -Force))

        { Test-BearerToken $foreign -Online } | Should -Throw -ErrorId 'NoAuthorityToAsk,*'
        { Test-BearerToken $opaque -Online } | Should -Throw -ErrorId 'NoAuthorityToAsk,*'
        Test-BearerToken $opaque -IntrospectionEndpoint "$($sandbox.Address)/introspect" | Should -BeExactly $false
    }

    It 'writes an error when no endpoint is known, and processes the next token' {
        $byHand = Get-BearerToken -TokenEndpoint "$($sandbox.Address)/token" -ClientId $sandbox.ClientId -SecretFrom "file:$($sandbox.SecretFile)" -Scope one
        $byName = Connect-Sandbox $sandbox two

        $byHand, $byName | Test-BearerToken -Online -ErrorVariable failures -ErrorAction SilentlyContinue | Should -Be $true

        $failures.FullyQualifiedErrorId | Should -Be 'IntrospectionEndpointMissing,BearerTools.Cmdlets.TestBearerTokenCommand'
        $failures.TargetObject | Should -Be $byHand
    }

    It 'writes an error for a piped token that no header can hold, and processes the next token' {
        $bad, $good = 'two words', (New-Jwt @{ exp = Get-Seconds 60 }) | ForEach-Object { [BearerTools.AccessToken]::new((ConvertTo-SecureString $_ -AsPlainText -Force)) }

        $bad, $good | Test-BearerToken -ErrorVariable failures -ErrorAction SilentlyContinue | Should -Be $true

        $failures.Count | Should -Be 1
        $failures.TargetObject | Should -Be $bad
    }
}
