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

    It 'finds metadata wherever an issuer with a path may have it (<_>)' -ForEach 'only-inserted', 'only-appended' {
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
        $first = Get-BearerToken -Authority $address @client
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
        $first = Get-BearerToken -Authority $address @client
        $second = Get-BearerToken -ForceRefresh
        $third = Get-BearerToken -Authority $address @client

        $second.Fingerprint | Should -Not -Be $first.Fingerprint
        $third.Fingerprint | Should -Be $second.Fingerprint
        (Get-SandboxStats $sandbox).tokenRequests | Should -Be 2
    }

    It 'keeps no failure: the next try asks again' {
        { Get-BearerToken -Authority $address @client -Scope forbidden } | Should -Throw
        { Get-BearerToken -Authority $address @client -Scope forbidden } | Should -Throw

        (Get-SandboxStats $sandbox).tokenRequests | Should -Be 2
    }

    It 'sends what a provider wants besides by -AdditionalParameter' {
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

    It 'posts a complete body as it is, from the command line or from a file' {
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
        $token = Get-BearerToken -LoginUri "$address/login/nested" -Credential (Get-Login $sandbox) -TokenPath data.auth.accessToken -ExpiresInPath data.auth.expiresIn -BaseUri $sandbox.Api

        ($token.ExpiresOn - [DateTimeOffset]::Now).TotalMinutes | Should -BeGreaterThan 55
        (Invoke-BearerRequest items/1).id | Should -Be 1
    }

    It 'finds the token by itself where APIs usually have it (<_>)' -ForEach '/login', '/login/nested', '/login/text', '/login/quoted' {
        $null = Get-BearerToken -LoginUri "$address$_" -Credential (Get-Login $sandbox) -BaseUri $sandbox.Api
        (Invoke-BearerRequest items/1).id | Should -Be 1
    }

    It 'finds the token in a header' {
        $null = Get-BearerToken -LoginUri "$address/login/header" -Credential (Get-Login $sandbox) -TokenHeader X-Auth-Token -BaseUri $sandbox.Api
        (Invoke-BearerRequest items/1).id | Should -Be 1
    }

    It 'logs in again by itself when the token has run out' {
        $body = @{ username = $sandbox.UserName; password = Get-Password $sandbox; lifetime = 1 }
        $first = Get-BearerToken -LoginUri "$address/login" -Body $body
        while ($first.ExpiresOn -gt [DateTimeOffset]::Now) { Start-Sleep -Milliseconds 50 }
        $second = Get-BearerToken

        $second.Fingerprint | Should -Not -Be $first.Fingerprint
        (Get-SandboxStats $sandbox).logins | Should -Be 2
    }

    It 'does not send a wrong password twice by itself, but does when it is told to' {
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
        $second.ErrorDetails.Message | Should -BeLike '*not sent again by themselves*-ForceRefresh*'
    }
}

