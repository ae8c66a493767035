# The ways to a token that hand something in: a key's signature, a refresh token, another token, an assertion, a password.

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox
    $address = $sandbox.Address
    $client = @{ Authority = $address; ClientId = $sandbox.ClientId; SecretFrom = "file:$($sandbox.SecretFile)" }

    # What a token request gives that nothing of ours has seen.
    function Get-Response([hashtable] $Form) {
        Invoke-RestMethod "$address/token" -Method Post -Body ($Form + @{ client_id = $sandbox.ClientId; client_secret = Get-Content $sandbox.SecretFile -Raw })
    }

    function New-RefreshToken { (Get-Response @{ grant_type = 'client_credentials'; scope = 'refresh' }).refresh_token | ConvertTo-SecureString -AsPlainText -Force }
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'Get-BearerToken with a key' {
    BeforeEach { Clear-BearerTokenCache }

    It 'proves the client by its private key, in a file beside the prompt' {
        Copy-Item $sandbox.KeyFile TestDrive:/key.pem
        Push-Location TestDrive:/
        try { (Get-BearerToken -Authority $address -ClientId $sandbox.ClientId -ClientKey key.pem).Flow | Should -Be 'ClientCredentials' }
        finally { Pop-Location }
    }

    It 'takes the key from an environment variable' {
        $env:BEARERTOOLS_TEST_KEY = Get-Content $sandbox.KeyFile -Raw
        try { Get-BearerToken -Authority $address -ClientId $sandbox.ClientId -ClientKey env:BEARERTOOLS_TEST_KEY -SigningAlgorithm PS256 | Should -BeOfType ([BearerTools.AccessToken]) }
        finally { $env:BEARERTOOLS_TEST_KEY = $null }
    }

    It 'opens an encrypted key with a password (<_>)' -ForEach 'ClientKeyPassword', 'SecretFrom' {
        $rsa = [Security.Cryptography.RSA]::Create()
        $rsa.ImportFromPem((Get-Content $sandbox.KeyFile -Raw))
        $password = [guid]::NewGuid().ToString()
        $encryption = [Security.Cryptography.PbeParameters]::new('Aes256Cbc', 'SHA256', 1000)
        Set-Content TestDrive:/locked.pem $rsa.ExportEncryptedPkcs8PrivateKeyPem($password, $encryption)
        Set-Content TestDrive:/password $password
        $opener = if ($_ -eq 'SecretFrom') { @{ SecretFrom = 'file:TestDrive:/password' } } else { @{ ClientKeyPassword = ConvertTo-SecureString $password -AsPlainText -Force } }
        $given = @{ Authority = $address; ClientId = $sandbox.ClientId; ClientKey = 'TestDrive:/locked.pem' }

        Get-BearerToken @given @opener | Should -BeOfType ([BearerTools.AccessToken])
        Clear-BearerTokenCache
        { Get-BearerToken @given } | Should -Throw -ErrorId 'KeyPasswordMissing,*'
        { Get-BearerToken @given -ClientKeyPassword (ConvertTo-SecureString 'wrong' -AsPlainText -Force) } | Should -Throw -ErrorId 'KeyPasswordWrong,*'
    }

    It 'names the fault of a key: <Id>' -ForEach @(
        @{ Id = 'KeyNotFound'; File = 'TestDrive:/none.pem' }
        @{ Id = 'WrongKindOfKey'; File = 'TestDrive:/public.pem' }
        @{ Id = 'KeyUnreadable'; File = 'TestDrive:/noise.pem' }
    ) {
        $rsa = [Security.Cryptography.RSA]::Create(2048)
        Set-Content TestDrive:/public.pem $rsa.ExportSubjectPublicKeyInfoPem()
        Set-Content TestDrive:/noise.pem 'noise'

        { Get-BearerToken -Authority $address -ClientId ops -ClientKey $File } | Should -Throw -ErrorId "$Id,*"
    }

    It 'refuses what does not go together: <Name>' -ForEach @(
        @{ Name = 'a secret and a key'; Id = 'ParameterConflict'; With = @{ ClientSecret = [securestring]::new(); ClientKey = 'env:BEARERTOOLS_NONE' } }
        @{ Name = 'an algorithm without a key'; Id = 'ParameterConflict'; With = @{ SigningAlgorithm = 'RS256' } }
        @{ Name = 'a password without a key'; Id = 'ParameterConflict'; With = @{ ClientKeyPassword = [securestring]::new() } }
        @{ Name = 'a thumbprint and a key'; Id = 'ParameterConflict'; With = @{ ClientCertificateThumbprint = 'AB'; ClientKey = 'env:BEARERTOOLS_NONE' } }
    ) {
        { Get-BearerToken -Authority $address -ClientId ops @With } | Should -Throw -ErrorId "$Id,*"
        (Get-BearerTokenCache) | Should -BeNullOrEmpty
    }
}

