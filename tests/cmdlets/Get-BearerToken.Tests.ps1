BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox
    $address = $sandbox.Address
    $client = @{ ClientId = $sandbox.ClientId; SecretFrom = "file:$($sandbox.SecretFile)" }
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'Get-BearerToken by client credentials' {
    BeforeEach { Clear-BearerTokenCache; Reset-SandboxStats $sandbox }

    It 'finds the endpoint by the authority''s metadata' {
        $token = Get-BearerToken -Authority $address @client

        $token.Flow | Should -Be 'ClientCredentials'
        $token.Authority | Should -BeExactly $address
        $token.ClientId | Should -BeExactly $sandbox.ClientId
        $token.TokenType | Should -Be 'Bearer'
        $token.Claims['iss'] | Should -BeExactly $address
    }

    It 'finds metadata at each address that an issuer with a path may use (<_>)' -ForEach 'only-inserted', 'only-appended' {
        (Get-BearerToken -Authority "$address/odd/$_" @client).Authority | Should -BeExactly "$address/odd/$_"
    }

    It 'asks a token endpoint that is given by hand' {
        (Get-BearerToken -TokenEndpoint "$address/token" @client).Claims['sub'] | Should -BeExactly $sandbox.ClientId
    }

    It 'proves the client by <_>' -ForEach 'client_secret_basic', 'client_secret_post' {
        Get-BearerToken -TokenEndpoint "$address/token" @client -ClientAuthenticationMethod $_ | Should -BeOfType ([BearerTools.AccessToken])
    }

    It 'takes the secret as a SecureString' {
        $secret = Get-Content $sandbox.SecretFile -Raw | ConvertTo-SecureString -AsPlainText -Force
        Get-BearerToken -Authority $address -ClientId $sandbox.ClientId -ClientSecret $secret | Should -BeOfType ([BearerTools.AccessToken])
    }

    It 'takes the secret from an environment variable' {
        $env:BEARERTOOLS_TEST_SECRET = Get-Content $sandbox.SecretFile -Raw
        try { Get-BearerToken -Authority $address -ClientId $sandbox.ClientId -SecretFrom env:BEARERTOOLS_TEST_SECRET | Should -BeOfType ([BearerTools.AccessToken]) }
        finally { $env:BEARERTOOLS_TEST_SECRET = $null }
    }

    It 'takes the secret from a file beside the prompt (<_>), with the newline that editors leave' -ForEach 'file:secret.txt', 'file:./secret.txt', 'file:TestDrive:/secret.txt' {
        "$(Get-Content $sandbox.SecretFile -Raw)`n" | Set-Content TestDrive:/secret.txt -NoNewline
        Push-Location TestDrive:/
        try { Get-BearerToken -Authority $address -ClientId $sandbox.ClientId -SecretFrom $_ | Should -BeOfType ([BearerTools.AccessToken]) }
        finally { Pop-Location }
    }

    It 'asks for scopes, in a list or in one text' {
        $listed = Get-BearerToken -Authority $address @client -Scope api.read, api.write
        $written = Get-BearerToken -Authority $address @client -Scope 'api.write api.read'

        $listed.Scopes | Should -Be 'api.read', 'api.write'
        $listed.Claims['scope'] | Should -BeExactly 'api.read api.write'
        $written.Fingerprint | Should -Be $listed.Fingerprint -Because 'the order of scopes makes no other token'
        (Get-SandboxStats $sandbox).tokenRequests | Should -Be 1
    }

    It 'gives the cached token the second time' {
        Connect-BearerApi -Authority $address @client; $first = Get-BearerToken
        $second = Get-BearerToken -Authority $address @client
        $connected = Get-BearerToken

        $second.Fingerprint, $connected.Fingerprint | Should -Be $first.Fingerprint, $first.Fingerprint
        (Get-SandboxStats $sandbox).tokenRequests | Should -Be 1
    }

    It 'keeps tokens of other scopes, clients'' secrets or endpoints apart' {
        $secret = "$(Get-Content $sandbox.SecretFile -Raw)"
        Set-Content TestDrive:/rotating.txt 'of yesterday' -NoNewline
        $rotating = @{ Authority = $address; ClientId = $sandbox.ClientId; SecretFrom = 'file:TestDrive:/rotating.txt' }
        { Get-BearerToken @rotating } | Should -Throw
        Set-Content TestDrive:/rotating.txt $secret -NoNewline

        $tokens = @(
            Get-BearerToken @rotating
            Get-BearerToken -Authority $address @client
            Get-BearerToken -Authority $address @client -Scope api.read
            Get-BearerToken -TokenEndpoint "$address/token" @client
        )

        @($tokens.Fingerprint | Select-Object -Unique).Count | Should -Be 4
    }

    It 'gets a new one with -ForceRefresh, which then is the cached one' {
        Connect-BearerApi -Authority $address @client; $first = Get-BearerToken
        $second = Get-BearerToken -ForceRefresh
        $third = Get-BearerToken -Authority $address @client

        $second.Fingerprint | Should -Not -Be $first.Fingerprint
        $third.Fingerprint | Should -Be $second.Fingerprint
        (Get-SandboxStats $sandbox).tokenRequests | Should -Be 2
    }

    It 'does not cache a failure: the next call sends a request again' {
        { Get-BearerToken -Authority $address @client -Scope forbidden } | Should -Throw
        { Get-BearerToken -Authority $address @client -Scope forbidden } | Should -Throw

        (Get-SandboxStats $sandbox).tokenRequests | Should -Be 2
    }

    It 'sends the additional parameters of a provider with -AdditionalParameter' {
        $token = Get-BearerToken -Authority $address @client -AdditionalParameter @{ audience = 'https://api.example.com' } -Resource https://api.example.com
        $token | Should -BeOfType ([BearerTools.AccessToken])
    }
}

