# Tokens that an API takes in another form than Bearer, and what their responses name besides the token.

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    Import-Module "$PSScriptRoot/Support/EchoServer.psm1"
    $sandbox = Start-Sandbox
    $open = "$($sandbox.Address)/open/"
    $env:BEARERTOOLS_TEST_SCHEME = "t-$(New-Guid)"
    $given = @{ TokenFrom = 'env:BEARERTOOLS_TEST_SCHEME'; BaseUri = $open }

    function Get-ErrorOf([scriptblock] $Script) { try { & $Script } catch { $_ } }
    function New-Secret { ConvertTo-SecureString "$(New-Guid)" -AsPlainText -Force }
}

AfterAll {
    Remove-Item env:BEARERTOOLS_TEST_SCHEME
    Stop-Sandbox $sandbox
}

Describe 'A token in another form' {
    BeforeEach {
        Clear-BearerTokenCache
        Disconnect-BearerApi
    }

    It 'is sent as <Sent> with <With>' -ForEach @(
        @{ With = @{ TokenScheme = 'SSWS' }; Sent = 'Authorization: SSWS'; Name = 'Authorization'; Value = 'SSWS {0}' }
        @{ With = @{ TokenScheme = '' }; Sent = 'Authorization'; Name = 'Authorization'; Value = '{0}' }
        @{ With = @{ SendTokenInHeader = 'X-Auth-Token' }; Sent = 'X-Auth-Token'; Name = 'X-Auth-Token'; Value = '{0}' }
        @{ With = @{ SendTokenInCookie = 'session' }; Sent = 'Cookie: session'; Name = 'Cookie'; Value = 'session={0}' }
    ) {
        $expected = $Value -f $env:BEARERTOOLS_TEST_SCHEME
        Connect-BearerApi @given @With
        $token = Get-BearerToken @given @With
        Set-BearerProfile schemes @given @With

        (Get-BearerConnection).TokenSentAs | Should -Be $Sent
        (Get-BearerProfile schemes).TokenSentAs | Should -Be $Sent
        (Get-BearerConnection | Out-String) + ($token | Format-List * | Out-String) | Should -Not -Match $env:BEARERTOOLS_TEST_SCHEME
        $verbose = foreach ($who in @{}, @{ Token = $token }, @{ Profile = 'schemes' }) {
            Invoke-BearerRequest headers @who -Verbose 4>&1 -OutVariable got | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }
            $headers = @($got | Where-Object { $_ -isnot [System.Management.Automation.VerboseRecord] })[0]
            $headers.$Name | Should -Be $expected
        }
        "$verbose" | Should -Not -Match $env:BEARERTOOLS_TEST_SCHEME
    }

    It 'is the only value of its header: one of -Headers is refused, not dropped' {
        Connect-BearerApi @given -SendTokenInHeader X-Auth-Token
        $failure = { Invoke-BearerRequest headers -Headers @{ 'x-auth-token' = 'mine' } } | Should -Throw -ErrorId 'HeaderRefused,*' -PassThru
        "$failure" | Should -BeLike 'The header X-Auth-Token cannot be given with -Headers: the token of the connection is sent in it.*'
    }

    It 'belongs to the connection: another one with the same token sends it as Bearer' {
        $other = Get-BearerToken @given -TokenScheme SSWS
        $usual = Get-BearerToken @given

        (Invoke-BearerRequest headers -Token $other).Authorization | Should -BeLike 'SSWS *'
        (Invoke-BearerRequest headers -Token $usual).Authorization | Should -BeLike 'Bearer *'
    }

    It 'is refused: <Line>' -ForEach @(
        @{ Line = '-SendTokenInHeader Host'; Id = 'TokenPlacementRefused' }
        @{ Line = "-TokenScheme 'a b'"; Id = 'TokenPlacementRefused' }
        @{ Line = '-SendTokenInCookie a -TokenScheme b'; Id = 'ParameterConflict' }
        @{ Line = '-SendTokenInCookie a -SendTokenInHeader b'; Id = 'ParameterConflict' }
    ) {
        (Get-ErrorOf { & ([scriptblock]::Create("Get-BearerToken -TokenFrom env:BEARERTOOLS_TEST_SCHEME $Line")) }).FullyQualifiedErrorId |
            Should -BeLike "$Id,*"
    }

    It 'is sent with a scheme without the blanks around it' {
        (Get-BearerToken -TokenFrom env:BEARERTOOLS_TEST_SCHEME -TokenScheme 'Token ').GetType().Name | Should -Be AccessToken
    }

    It 'cannot be a DPoP token' {
        $flow = @{ Authority = $sandbox.Address; ClientId = $sandbox.ClientId; SecretFrom = "file:$($sandbox.SecretFile)" }
        (Get-ErrorOf { Get-BearerToken @flow -DPoP -TokenScheme SSWS }).FullyQualifiedErrorId | Should -BeLike 'ParameterConflict,*'
    }
}

