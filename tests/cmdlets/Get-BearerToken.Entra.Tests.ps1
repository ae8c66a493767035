# Apps that get tokens from Microsoft Entra for themselves or on behalf of a user, by the real library, from the stand-in.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/Support/Entra.psm1"
    $obstacle = Get-EntraObstacle
    if ($obstacle) { Write-Warning "The tests against the stand-in for Microsoft Entra are skipped: $obstacle." }
}

Describe 'An app at Microsoft Entra' -Skip:([bool]$obstacle) {
    BeforeAll {
        Import-Module "$PSScriptRoot/Support/Entra.psm1"
        Import-Module "$PSScriptRoot/Support/Leaks.psm1"
        $sandbox = Start-Entra
        $session = Start-EntraSession $sandbox
        # The session's own words for what most tests begin with.
        $null = Invoke-EntraSession $session {
            $global:app = @{ TenantId = $entra.tenantId; ClientId = $entra.clientId }
            $global:secret = @{ SecretFrom = "file:$($entra.secretFile)" }
            $global:graph = @{ Resource = 'https://graph.microsoft.com' }
        }
        $entra = $sandbox.Entra

        # As PFX, which is what the portals and Windows hand out.
        $pem = [Security.Cryptography.X509Certificates.X509Certificate2]::CreateFromPemFile($entra.certificateFile)
        $pfxFile = Join-Path $TestDrive app.pfx
        [IO.File]::WriteAllBytes($pfxFile, $pem.Export('Pfx'))
        $pem.Dispose()
    }

    AfterAll {
        Stop-EntraSession $session
        Stop-Sandbox $sandbox
    }

    BeforeEach {
        Set-EntraLever $sandbox reset
        $null = Invoke-EntraSession $session { Clear-BearerTokenCache }
    }

    It 'gets a token with its secret, and calls the API with it' {
        $result = Invoke-EntraSession $session {
            Connect-BearerApi @app @secret @graph -BaseUri https://graph.microsoft.com/v1.0/; $token = Get-BearerToken
            $claims = $token.Claims
            @{
                Flow = $token.Flow; Client = $token.ClientId; Audience = $claims.aud; Tenant = $claims.tid; App = $claims.appid; Capabilities = @($claims.xms_cc)
                Minutes = ($token.ExpiresOn - [DateTimeOffset]::UtcNow).TotalMinutes; People = @((Invoke-BearerRequest /users).value).Count
                Again = (Get-BearerToken @app @secret @graph).Fingerprint -eq $token.Fingerprint
            }
        }

        $result.Errors | Should -BeNullOrEmpty
        $result.Output.Client | Should -Be $entra.clientId
        $result.Output.Audience | Should -Be 'https://graph.microsoft.com'
        $result.Output.Tenant | Should -Be $entra.tenantId
        $result.Output.App | Should -Be $entra.clientId
        $result.Output.Capabilities | Should -Contain 'cp1'
        $result.Output.Minutes | Should -BeGreaterThan 55
        $result.Output.People | Should -Be 2
        $result.Output.Again | Should -BeTrue
        $stats = Get-EntraStats $sandbox
        $stats.tokenRequests.Count | Should -Be 1
        $stats.tokenRequests[0].sku | Should -BeLike 'MSAL*'
        $stats.tokenRequests[0].proof | Should -Be 'Secret'
        $stats.refused | Should -BeNullOrEmpty
    }

    It 'proves itself with a certificate given as <Name>' -ForEach @(
        @{ Name = 'an object'; Get = { @{ ClientCertificate = [Security.Cryptography.X509Certificates.X509Certificate2]::new($with.Pfx) } } }
        @{ Name = 'a PFX file'; Get = { @{ ClientKey = $with.Pfx } } }
        @{ Name = 'a PEM file'; Get = { @{ ClientKey = $entra.certificateFile } } }
        @{ Name = 'a thumbprint in the store'; Get = {
                $certificate = [Security.Cryptography.X509Certificates.X509Certificate2]::new($with.Pfx, '', 'PersistKeySet')
                $store = [Security.Cryptography.X509Certificates.X509Store]::new('My', 'CurrentUser', 'ReadWrite')
                $store.Add($certificate)
                $store.Dispose()
                @{ ClientCertificateThumbprint = $certificate.Thumbprint }
            }
        }
    ) {
        $result = Invoke-EntraSession $session -With @{ Pfx = $pfxFile; Get = $Get.ToString() } {
            $proof = & ([scriptblock]::Create($with.Get))
            $token = Get-BearerToken @app @proof @graph
            $next = $token | Update-BearerToken
            @{ App = $next.Claims.appid; IsAnother = $next.Fingerprint -ne $token.Fingerprint }
            $store = [Security.Cryptography.X509Certificates.X509Store]::new('My', 'CurrentUser', 'ReadWrite')
            $store.Certificates | Where-Object Thumbprint -EQ $proof.ClientCertificateThumbprint | ForEach-Object { $store.Remove($_) }
            $store.Dispose()
        }

        $result.Errors | Should -BeNullOrEmpty
        $result.Output.App | Should -Be $entra.clientId
        $result.Output.IsAnother | Should -BeTrue
        (Get-EntraStats $sandbox).tokenRequests.proof | Should -Be 'Certificate', 'Certificate'
    }

    It 'says which certificate is missing from the store' {
        $result = Invoke-EntraSession $session { Get-BearerToken @app @graph -ClientCertificateThumbprint ('0' * 40) }

        $result.Errors.Count | Should -Be 1
        $result.Errors[0].Message | Should -BeLike "*$('0' * 40)*"
        (Get-EntraStats $sandbox).tokenRequests | Should -BeNullOrEmpty
    }

    It 'asks <Environment> at its own address, for its own API' -ForEach @(
        @{ Environment = 'AzureCloud'; Hosts = @('login.microsoftonline.com', 'login.windows.net'); Api = 'https://graph.microsoft.com' }
        @{ Environment = 'AzureChinaCloud'; Hosts = @('login.partner.microsoftonline.cn', 'login.chinacloudapi.cn'); Api = 'https://microsoftgraph.chinacloudapi.cn' }
        @{ Environment = 'AzureUSGovernment'; Hosts = @('login.microsoftonline.us', 'login.usgovcloudapi.net'); Api = 'https://graph.microsoft.us' }
    ) {
        $result = Invoke-EntraSession $session -With @{ Environment = $Environment; Api = $Api } {
            $token = Get-BearerToken @app @secret -Resource $with.Api -Environment $with.Environment
            @{ Issuer = $token.Claims.iss; People = @((Invoke-BearerRequest "$($with.Api)/v1.0/users" -Token $token).value).Count }
        }

        $result.Errors | Should -BeNullOrEmpty
        ([uri]$result.Output.Issuer).Host | Should -BeIn $Hosts
        $result.Output.People | Should -Be 2
        $stats = Get-EntraStats $sandbox
        $stats.tokenRequests[0].host | Should -BeIn $Hosts
        $stats.tunnels | Where-Object { $_ -notin $Hosts -and $_ -ne ([uri]$Api).Host } | Should -BeNullOrEmpty
        $stats.refused | Should -BeNullOrEmpty
    }

    It 'gives another token with Update-BearerToken, and the same without' {
        $result = Invoke-EntraSession $session {
            Connect-BearerApi @app @secret @graph; $first = Get-BearerToken
            $same = Get-BearerToken @app @secret @graph
            $second = Update-BearerToken
            $third = Get-BearerToken @app @secret @graph -ForceRefresh
            @{ Prints = @($first.Fingerprint, $same.Fingerprint, $second.Fingerprint, $third.Fingerprint); Ids = @($first.Claims.uti, $second.Claims.uti, $third.Claims.uti) }
        }

        $result.Errors | Should -BeNullOrEmpty
        $result.Output.Prints[1] | Should -Be $result.Output.Prints[0]
        $result.Output.Ids | Sort-Object -Unique | Should -HaveCount 3
        (Get-EntraStats $sandbox).tokenRequests | Should -HaveCount 3
    }

    It 'has other tokens for other resources, secrets and tenants' {
        $result = Invoke-EntraSession $session {
            $one = Get-BearerToken @app @secret @graph
            $two = Get-BearerToken @app @secret -Resource https://management.azure.com
            $three = Get-BearerToken -TenantId $entra.tenantName -ClientId $entra.clientId @secret -Scope https://graph.microsoft.com/.default
            @{ Prints = @($one.Fingerprint, $two.Fingerprint, $three.Fingerprint); Audience = $two.Claims.aud; Held = @(Get-BearerTokenCache).Count }
        }

        $result.Errors | Should -BeNullOrEmpty
        $result.Output.Prints | Sort-Object -Unique | Should -HaveCount 3
        $result.Output.Audience.TrimEnd('/') | Should -Be 'https://management.azure.com'
        $result.Output.Held | Should -Be 3
    }

    It 'renews a token while an API is called, before it expires' {
        Set-EntraLever $sandbox 'lifetime?seconds=2'
        $result = Invoke-EntraSession $session {
            Connect-BearerApi @app @secret @graph -BaseUri https://graph.microsoft.com/v1.0/
            $users = 1..6 | ForEach-Object { Start-Sleep -Milliseconds 400; $_ } | Invoke-BearerRequest -Uri { "/users/$_" }
            @{ Answers = @($users).Count }
        }

        $result.Errors | Should -BeNullOrEmpty
        $result.Output.Answers | Should -Be 6
        (Get-EntraStats $sandbox).tokenRequests.Count | Should -BeGreaterThan 1
    }

    It 'gets a token on behalf of the user whose token it was called with' {
        $userToken = Get-EntraUserToken $sandbox
        $result = Invoke-EntraSession $session -With @{ Token = $userToken } {
            $called = ConvertTo-SecureString $with.Token -AsPlainText -Force
            Connect-BearerApi @app @secret -OnBehalfOf $called -Scope https://graph.microsoft.com/User.Read -BaseUri https://graph.microsoft.com/v1.0/; $token = Get-BearerToken
            $next = Update-BearerToken
            @{ Name = (Invoke-BearerRequest /me).userPrincipalName; IsAnother = $token.Fingerprint -ne $next.Fingerprint; Flow = $token.Flow }
        }

        $result.Errors | Should -BeNullOrEmpty
        $result.Output.Name | Should -Be $entra.userName
        $result.Output.IsAnother | Should -BeTrue
        $result.Output.Flow | Should -Be 'OnBehalfOf'
        (Get-EntraStats $sandbox).tokenRequests[0].grant | Should -BeLike '*jwt-bearer'
    }

    It 'fails at once with <Name> in a non-interactive session, without asking the user' -ForEach @(
        @{ Name = '-Interactive'; Way = @{ Interactive = $true } }
        @{ Name = '-DeviceCode'; Way = @{ DeviceCode = $true } }
    ) {
        $result = Invoke-EntraSession $session -With $Way { Get-BearerToken @app @graph @with }

        $result.Errors.Count | Should -Be 1
        $result.Errors[0].Id | Should -BeLike 'NotInteractive,*'
        $stats = Get-EntraStats $sandbox
        $stats.requests + $stats.tokenRequests | Should -BeNullOrEmpty
    }

    It 'shows the token in the cache as any other, and forgets it with Remove-BearerToken' {
        $result = Invoke-EntraSession $session {
            $token = Get-BearerToken @app @secret @graph
            $held = Get-BearerTokenCache
            $token | Remove-BearerToken
            @{ Flow = $held.Flow; Client = $held.ClientId; CanRenew = $held.CanRenew; Authority = "$($held.Authority)"; Left = @(Get-BearerTokenCache).Count
                Is = (Get-BearerToken @app @secret @graph).Fingerprint -ne $token.Fingerprint }
        }

        $result.Errors | Should -BeNullOrEmpty
        $result.Output.Flow | Should -Be 'ClientCredentials'
        $result.Output.Client | Should -Be $entra.clientId
        $result.Output.CanRenew | Should -BeTrue
        $result.Output.Authority | Should -BeLike "https://login.microsoftonline.com/$($entra.tenantId)*"
        $result.Output.Left | Should -Be 0
        $result.Output.Is | Should -BeTrue
    }

    It 'prints what MSAL says with -Debug, and no secret in it' {
        $userToken = Get-EntraUserToken $sandbox
        $issuedFile = Join-Path $TestDrive issued.json
        $result = Invoke-EntraSession $session -With @{ Token = $userToken; Pfx = $pfxFile; Issued = $issuedFile } {
            $called = ConvertTo-SecureString $with.Token -AsPlainText -Force
            $tokens = @(
                Get-BearerToken @app @secret @graph -Verbose -Debug
                Get-BearerToken @app @graph -ClientKey $with.Pfx -Verbose -Debug
                Get-BearerToken @app @secret -OnBehalfOf $called -Scope https://graph.microsoft.com/User.Read -Verbose -Debug
            )
            $tokens | ForEach-Object { [Net.NetworkCredential]::new('', $_.Token).Password } | ConvertTo-Json | Set-Content $with.Issued
            $tokens | Format-List * -Force | Out-String
            $tokens | ConvertTo-Json -WarningAction Ignore
            Get-BearerTokenCache | Format-List * -Force | Out-String
            Invoke-BearerRequest https://graph.microsoft.com/v1.0/me -Token $tokens[2] -Verbose -Debug
            Get-BearerToken @app -ClientSecret (ConvertTo-SecureString 'wrong-secret-of-this-test' -AsPlainText -Force) @graph -Verbose -Debug
        }

        # Not piped on: a failed test would print it all.
        ($result.Text -match 'MSAL') | Should -BeTrue
        $result.Errors[0].AuthorityCode | Should -Be 'AADSTS7000215'
        $issued = Get-Content $issuedFile -Raw | ConvertFrom-Json
        $secrets = [ordered]@{
            secret = Get-Content $entra.secretFile -Raw; wrong = 'wrong-secret-of-this-test'; userToken = $userToken
            first = $issued[0]; second = $issued[1]; third = $issued[2]
        }
        $issued.Count | Should -Be 3
        Find-Leak $result.Text $secrets | Should -BeNullOrEmpty
    }
}