Describe 'Get-BearerToken with a refresh token' {
    BeforeEach { Clear-BearerTokenCache; Reset-SandboxStats $sandbox }

    It 'uses it, and those that replace it' {
        Connect-BearerApi @client -RefreshToken (New-RefreshToken); $first = Get-BearerToken
        $second = Get-BearerToken -ForceRefresh
        $third = Update-BearerToken

        $first.Flow | Should -Be 'RefreshToken'
        @($first, $second, $third | ForEach-Object Fingerprint | Sort-Object -Unique).Count | Should -Be 3
    }

    It 'says how to log in again when it was used before' {
        $used = New-RefreshToken
        $null = Get-Response @{ grant_type = 'refresh_token'; refresh_token = [Net.NetworkCredential]::new('', $used).Password }

        $failure = { Get-BearerToken @client -RefreshToken $used } | Should -Throw -ErrorId 'InvalidGrant,*' -PassThru

        $failure.ErrorDetails.Message | Should -BeLike '*used before*-Interactive*'
    }

    It 'renews by it while requests are sent, when tokens expire' {
        $refresh = (Get-Response @{ grant_type = 'client_credentials'; scope = 'refresh lifetime:1' }).refresh_token
        Set-Content TestDrive:/refresh $refresh
        Connect-BearerApi @client -RefreshTokenFrom file:TestDrive:/refresh -BaseUri $sandbox.Api

        $items = 1..150 | Invoke-BearerRequest -Uri { "/items/$_`?delay=100" } -ThrottleLimit 8

        $items.id | Should -Be (1..150)
    }
}

Describe 'Get-BearerToken by token exchange' {
    BeforeEach { Clear-BearerTokenCache }

    It 'gives one token for another, and says of what type it is' {
        $mine = Get-BearerToken @client
        $token = Get-BearerToken @client -SubjectToken $mine -ActorToken $mine -Audience billing -RequestedTokenType access_token

        $token.Flow | Should -Be 'TokenExchange'
        $token.IssuedTokenType | Should -BeExactly 'urn:ietf:params:oauth:token-type:access_token'
        $token.Fingerprint | Should -Not -Be $mine.Fingerprint
    }

    It 'takes the subject''s token from a file' {
        Set-Content TestDrive:/subject (Get-BearerToken @client -AsPlainText)
        (Get-BearerToken @client -SubjectTokenFrom file:TestDrive:/subject -SubjectTokenType jwt).Flow | Should -Be 'TokenExchange'
    }

    It 'never sends a token that is not an access token to an API' {
        $mine = Get-BearerToken @client
        Connect-BearerApi @client -SubjectToken $mine -RequestedTokenType id_token -BaseUri $sandbox.Api; $token = Get-BearerToken
        Reset-SandboxStats $sandbox

        $token.TokenType | Should -Be 'N_A'
        { Invoke-BearerRequest /items/1 -ErrorAction Stop } | Should -Throw -ErrorId 'TokenNotForApis,*'
        { Invoke-RestMethod "$($sandbox.Api)items/1" -Authentication Bearer -Token $token -AllowUnencryptedAuthentication } | Should -Throw
        (Get-SandboxStats $sandbox).requests | Should -Be 0
        $token.Token.Length | Should -BeGreaterThan 10
    }
}