Describe 'Get-BearerToken by a login of the API' {
    BeforeEach { Clear-BearerTokenCache; Reset-SandboxStats $sandbox }

    It 'logs in with -Credential, and knows whose token it is' {
        $token = Get-BearerToken -LoginUri "$address/login" -Credential (Get-Login $sandbox)

        $token.Flow | Should -Be 'JsonLogin'
        $token.Account | Should -BeExactly $sandbox.UserName
        $token.Authority | Should -BeExactly "$address/login"
        ($token.ExpiresOn - [DateTimeOffset]::Now).TotalMinutes | Should -BeGreaterThan 55
    }

    It 'logs in with -UserName and -SecretFrom' {
        (Get-BearerToken -LoginUri "$address/login" -UserName $sandbox.UserName -SecretFrom "file:$($sandbox.PasswordFile)").Account | Should -Be $sandbox.UserName
    }

    It 'posts a hashtable, with a SecureString in it' {
        $body = @{ username = $sandbox.UserName; password = Get-Password $sandbox; lifetime = 600 }
        $token = Get-BearerToken -LoginUri "$address/login" -Body $body

        ($token.ExpiresOn - [DateTimeOffset]::Now).TotalMinutes | Should -BeLessOrEqual 10
    }

    It 'posts a hashtable whose secret comes by -SecretFrom' {
        Get-BearerToken -LoginUri "$address/login" -Body @{ username = $sandbox.UserName } -SecretFrom "file:$($sandbox.PasswordFile)" |
            Should -BeOfType ([BearerTools.AccessToken])
    }

    It 'posts further fields beside the credentials' {
        $token = Get-BearerToken -LoginUri "$address/login" -Credential (Get-Login $sandbox) -Body @{ lifetime = 600 }
        ($token.ExpiresOn - [DateTimeOffset]::Now).TotalMinutes | Should -BeLessOrEqual 10
    }

    It 'posts an object like a hashtable' {
        $body = [pscustomobject]@{ username = $sandbox.UserName; password = Get-Password $sandbox }
        Get-BearerToken -LoginUri "$address/login" -Body $body | Should -BeOfType ([BearerTools.AccessToken])
    }

    It 'posts a complete body unchanged, from the command line or from a file' {
        $body = @{ username = $sandbox.UserName; password = Get-Content $sandbox.PasswordFile -Raw } | ConvertTo-Json
        Set-Content TestDrive:/login.json $body

        Get-BearerToken -LoginUri "$address/login" -Body $body | Should -BeOfType ([BearerTools.AccessToken])
        Get-BearerToken -LoginUri "$address/login" -SecretFrom file:TestDrive:/login.json | Should -BeOfType ([BearerTools.AccessToken])
    }

    It 'posts a form' {
        $form = 'application/x-www-form-urlencoded'
        Get-BearerToken -LoginUri "$address/login" -ContentType $form -Credential (Get-Login $sandbox) | Should -BeOfType ([BearerTools.AccessToken])
        Get-BearerToken -LoginUri "$address/login" -ContentType $form -Body @{ username = $sandbox.UserName; password = Get-Password $sandbox } |
            Should -BeOfType ([BearerTools.AccessToken])
    }

    It 'finds the token at a path, and its life at another' {
        Connect-BearerApi -LoginUri "$address/login/nested" -Credential (Get-Login $sandbox) -TokenPath data.auth.accessToken -ExpiresInPath data.auth.expiresIn -BaseUri $sandbox.Api; $token = Get-BearerToken

        ($token.ExpiresOn - [DateTimeOffset]::Now).TotalMinutes | Should -BeGreaterThan 55
        (Invoke-BearerRequest items/1).id | Should -Be 1
    }

    It 'finds the token by itself where APIs usually have it (<_>)' -ForEach '/login', '/login/nested', '/login/text', '/login/quoted' {
        Connect-BearerApi -LoginUri "$address$_" -Credential (Get-Login $sandbox) -BaseUri $sandbox.Api
        (Invoke-BearerRequest items/1).id | Should -Be 1
    }

    It 'finds the token in a header' {
        Connect-BearerApi -LoginUri "$address/login/header" -Credential (Get-Login $sandbox) -TokenHeader X-Auth-Token -BaseUri $sandbox.Api
        (Invoke-BearerRequest items/1).id | Should -Be 1
    }

    It 'logs in again by itself when the token has expired' {
        $body = @{ username = $sandbox.UserName; password = Get-Password $sandbox; lifetime = 1 }
        Connect-BearerApi -LoginUri "$address/login" -Body $body; $first = Get-BearerToken
        while ($first.ExpiresOn -gt [DateTimeOffset]::Now) { Start-Sleep -Milliseconds 50 }
        $second = Get-BearerToken

        $second.Fingerprint | Should -Not -Be $first.Fingerprint
        (Get-SandboxStats $sandbox).logins | Should -Be 2
    }

    It 'does not send a wrong password twice by itself, but does with -ForceRefresh' {
        $wrong = [pscredential]::new($sandbox.UserName, (ConvertTo-SecureString "$(New-Guid)" -AsPlainText -Force))

        $first = { Get-BearerToken -LoginUri "$address/login" -Credential $wrong } | Should -Throw -PassThru
        $second = { Get-BearerToken -LoginUri "$address/login" -Credential $wrong } | Should -Throw -PassThru
        (Get-SandboxStats $sandbox).logins | Should -Be 1
        { Get-BearerToken -LoginUri "$address/login" -Credential $wrong -ForceRefresh } | Should -Throw
        (Get-SandboxStats $sandbox).logins | Should -Be 2

        $first.FullyQualifiedErrorId, $second.FullyQualifiedErrorId | Should -Be (, 'LoginRejected,BearerTools.Cmdlets.GetBearerTokenCommand' * 2)
        $first.CategoryInfo.Category | Should -Be AuthenticationError
        $first.Exception.StatusCode | Should -Be 401
        $first.ErrorDetails.Message | Should -BeLike '*User name or password is wrong.*Check the user name*'
        $second.ErrorDetails.Message | Should -BeLike '*not sent again automatically*-ForceRefresh*'
    }
}