Describe 'Get-BearerToken with a token that is there already' {
    BeforeEach { Clear-BearerTokenCache; Reset-SandboxStats $sandbox }

    BeforeAll {
        function Get-Fresh([string[]] $Scope = @()) { Get-BearerToken -Authority $address @client -Scope $Scope -ForceRefresh -AsPlainText }
    }

    It 'takes it as a SecureString or as a token' {
        $token = Get-Fresh | ConvertTo-SecureString -AsPlainText -Force
        $given = Get-BearerToken -Token $token -BaseUri $sandbox.Api

        $given.Flow | Should -Be 'GivenToken'
        $given.Account | Should -BeExactly $sandbox.ClientId -Because 'a JWT says so'
        (Invoke-BearerRequest items/1).id | Should -Be 1
        (Get-BearerToken -Token $given).Fingerprint | Should -Be $given.Fingerprint
        (Get-BearerToken -Token ([BearerTools.AccessToken]::new($token))).Fingerprint | Should -Be $given.Fingerprint
    }

    It 'takes it from an environment variable, as it is or as a header''s value' {
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
        try { $null = Get-BearerToken -TokenFrom file:token.txt -BaseUri $sandbox.Api }
        finally { Pop-Location }

        (Invoke-BearerRequest items/1).id | Should -Be 1 -Because 'the place is fixed when it is named, wherever the prompt goes'
    }

    It 'reads the file again when the token has run out' {
        $end = [DateTimeOffset]::Now.AddSeconds(2)
        New-Jwt @{ exp = $end.ToUnixTimeSeconds(); sub = 'early' } | Set-Content TestDrive:/running.txt
        $first = Get-BearerToken -TokenFrom file:TestDrive:/running.txt
        New-Jwt @{ exp = $end.AddHours(1).ToUnixTimeSeconds(); sub = 'late' } | Set-Content TestDrive:/running.txt
        while ($first.ExpiresOn -gt [DateTimeOffset]::Now) { Start-Sleep -Milliseconds 50 }

        (Get-BearerToken).Account | Should -Be 'late'
    }

    It 'reads the file again when the API rejects the token' {
        Get-Fresh | Set-Content TestDrive:/revoked.txt
        $null = Get-BearerToken -TokenFrom file:TestDrive:/revoked.txt -BaseUri $sandbox.Api
        Revoke-SandboxTokens $sandbox
        $new = Get-BearerToken -Authority $address @client -ForceRefresh -AsPlainText
        $new | Set-Content TestDrive:/revoked.txt
        $null = Get-BearerToken -TokenFrom file:TestDrive:/revoked.txt -BaseUri $sandbox.Api

        (Invoke-BearerRequest echo).tokenFingerprint | Should -Be (Get-EchoedFingerprint $new)
    }

    It 'refuses one that has run out' {
        $old = New-Jwt @{ exp = [DateTimeOffset]::Now.AddMinutes(-1).ToUnixTimeSeconds() } | ConvertTo-SecureString -AsPlainText -Force
        $failure = { Get-BearerToken -Token $old } | Should -Throw -PassThru

        $failure.FullyQualifiedErrorId | Should -Be 'TokenExpired,BearerTools.Cmdlets.GetBearerTokenCommand'
        $failure.CategoryInfo.Category | Should -Be AuthenticationError
        $failure.ErrorDetails.Message | Should -BeLike '*run out*ended at*Get a new token*'
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
        $answer = Invoke-RestMethod "$($sandbox.Api)echo" -Authentication Bearer -Token $token -AllowUnencryptedAuthentication
        $answer.tokenFingerprint | Should -Be (Get-EchoedFingerprint (ConvertTo-Plain $token.Token))
    }

    It 'is given as text with -AsPlainText only' {
        $plain = Get-BearerToken -AsPlainText
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

Describe 'Get-BearerToken that fails' {
    BeforeEach { Clear-BearerTokenCache; Reset-SandboxStats $sandbox }

    BeforeAll {
        $tls = Start-Sandbox -Tls
        $given = @{
            Address = $address
            Tls     = $tls.Address
            Login   = Get-Login $sandbox
            Secret  = ConvertTo-SecureString "$(New-Guid)" -AsPlainText -Force
        }
        function Get-Failure([hashtable] $Parameters) {
            try { $null = Get-BearerToken @Parameters -ErrorAction SilentlyContinue }
            catch { return $_ }
            throw 'It did not fail.'
        }
    }

    AfterAll { Stop-Sandbox $tls }

    It 'says so when <Name>' -ForEach @(
        @{ Name = 'the authority is unknown'; Id = 'DiscoveryNotFound'; Category = 'ObjectNotFound'; Says = '*no metadata*/nowhere/.well-known/*Check the authority*'
            With = { @{ Authority = "$($given.Address)/nowhere"; ClientId = 'ops'; ClientSecret = $given.Secret } }
        }
        @{ Name = 'the metadata is not JSON'; Id = 'AnswerNotJson'; Category = 'InvalidData'; Says = '*text/html*That is a web page: check the address*'
            With = { @{ Authority = "$($given.Address)/odd/not-json"; ClientId = 'ops'; ClientSecret = $given.Secret } }
        }
        @{ Name = 'the metadata names another issuer'; Id = 'IssuerMismatch'; Category = 'SecurityError'; Says = "*give exactly this: -Authority 'http://127.0.0.1:*/odd/another'*"
            With = { @{ Authority = "$($given.Address)/odd/other-issuer"; ClientId = 'ops'; ClientSecret = $given.Secret } }
        }
        @{ Name = 'the issuer has no slash at its end'; Id = 'IssuerMismatch'; Category = 'SecurityError'; Says = "*only in the slash*-Authority 'http://127.0.0.1:*"
            With = { @{ Authority = "$($given.Address)/"; ClientId = 'ops'; ClientSecret = $given.Secret } }
        }
        @{ Name = 'the metadata names no token endpoint'; Id = 'TokenEndpointMissing'; Category = 'InvalidArgument'; Says = '*Give the token endpoint*'
            With = { @{ Authority = "$($given.Address)/odd/no-endpoint"; ClientId = 'ops'; ClientSecret = $given.Secret } }
        }
        @{ Name = 'the metadata names an endpoint without https'; Id = 'InsecureEndpoint'; Category = 'SecurityError'; Says = '*not https*Nothing is sent there*'
            With = { @{ Authority = "$($given.Address)/odd/http-endpoint"; ClientId = 'ops'; ClientSecret = $given.Secret } }
        }
        @{ Name = 'the authority has no https'; Id = 'InsecureEndpoint'; Category = 'SecurityError'; Says = '*not https*Give its https address*'
            With = { @{ Authority = 'http://id.example.com'; ClientId = 'ops'; ClientSecret = $given.Secret } }
        }
        @{ Name = 'the token endpoint redirects'; Id = 'UnexpectedRedirect'; Category = 'SecurityError'; Says = '*follow no redirects*'
            With = { @{ TokenEndpoint = "$($given.Address)/odd/redirect/token"; ClientId = 'ops'; ClientSecret = $given.Secret } }
        }
        @{ Name = 'the secret is wrong'; Id = 'InvalidClient'; Category = 'AuthenticationError'; Says = "*invalid_client: The secret of client 'ops' is wrong.*Check the client id and its secret*"
            With = { @{ Authority = $given.Address; ClientId = 'ops'; ClientSecret = $given.Secret } }
        }
        @{ Name = 'a scope is not granted'; Id = 'InvalidScope'; Category = 'InvalidArgument'; Says = "*'forbidden' is not granted*Check the spelling*"
            With = { @{ Authority = $given.Address; ClientId = 'ops'; SecretFrom = $client.SecretFrom; Scope = 'forbidden' } }
        }
        @{ Name = 'the token is of an unknown type'; Id = 'UnknownTokenType'; Category = 'InvalidData'; Says = "*type 'mac'*"
            With = { @{ Authority = $given.Address; ClientId = 'ops'; SecretFrom = $client.SecretFrom; Scope = 'type:mac' } }
        }
        @{ Name = 'nothing listens'; Id = 'HostUnreachable'; Category = 'ConnectionError'; Says = '*127.0.0.1:1*Check the address and its port*'
            With = { @{ Authority = 'http://127.0.0.1:1'; ClientId = 'ops'; ClientSecret = $given.Secret } }
        }
        @{ Name = 'the certificate is not trusted'; Id = 'CertificateNotTrusted'; Category = 'ConnectionError'; Says = "*certificate is not trusted*add that CA's certificate*"
            With = { @{ Authority = $given.Tls; ClientId = 'ops'; ClientSecret = $given.Secret } }
        }
        @{ Name = 'the login''s answer has no such path'; Id = 'TokenNotFound'; Category = 'InvalidData'; Says = "*no 'data.jwt'; at the top it has the names token, expires_in*Correct -TokenPath*"
            With = { @{ LoginUri = "$($given.Address)/login"; Credential = $given.Login; TokenPath = 'data.jwt' } }
        }
        @{ Name = 'the path ends half way'; Id = 'TokenNotFound'; Category = 'InvalidData'; Says = "*at 'data.auth' it has the names accessToken, expiresIn*"
            With = { @{ LoginUri = "$($given.Address)/login/nested"; Credential = $given.Login; TokenPath = 'data.auth.jwt' } }
        }
        @{ Name = 'the login''s answer has no token anywhere'; Id = 'TokenNotFound'; Category = 'InvalidData'; Says = '*it has the names status, session*-TokenPath*'
            With = { @{ LoginUri = "$($given.Address)/login/odd"; Credential = $given.Login } }
        }
        @{ Name = 'the login''s answer has no such header'; Id = 'TokenNotFound'; Category = 'InvalidData'; Says = "*without a header 'X-Jwt'; it has*X-Auth-Token*"
            With = { @{ LoginUri = "$($given.Address)/login/header"; Credential = $given.Login; TokenHeader = 'X-Jwt' } }
        }
        @{ Name = 'the login has no https'; Id = 'InsecureEndpoint'; Category = 'SecurityError'; Says = '*not https*'
            With = { @{ LoginUri = 'http://api.example.com/login'; Credential = $given.Login } }
        }
        @{ Name = 'the login redirects'; Id = 'UnexpectedRedirect'; Category = 'SecurityError'; Says = '*follow no redirects*'
            With = { @{ LoginUri = "$($given.Address)/login/redirect"; Credential = $given.Login } }
        }
        @{ Name = 'the variable is not set'; Id = 'SecretNotFound'; Category = 'ObjectNotFound'; Says = '*BEARERTOOLS_TEST_UNSET is not set*'
            With = { @{ Authority = $given.Address; ClientId = 'ops'; SecretFrom = 'env:BEARERTOOLS_TEST_UNSET' } }
        }
        @{ Name = 'the file is not there'; Id = 'SecretNotFound'; Category = 'ObjectNotFound'; Says = '*no file*nowhere.txt*Check the path*'
            With = { @{ TokenFrom = 'file:nowhere.txt' } }
        }
        @{ Name = 'nothing says how to get a token'; Id = 'NoToken'; Category = 'InvalidArgument'; Says = '*-Authority with -ClientId and -SecretFrom*-LoginUri*-TokenFrom*'
            With = { @{} }
        }
        @{ Name = 'the client has no secret'; Id = 'ClientSecretMissing'; Category = 'InvalidArgument'; Says = '*Give its secret*'
            With = { @{ Authority = $given.Address; ClientId = 'ops' } }
        }
        @{ Name = 'the client has no authority'; Id = 'AuthorityMissing'; Category = 'InvalidArgument'; Says = "*Give the authority's issuer*"
            With = { @{ ClientId = 'ops'; ClientSecret = $given.Secret } }
        }
        @{ Name = 'the secret is given twice'; Id = 'ParameterConflict'; Category = 'InvalidArgument'; Says = '*-ClientSecret and -SecretFrom*Give one of them*'
            With = { @{ Authority = $given.Address; ClientId = 'ops'; ClientSecret = $given.Secret; SecretFrom = 'env:PATH' } }
        }
        @{ Name = 'authority and endpoint are both given'; Id = 'ParameterConflict'; Category = 'InvalidArgument'; Says = '*-Authority and -TokenEndpoint*'
            With = { @{ Authority = $given.Address; TokenEndpoint = "$($given.Address)/token"; ClientId = 'ops'; ClientSecret = $given.Secret } }
        }
        @{ Name = 'the login has nothing to log in with'; Id = 'ParameterConflict'; Category = 'InvalidArgument'; Says = '*Give -Credential*'
            With = { @{ LoginUri = "$($given.Address)/login" } }
        }
        @{ Name = 'the login has two passwords'; Id = 'ParameterConflict'; Category = 'InvalidArgument'; Says = '*Leave out -UserName and -SecretFrom*'
            With = { @{ LoginUri = "$($given.Address)/login"; Credential = $given.Login; SecretFrom = 'env:PATH' } }
        }
        @{ Name = 'the login has a client''s secret'; Id = 'ParameterConflict'; Category = 'InvalidArgument'; Says = '*-ClientSecret has no meaning*Leave it out*'
            With = { @{ LoginUri = "$($given.Address)/login"; Credential = $given.Login; ClientSecret = $given.Secret } }
        }
        @{ Name = 'a token that is given has a secret beside it'; Id = 'ParameterConflict'; Category = 'InvalidArgument'; Says = '*-SecretFrom*'
            With = { @{ TokenFrom = 'env:PATH'; SecretFrom = 'env:PATH' } }
        }
        @{ Name = 'a base is relative'; Id = 'UriRefused'; Category = 'InvalidArgument'; Says = '*must be absolute*Give it in full*'
            With = { @{ Authority = $given.Address; ClientId = 'ops'; ClientSecret = $given.Secret; BaseUri = '/v1' } }
        }
    ) {
        $failure = Get-Failure (& $With)

        $failure.FullyQualifiedErrorId | Should -Be "$Id,BearerTools.Cmdlets.GetBearerTokenCommand"
        $failure.CategoryInfo.Category | Should -Be $Category
        $failure.ErrorDetails.Message | Should -BeLike $Says
        $failure.Exception.NextStep | Should -Not -BeNullOrEmpty
        $failure.Exception.Message | Should -Not -BeNullOrEmpty
        Get-BearerTokenCache | Should -BeNullOrEmpty
    }

    It 'has the fields of an OAuth error on its exception' {
        $failure = Get-Failure @{ Authority = $address; ClientId = 'ops'; ClientSecret = $given.Secret }

        $failure.Exception | Should -BeOfType ([BearerTools.BearerTokenException])
        $failure.Exception.Error | Should -BeExactly 'invalid_client'
        $failure.Exception.ErrorDescription | Should -BeExactly "The secret of client 'ops' is wrong."
        $failure.Exception.StatusCode | Should -Be 401
    }

    It 'does not repeat a reference that may be the secret itself' {
        $failure = Get-Failure @{ Authority = $address; ClientId = 'ops'; SecretFrom = 'hunter2-hunter2' }

        $failure.FullyQualifiedErrorId | Should -Be 'InvalidSecretReference,BearerTools.Cmdlets.GetBearerTokenCommand'
        $failure.ErrorDetails.Message | Should -BeLike '*env:NAME*file:PATH*'
        $failure.ErrorDetails.Message | Should -Not -BeLike '*hunter2*'
    }

    It 'refuses two flows on one command line' {
        { Get-BearerToken -TokenFrom env:PATH -LoginUri "$address/login" } | Should -Throw -ErrorId 'AmbiguousParameterSet,BearerTools.Cmdlets.GetBearerTokenCommand'
    }

    It 'leaves what was connected before as it was' {
        $before = Get-BearerToken -Authority $address @client
        { Get-BearerToken -Authority $address -ClientId ops -ClientSecret $given.Secret } | Should -Throw

        (Get-BearerToken).Fingerprint | Should -Be $before.Fingerprint
    }
}