Describe 'Get-BearerToken by an assertion' {
    BeforeEach { Clear-BearerTokenCache }

    It 'signs it for a user with the client''s key' {
        $token = Get-BearerToken -Authority $address -ClientId $sandbox.ClientId -ClientKey $sandbox.KeyFile -Subject ada

        $token.Flow | Should -Be 'JwtBearer'
        $token.Claims['sub'] | Should -BeExactly 'ada'
    }

    It 'proves the client besides, when that is asked for' {
        (Get-BearerToken -Authority $address -ClientId $sandbox.ClientId -ClientKey $sandbox.KeyFile -Subject ada -ClientAuthenticationMethod private_key_jwt).Claims['sub'] | Should -BeExactly 'ada'
    }

    It 'needs only a service account''s key file' {
        $token = Get-BearerToken -ServiceAccountKey $sandbox.ServiceAccount -Scope lifetime:60

        $token.Account | Should -BeExactly 'robot@sandbox.example.com'
        ($token.ExpiresOn - $token.IssuedOn).TotalSeconds | Should -Be 60
        { Get-BearerToken -ServiceAccountKey $sandbox.ServiceAccount -ClientId ops } | Should -Throw -ErrorId 'AmbiguousParameterSet,*'
        { Get-BearerToken -ServiceAccountKey $sandbox.KeyFile } | Should -Throw -ErrorId 'WrongKindOfKey,*'
    }

    It 'sends one from another issuer, which is refused the second time' {
        $rsa = [Security.Cryptography.RSA]::Create()
        $rsa.ImportFromPem((Get-Content $sandbox.KeyFile -Raw))
        $now = [DateTimeOffset]::UtcNow.ToUnixTimeSeconds()
        $encode = { [Convert]::ToBase64String($args[0]).TrimEnd('=').Replace('+', '-').Replace('/', '_') }
        $signed = '{"alg":"RS256"}', "{`"iss`":`"$($sandbox.ClientId)`",`"sub`":`"eve`",`"aud`":`"$address`",`"exp`":$($now + 60),`"jti`":`"$([guid]::NewGuid())`"}" |
            ForEach-Object { & $encode ([Text.Encoding]::UTF8.GetBytes($_)) } | Join-String -Separator '.'
        $signature = & $encode $rsa.SignData([Text.Encoding]::ASCII.GetBytes($signed), 'SHA256', [Security.Cryptography.RSASignaturePadding]::Pkcs1)
        Set-Content TestDrive:/assertion "$signed.$signature"

        Connect-BearerApi -Authority $address -ClientId $sandbox.ClientId -AssertionFrom file:TestDrive:/assertion -ClientAuthenticationMethod none
        (Get-BearerToken).Claims['sub'] | Should -BeExactly 'eve'
        { Get-BearerToken -ForceRefresh } | Should -Throw -ErrorId 'InvalidGrant,*'
    }
}

Describe 'Get-BearerToken for a GitHub App' {
    BeforeEach { Clear-BearerTokenCache }

    It 'gets the token of an installation, for the API that it comes from' {
        Connect-BearerApi -AppId $sandbox.ClientId -InstallationId 4711 -ClientKey $sandbox.KeyFile -Authority "$address/github" -Permission @{ contents = 'read' } -Repository one; $token = Get-BearerToken

        $token.Flow | Should -Be 'GitHubApp'
        $token.Scopes | Should -Be 'contents:read'
        ($token.ExpiresOn - [DateTimeOffset]::Now).TotalMinutes | Should -BeGreaterThan 58
        (Invoke-BearerRequest "$address/api/items/1").id | Should -Be 1
        { Invoke-BearerRequest https://api.example.com/ -ErrorAction Stop } | Should -Throw -ErrorId 'OriginNotAllowed,*'
    }

    It 'says what is wrong: <Id>' -ForEach @(
        @{ Id = 'InstallationNotFound'; With = @{ InstallationId = 1 } }
        @{ Id = 'GitHubAppRejected'; With = @{ InstallationId = 4711; AppId = 'another' } }
        @{ Id = 'AmbiguousParameterSet'; With = @{ InstallationId = 4711; Scope = 'a' } }
    ) {
        $given = @{ AppId = $sandbox.ClientId; ClientKey = $sandbox.KeyFile; Authority = "$address/github" }
        $With.Keys | ForEach-Object { $given[$_] = $With[$_] }

        { Get-BearerToken @given } | Should -Throw -ErrorId "$Id,*"
    }
}

Describe 'Get-BearerToken with a user''s password' {
    BeforeEach { Clear-BearerTokenCache; Reset-SandboxStats $sandbox }

    It 'does it only behind its switch, and warns' {
        $token = Get-BearerToken @client -LegacyPassword -Credential (Get-Login $sandbox) -WarningVariable warned -WarningAction SilentlyContinue

        $token.Account | Should -BeExactly $sandbox.UserName
        "$warned" | Should -BeLike '*RFC 9700*'
    }

    It 'sends no password to a token endpoint without it' {
        { Get-BearerToken @client -Credential (Get-Login $sandbox) } | Should -Throw '*LegacyPassword*' -ErrorId 'MissingMandatoryParameter,*'
        (Get-SandboxStats $sandbox).tokenRequests | Should -Be 0
    }

    It 'does not send a refused password again by itself' {
        $wrong = [pscredential]::new($sandbox.UserName, (ConvertTo-SecureString 'a guess' -AsPlainText -Force))

        { Get-BearerToken @client -LegacyPassword -Credential $wrong -WarningAction SilentlyContinue } | Should -Throw -ErrorId 'InvalidGrant,*'
        { Get-BearerToken @client -LegacyPassword -Credential $wrong -WarningAction SilentlyContinue } | Should -Throw -ErrorId 'LoginRejected,*'
        (Get-SandboxStats $sandbox).tokenRequests | Should -Be 1
    }
}