Describe 'Get-BearerToken with an existing token' {
    BeforeEach { Clear-BearerTokenCache; Reset-SandboxStats $sandbox }

    BeforeAll {
        function Get-Fresh([string[]] $Scope = @()) { Get-BearerToken -Authority $address @client -Scope $Scope -ForceRefresh -AsPlainText }
    }

    It 'takes it as a SecureString or as a token' {
        $token = Get-Fresh | ConvertTo-SecureString -AsPlainText -Force
        Connect-BearerApi -Token $token -BaseUri $sandbox.Api; $given = Get-BearerToken

        $given.Flow | Should -Be 'GivenToken'
        $given.Account | Should -BeExactly $sandbox.ClientId -Because 'a JWT says so'
        (Invoke-BearerRequest items/1).id | Should -Be 1
        (Get-BearerToken -Token $given).Fingerprint | Should -Be $given.Fingerprint
        (Get-BearerToken -Token ([BearerTools.AccessToken]::new($token))).Fingerprint | Should -Be $given.Fingerprint
    }

    It 'takes it from an environment variable, as the token alone or as a header''s value' {
        $plain = Get-Fresh
        try {
            $env:BEARERTOOLS_TEST_TOKEN = $plain
            $bare = Get-BearerToken -TokenFrom env:BEARERTOOLS_TEST_TOKEN
            $env:BEARERTOOLS_TEST_TOKEN = "Bearer $plain"
            $headed = Get-BearerToken -TokenFrom env:BEARERTOOLS_TEST_TOKEN
        }
        finally { $env:BEARERTOOLS_TEST_TOKEN = $null }

        $headed.Fingerprint | Should -Be $bare.Fingerprint
    }

    It 'takes it from a file beside the prompt' {
        Get-Fresh | Set-Content TestDrive:/token.txt
        Push-Location TestDrive:/
        try { Connect-BearerApi -TokenFrom file:token.txt -BaseUri $sandbox.Api }
        finally { Pop-Location }

        (Invoke-BearerRequest items/1).id | Should -Be 1 -Because 'the place is fixed when it is named, wherever the prompt goes'
    }

    It 'reads the file again when the token has expired' {
        $end = [DateTimeOffset]::Now.AddSeconds(2)
        New-Jwt @{ exp = $end.ToUnixTimeSeconds(); sub = 'early' } | Set-Content TestDrive:/running.txt
        Connect-BearerApi -TokenFrom file:TestDrive:/running.txt; $first = Get-BearerToken
        New-Jwt @{ exp = $end.AddHours(1).ToUnixTimeSeconds(); sub = 'late' } | Set-Content TestDrive:/running.txt
        while ($first.ExpiresOn -gt [DateTimeOffset]::Now) { Start-Sleep -Milliseconds 50 }

        (Get-BearerToken).Account | Should -Be 'late'
    }

    It 'reads the file again when the API rejects the token' {
        Get-Fresh | Set-Content TestDrive:/revoked.txt
        Connect-BearerApi -TokenFrom file:TestDrive:/revoked.txt -BaseUri $sandbox.Api
        Revoke-SandboxTokens $sandbox
        $new = Get-BearerToken -Authority $address @client -ForceRefresh -AsPlainText
        $new | Set-Content TestDrive:/revoked.txt
        Connect-BearerApi -TokenFrom file:TestDrive:/revoked.txt -BaseUri $sandbox.Api

        (Invoke-BearerRequest echo).tokenFingerprint | Should -Be (Get-EchoedFingerprint $new)
    }

    It 'refuses one that has expired' {
        $old = New-Jwt @{ exp = [DateTimeOffset]::Now.AddMinutes(-1).ToUnixTimeSeconds() } | ConvertTo-SecureString -AsPlainText -Force
        $failure = { Get-BearerToken -Token $old } | Should -Throw -PassThru

        $failure.FullyQualifiedErrorId | Should -Be 'TokenExpired,BearerTools.Cmdlets.GetBearerTokenCommand'
        $failure.CategoryInfo.Category | Should -Be AuthenticationError
        $failure.ErrorDetails.Message | Should -BeLike '*has expired*expired at*Get a new token*'
    }

    It 'refuses plain text, and does not repeat it' {
        $failure = { Get-BearerToken -Token 'plain-as-day' } | Should -Throw -PassThru

        "$failure" | Should -BeLike '*-TokenFrom env:NAME*'
        "$failure" | Should -Not -BeLike '*plain-as-day*'
    }
}