Describe 'A token response that names more than the token' {
    BeforeAll {
        $server = Start-EchoServer @{
            access_token = "t-$(New-Guid)"; token_type = 'token'; expires_in = 600; instance_url = $open; issued_at = '17'; region = 'eu'; api_key = "k-$(New-Guid)"
        }
        $flow = @{ TokenEndpoint = "$($server.Address)/token"; ClientId = 'ops'; ClientSecret = New-Secret }
    }
    AfterAll { Stop-EchoServer $server }
    BeforeEach { Clear-BearerTokenCache }

    It 'gives the connection its base address' {
        $verbose = Connect-BearerApi @flow -BaseUriPath instance_url -Verbose 4>&1

        "$verbose" | Should -BeLike "*base address is $open*instance_url*"
        (Get-BearerConnection).BaseUri | Should -Be $open
        (Get-BearerConnection).BaseUriPath | Should -Be 'instance_url'
        (Invoke-BearerRequest headers).Authorization | Should -BeLike 'Bearer *'
        $token = Get-BearerToken @flow -BaseUriPath instance_url
        (Invoke-BearerRequest headers -Token $token).Authorization | Should -BeLike 'Bearer *'
    }

    It 'gives a profile its base address with its first request' {
        Set-BearerProfile org @flow -BaseUriPath instance_url

        (Invoke-BearerRequest headers -Profile org).Authorization | Should -BeLike 'Bearer *'
        (1..3 | Invoke-BearerRequest -Uri { "headers?n=$_" } -Profile org).Count | Should -Be 3
    }

    It 'is a terminating error of the first request when it does not name it, or only a word: <_>' -ForEach 'api_domain', 'region' {
        Set-BearerProfile org @flow -BaseUriPath $_

        (Get-TerminatingError { 1..3 | Invoke-BearerRequest -Uri { "headers?n=$_" } -Profile org }).FullyQualifiedErrorId |
            Should -BeLike 'BaseUriNotFound,*'
    }

    It 'gives a profile its base address when it was connected once' {
        Set-BearerProfile org @flow -BaseUriPath instance_url
        Connect-BearerApi org

        (Get-BearerConnection).BaseUri | Should -Be $open
        (Invoke-BearerRequest headers -Profile org).Authorization | Should -BeLike 'Bearer *'
    }

    It 'does not compete with -BaseUri' {
        (Get-ErrorOf { Get-BearerToken @flow -BaseUriPath instance_url -BaseUri $open }).FullyQualifiedErrorId | Should -BeLike 'ParameterConflict,*'
    }

    It 'is an error that leaves nothing connected when it does not name it' {
        (Get-ErrorOf { Connect-BearerApi @flow -BaseUriPath api_domain }).FullyQualifiedErrorId | Should -BeLike 'BaseUriNotFound,*'
        Get-BearerConnection | Should -BeNullOrEmpty
    }

    It 'is on the token, with secrets masked' {
        $token = Get-BearerToken @flow

        $token.Additional.issued_at | Should -Be '17'
        $token.Additional.api_key | Should -Be '***'
        $token.Additional.Keys | Should -Not -Contain 'access_token'
    }
}

Describe 'An API that rejects tokens in its own way' {
    BeforeEach { Clear-BearerTokenCache }

    It 'is described by -RenewOn on a command, a connection and a profile' {
        Connect-BearerApi @given -RenewOn 403, 419
        Set-BearerProfile own @given -RenewOn 498
        { Invoke-BearerRequest headers -RenewOn 403 } | Should -Not -Throw
        { Invoke-BearerRequest headers -Profile own } | Should -Not -Throw
        { Invoke-BearerRequest headers -RenewOn 200 } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
    }
}

