BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox
    $address = $sandbox.Address
    $client = @{ ClientId = $sandbox.ClientId; SecretFrom = "file:$($sandbox.SecretFile)" }
}

AfterAll { Stop-Sandbox $sandbox }

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
        @{ Name = 'the metadata is not JSON'; Id = 'ResponseNotJson'; Category = 'InvalidData'; Says = '*text/html*The response is a web page: check the address*'
            With = { @{ Authority = "$($given.Address)/odd/not-json"; ClientId = 'ops'; ClientSecret = $given.Secret } }
        }
        @{ Name = 'the metadata names another issuer'; Id = 'IssuerMismatch'; Category = 'SecurityError'; Says = "*use exactly: -Authority 'http://127.0.0.1:*/odd/another'*"
            With = { @{ Authority = "$($given.Address)/odd/other-issuer"; ClientId = 'ops'; ClientSecret = $given.Secret } }
        }
        @{ Name = 'the issuer has no slash at its end'; Id = 'IssuerMismatch'; Category = 'SecurityError'; Says = "*only in the trailing slash*-Authority 'http://127.0.0.1:*"
            With = { @{ Authority = "$($given.Address)/"; ClientId = 'ops'; ClientSecret = $given.Secret } }
        }
        @{ Name = 'the metadata names no token endpoint'; Id = 'TokenEndpointMissing'; Category = 'InvalidArgument'; Says = '*Pass the token endpoint*'
            With = { @{ Authority = "$($given.Address)/odd/no-endpoint"; ClientId = 'ops'; ClientSecret = $given.Secret } }
        }
        @{ Name = 'the metadata names an endpoint without https'; Id = 'InsecureEndpoint'; Category = 'SecurityError'; Says = '*not https*Nothing was sent there*'
            With = { @{ Authority = "$($given.Address)/odd/http-endpoint"; ClientId = 'ops'; ClientSecret = $given.Secret } }
        }
        @{ Name = 'the authority has no https'; Id = 'InsecureEndpoint'; Category = 'SecurityError'; Says = '*not https*Use its https address*'
            With = { @{ Authority = 'http://id.example.com'; ClientId = 'ops'; ClientSecret = $given.Secret } }
        }
        @{ Name = 'the token endpoint redirects'; Id = 'UnexpectedRedirect'; Category = 'SecurityError'; Says = '*do not follow redirects*'
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
        @{ Name = 'the login''s answer has no such path'; Id = 'TokenNotFound'; Category = 'InvalidData'; Says = "*no 'data.jwt'; at the top level it has the members token, expires_in*Correct -TokenPath*"
            With = { @{ LoginUri = "$($given.Address)/login"; Credential = $given.Login; TokenPath = 'data.jwt' } }
        }
        @{ Name = 'the path ends half way'; Id = 'TokenNotFound'; Category = 'InvalidData'; Says = "*at 'data.auth' it has the members accessToken, expiresIn*"
            With = { @{ LoginUri = "$($given.Address)/login/nested"; Credential = $given.Login; TokenPath = 'data.auth.jwt' } }
        }
        @{ Name = 'the login''s answer has no token anywhere'; Id = 'TokenNotFound'; Category = 'InvalidData'; Says = '*the response has the members status, session*-TokenPath*'
            With = { @{ LoginUri = "$($given.Address)/login/odd"; Credential = $given.Login } }
        }
        @{ Name = 'the login''s answer has no such header'; Id = 'TokenNotFound'; Category = 'InvalidData'; Says = "*no header 'X-Jwt'; it returned*X-Auth-Token*"
            With = { @{ LoginUri = "$($given.Address)/login/header"; Credential = $given.Login; TokenHeader = 'X-Jwt' } }
        }
        @{ Name = 'the login has no https'; Id = 'InsecureEndpoint'; Category = 'SecurityError'; Says = '*not https*'
            With = { @{ LoginUri = 'http://api.example.com/login'; Credential = $given.Login } }
        }
        @{ Name = 'the login redirects'; Id = 'UnexpectedRedirect'; Category = 'SecurityError'; Says = '*do not follow redirects*'
            With = { @{ LoginUri = "$($given.Address)/login/redirect"; Credential = $given.Login } }
        }
        @{ Name = 'the variable is not set'; Id = 'SecretNotFound'; Category = 'ObjectNotFound'; Says = '*BEARERTOOLS_TEST_UNSET is not set*'
            With = { @{ Authority = $given.Address; ClientId = 'ops'; SecretFrom = 'env:BEARERTOOLS_TEST_UNSET' } }
        }
        @{ Name = 'the file is not there'; Id = 'SecretNotFound'; Category = 'ObjectNotFound'; Says = '*nowhere.txt does not exist*Check the path*'
            With = { @{ TokenFrom = 'file:nowhere.txt' } }
        }
        @{ Name = 'nothing says how to get a token'; Id = 'NotConnected'; Category = 'InvalidArgument'; Says = '*Connect-BearerApi*-Token $token*-Profile NAME*'
            With = { @{} }
        }
        @{ Name = 'the client has no secret'; Id = 'ClientSecretMissing'; Category = 'InvalidArgument'; Says = '*Pass its secret with -SecretFrom*-ClientKey*'
            With = { @{ Authority = $given.Address; ClientId = 'ops' } }
        }
        @{ Name = 'the client has no authority'; Id = 'AuthorityMissing'; Category = 'InvalidArgument'; Says = "*authority's issuer*"
            With = { @{ ClientId = 'ops'; ClientSecret = $given.Secret } }
        }
        @{ Name = 'the secret is given twice'; Id = 'ParameterConflict'; Category = 'InvalidArgument'; Says = '-ClientSecret cannot be combined with -SecretFrom.*Use only one of them*'
            With = { @{ Authority = $given.Address; ClientId = 'ops'; ClientSecret = $given.Secret; SecretFrom = 'env:PATH' } }
        }
        @{ Name = 'authority and endpoint are both given'; Id = 'ParameterConflict'; Category = 'InvalidArgument'; Says = '-Authority cannot be combined with -TokenEndpoint.*'
            With = { @{ Authority = $given.Address; TokenEndpoint = "$($given.Address)/token"; ClientId = 'ops'; ClientSecret = $given.Secret } }
        }
        @{ Name = 'the login has nothing to log in with'; Id = 'ParameterConflict'; Category = 'InvalidArgument'; Says = '*Pass -Credential*'
            With = { @{ LoginUri = "$($given.Address)/login" } }
        }
        @{ Name = 'the content type of a login is blank'; Id = 'ParameterEmpty'; Category = 'InvalidArgument'; Says = '-ContentType has no value*'
            With = { @{ LoginUri = "$($given.Address)/login"; Credential = $given.Login; ContentType = ' ' } }
        }
        @{ Name = 'the login has two passwords'; Id = 'ParameterConflict'; Category = 'InvalidArgument'; Says = '*Omit -UserName and -SecretFrom*'
            With = { @{ LoginUri = "$($given.Address)/login"; Credential = $given.Login; SecretFrom = 'env:PATH' } }
        }
        @{ Name = 'the body of a login contains itself'; Id = 'InvalidLoginBody'; Category = 'InvalidArgument'; Says = "*'self'*contains itself*"
            With = { $body = @{}; $body.self = $body; @{ LoginUri = "$($given.Address)/login"; Body = $body } }
        }
        @{ Name = 'an object as the body of a login contains itself'; Id = 'InvalidLoginBody'; Category = 'InvalidArgument'; Says = "*'self'*nested deeper than 16 levels*"
            With = { $body = [pscustomobject] @{ Id = 1 }; $body | Add-Member self $body; @{ LoginUri = "$($given.Address)/login"; Body = $body } }
        }
        @{ Name = 'a property in the body of a login throws'; Id = 'InputUnreadable'; Category = 'InvalidArgument'; Says = "The login field 'pin' cannot be read: mine*Select-Object*"
            With = {
                $body = [pscustomobject] @{ Id = 1 }
                $body | Add-Member ScriptProperty pin { throw 'mine' }
                @{ LoginUri = "$($given.Address)/login"; Body = $body }
            }
        }
        @{ Name = 'two keys of a login''s body have the same text'; Id = 'InvalidLoginBody'; Category = 'InvalidArgument'; Says = "*'1'*given twice*"
            With = { $body = @{}; $body[1] = 'a'; $body['1'] = 'b'; @{ LoginUri = "$($given.Address)/login"; Body = $body } }
        }
        @{ Name = 'a reference names a drive that does not exist'; Id = 'InvalidSecretReference'; Category = 'InvalidArgument'; Says = '*Nope*Use file:PATH*'
            With = { @{ TokenEndpoint = "$($given.Address)/token"; ClientId = 'ops'; SecretFrom = 'file:Nope:/x' } }
        }
        @{ Name = 'an assertion is empty'; Id = 'ParameterConflict'; Category = 'InvalidArgument'; Says = '-Assertion is empty*'
            With = { @{ TokenEndpoint = "$($given.Address)/token"; ClientId = 'ops'; Assertion = [securestring]::new() } }
        }
        @{ Name = 'a base is relative'; Id = 'UriRefused'; Category = 'InvalidArgument'; Says = '*must be an absolute address*Pass it in full*'
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

    It 'takes no null in -<Name>' -ForEach @(
        @{ Name = 'Scope'; Value = $null }, @{ Name = 'Scope'; Value = @('a', $null) }, @{ Name = 'Resource'; Value = $null }
    ) {
        $failure = Get-Failure @{ Authority = $address; ClientId = 'ops'; ClientSecret = $given.Secret; $Name = $Value }

        $failure.FullyQualifiedErrorId | Should -Be 'ParameterEmpty,BearerTools.Cmdlets.GetBearerTokenCommand'
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

    It 'refuses two flows on one command line, and what the flow does not take' -ForEach @(
        @{ With = { @{ TokenFrom = 'env:PATH'; LoginUri = "$($given.Address)/login" } } }
        @{ With = { @{ TokenFrom = 'env:PATH'; SecretFrom = 'env:PATH' } } }
        @{ With = { @{ LoginUri = "$($given.Address)/login"; Credential = $given.Login; ClientSecret = $given.Secret } } }
    ) {
        (Get-Failure (& $With)).FullyQualifiedErrorId | Should -Be 'AmbiguousParameterSet,BearerTools.Cmdlets.GetBearerTokenCommand'
    }

    It 'leaves what was connected before as it was' {
        Connect-BearerApi -Authority $address @client; $before = Get-BearerToken
        { Get-BearerToken -Authority $address -ClientId ops -ClientSecret $given.Secret } | Should -Throw

        (Get-BearerToken).Fingerprint | Should -Be $before.Fingerprint
    }
}