Describe 'The token' {
    BeforeEach {
        Clear-BearerTokenCache
        $token = Get-BearerToken -Authority $address @client
    }

    It 'is an AccessToken whose members have the types that scripts expect' {
        $token | Should -BeOfType ([BearerTools.AccessToken])
        $token.Token | Should -BeOfType ([securestring])
        $token.ExpiresOn | Should -BeOfType ([DateTimeOffset])
        $token.IssuedOn | Should -BeOfType ([DateTimeOffset])
        $token.Fingerprint | Should -Match '^[0-9a-f]{12}$'
    }

    It 'binds to -Token of Invoke-RestMethod' {
        $response = Invoke-RestMethod "$($sandbox.Api)echo" -Authentication Bearer -Token $token -AllowUnencryptedAuthentication
        $response.tokenFingerprint | Should -Be (Get-EchoedFingerprint (ConvertTo-Plain $token.Token))
    }

    It 'is given as text with -AsPlainText only' {
        $plain = Get-BearerToken -Authority $address @client -AsPlainText
        $plain | Should -BeOfType ([string])
        $plain | Should -BeExactly (ConvertTo-Plain $token.Token)
        "$token" | Should -BeLike "*$($token.Fingerprint)*"
        "$token" | Should -Not -BeLike "*$plain*"
    }

    It 'is shown as a table without the token' {
        $shown = $token | Out-String
        $shown | Should -BeLike "*Fingerprint*ExpiresOn*$($token.Fingerprint)*"
    }
}