Describe 'A grant of the provider' {
    BeforeAll {
        $server = Start-EchoServer @{ access_token = "t-$(New-Guid)"; token_type = 'Bearer'; expires_in = 600 }
        $text = "k-$(New-Guid)"
        $grant = @{ GrantType = 'urn:provider:apikey'; AdditionalParameter = @{ apikey = ConvertTo-SecureString $text -AsPlainText -Force; region = 'eu' } }
    }
    AfterAll { Stop-EchoServer $server }
    BeforeEach { Clear-BearerTokenCache }

    It 'may bring its own credential as a SecureString, which nothing shows' {
        $token = Get-BearerToken -TokenEndpoint "$($server.Address)/token" @grant
        $failure = Get-ErrorOf { Get-BearerToken -TokenEndpoint "$($server.Address)/other" @grant }

        $token.TokenType | Should -Be 'Bearer'
        $token.ClientId | Should -BeNullOrEmpty
        $token.Flow | Should -Be 'urn:provider:apikey'
        $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidRequest,*'
        "$failure" | Should -BeLike '*refused the request*apikey*region*'
        ($failure, $token, (Get-BearerTokenCache) | Format-List * -Force | Out-String) + $failure.ErrorDetails + $failure.Exception | Should -Not -Match $text
        (Get-ErrorOf { Set-BearerProfile own -TokenEndpoint "$($server.Address)/token" @grant -Save }).FullyQualifiedErrorId | Should -BeLike 'ProfileNotSavable,*'
    }

    It 'is named in text, not in a SecureString' {
        $failure = Get-ErrorOf { Get-BearerToken -TokenEndpoint "$($server.Address)/token" -GrantType (New-Secret) }
        $failure.FullyQualifiedErrorId | Should -BeLike 'ValueRefused,*'
        "$failure" | Should -BeLike '*-GrantType is a SecureString*-AdditionalParameter*'
    }

    It 'is named in text, not by an object that has none' {
        foreach ($value in [pscredential]::new('u', (New-Secret)), [pscustomobject]@{ a = 1 }, @{ a = 1 }, [object]::new()) {
            $failure = Get-ErrorOf { Get-BearerToken -TokenEndpoint "$($server.Address)/token" -GrantType $value }
            $failure.FullyQualifiedErrorId | Should -BeLike 'ParameterInvalid,*'
            "$failure" | Should -BeLike '*-GrantType is not valid. It takes one text*'
        }
    }

    It 'takes no list of SecureStrings, and does not advise to make them plain' {
        $list = @{ keys = @((ConvertTo-SecureString $text -AsPlainText -Force), 'b') }
        $failure = Get-ErrorOf { Get-BearerToken -TokenEndpoint "$($server.Address)/token" -GrantType urn:x -AdditionalParameter $list }
        $failure.FullyQualifiedErrorId | Should -BeLike 'ValueRefused,*'
        $failure.ErrorDetails.Message | Should -BeLike "*'keys' is a list with a SecureString*as the whole value of a parameter."
    }

    It 'needs a client id where the client authenticates, as other flows do' {
        $at = @{ TokenEndpoint = "$($server.Address)/token" }
        (Get-ErrorOf { Get-BearerToken @at @grant -ClientSecret (New-Secret) }).FullyQualifiedErrorId | Should -BeLike 'ClientIdMissing,*'
        (Get-ErrorOf { Get-BearerToken @at -ClientSecret (New-Secret) }).FullyQualifiedErrorId | Should -BeLike 'ClientIdMissing,*'
    }

    It 'is not stored where a secret or a header may say whose token it is: <Name>' -ForEach @(
        @{ Name = 'a secret parameter'; With = { @{ AdditionalParameter = @{ apikey = New-Secret } } } }
        @{ Name = 'a plain parameter with the name of a secret'; With = { @{ AdditionalParameter = @{ apikey = "k-$(New-Guid)" } } } }
        @{ Name = 'a header'; With = { @{ TokenRequestHeaders = @{ 'X-Tenant' = 'one' } } } }
    ) {
        $at = @{ TokenEndpoint = "$($server.Address)/token"; ClientId = 'app'; ClientSecret = New-Secret }
        $with = & $With
        $failure = Get-ErrorOf { Connect-BearerApi @at @with -BaseUri $server.Address -Store File }
        "$failure" | Should -BeLike '*a secret says whose token it is*'
    }

    It 'does not put a SecureString into the address that a browser opens' {
        $secret = @{ AdditionalParameter = $grant.AdditionalParameter }
        (Get-ErrorOf { Get-BearerToken -Authority $sandbox.Address -ClientId app -Interactive @secret }).FullyQualifiedErrorId | Should -BeLike 'ParameterConflict,*'
    }
}
