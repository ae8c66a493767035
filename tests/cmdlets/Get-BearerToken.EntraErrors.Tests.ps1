# What Microsoft Entra says when it refuses, as the user of the command sees it: the code, the id for support, and
# what to do.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/Support/Entra.psm1"
    $obstacle = Get-EntraObstacle
    if ($obstacle) { Write-Warning "The tests of Microsoft Entra's errors are skipped: $obstacle." }
}

Describe 'A refusal by Microsoft Entra' -Skip:([bool]$obstacle) {
    BeforeAll {
        Import-Module "$PSScriptRoot/Support/Entra.psm1"
        $sandbox = Start-Entra
        $session = Start-EntraSession $sandbox
        $entra = $sandbox.Entra
        $strangerFile = Join-Path $TestDrive stranger.pem
        $key = [Security.Cryptography.RSA]::Create(2048)
        $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=stranger', $key, 'SHA256', [Security.Cryptography.RSASignaturePadding]::Pkcs1)
        $certificate = $request.CreateSelfSigned([DateTimeOffset]::UtcNow.AddDays(-1), [DateTimeOffset]::UtcNow.AddDays(1))
        Set-Content $strangerFile "$($key.ExportPkcs8PrivateKeyPem())`n$($certificate.ExportCertificatePem())"
        $certificate.Dispose()
        $key.Dispose()
    }

    AfterAll {
        Stop-EntraSession $session
        Stop-Sandbox $sandbox
    }

    BeforeEach {
        Set-EntraLever $sandbox reset
        $null = Invoke-EntraSession $session {
            Clear-BearerTokenCache
            $global:app = @{ TenantId = $entra.tenantId; ClientId = $entra.clientId; SecretFrom = "file:$($entra.secretFile)"; Resource = 'https://graph.microsoft.com' }
        }
    }

    It 'because of <What> is <ErrorId>, with <Code>, an id for support and a next step' -ForEach @(
        @{ What = 'a wrong secret'; ErrorId = 'InvalidClientSecret'; Code = 'AADSTS7000215'; Step = '*value*'; Change = { $app.Remove('SecretFrom'); $app.ClientSecret = ConvertTo-SecureString wrong -AsPlainText -Force } }
        @{ What = 'a secret that has expired'; ErrorId = 'ClientSecretExpired'; Code = 'AADSTS7000222'; Step = '*new*'; Lever = 'fail/secret-expired' }
        @{ What = 'a certificate of another app'; ErrorId = 'CertificateNotRegistered'; Code = 'AADSTS700027'; Step = '*portal*'; Change = { $app.Remove('SecretFrom'); $app.ClientKey = $with.Stranger } }
        @{ What = 'an unknown tenant'; ErrorId = 'TenantNotFound'; Code = 'AADSTS90002'; Step = '*-TenantId*'; Change = { $app.TenantId = "$(New-Guid)" } }
        @{ What = 'an unknown client'; ErrorId = 'ClientNotFound'; Code = 'AADSTS700016'; Step = '*-ClientId*'; Change = { $app.ClientId = "$(New-Guid)" } }
        @{ What = 'an unknown API'; ErrorId = 'ResourceNotFound'; Code = 'AADSTS500011'; Step = '*-Resource*'; Change = { $app.Resource = 'https://nobody.example' } }
        @{ What = 'a second factor'; ErrorId = 'MultiFactorRequired'; Code = 'AADSTS50076'; Step = '*factor*'; Lever = 'fail/mfa'; ForUser = $true }
        @{ What = 'a missing consent'; ErrorId = 'ConsentRequired'; Code = 'AADSTS65001'; Step = '*consent*'; Lever = 'fail/consent'; ForUser = $true }
    ) {
        if ($Lever) { Set-EntraLever $sandbox $Lever }
        $with = @{ Stranger = $strangerFile; Change = "$Change"; User = $ForUser ? (Get-EntraUserToken $sandbox) : $null }
        $result = Invoke-EntraSession $session -With $with {
            . ([scriptblock]::Create($with.Change))
            if ($with.User) { $app.OnBehalfOf = ConvertTo-SecureString $with.User -AsPlainText -Force }
            Get-BearerToken @app
        }

        $result.Errors.Count | Should -Be 1
        $failure = $result.Errors[0]
        $failure.Id | Should -BeLike "$ErrorId,*"
        $failure.AuthorityCode | Should -Be $Code
        $failure.Message | Should -BeLike "*$Code*"
        { [guid]$failure.CorrelationId } | Should -Not -Throw
        $failure.Message | Should -BeLike "*$($failure.CorrelationId)*"
        $failure.NextStep | Should -BeLike $Step
        # Asked once: nothing about it gets better by itself.
        (Get-EntraStats $sandbox).tokenRequests | Should -HaveCount 1
    }

    It 'is not needed for a single scope of an app: that is refused before a request is sent' {
        $result = Invoke-EntraSession $session { $app.Remove('Resource'); Get-BearerToken @app -Scope https://graph.microsoft.com/User.Read }

        $result.Errors.Count | Should -Be 1
        $result.Errors[0].NextStep | Should -BeLike '*-Resource*'
        (Get-EntraStats $sandbox).tokenRequests | Should -BeNullOrEmpty
    }

    # Each with an API and a name of the tenant that no other test uses: MSAL keeps for the whole process to what it was told.
    It 'because of throttling says how long to wait, and no request is sent until then' {
        Set-EntraLever $sandbox 'fail/throttled'
        $result = Invoke-EntraSession $session {
            $app.Resource = 'https://management.azure.com'
            foreach ($time in 1, 2) { try { Get-BearerToken @app } catch { Write-Error $_ } }
        }

        $result.Errors.Count | Should -Be 2
        foreach ($failure in $result.Errors) {
            $failure.Id | Should -BeLike 'Throttled*'
            $failure.RetryAfter | Should -Not -BeNullOrEmpty
            "$($failure.Message) $($failure.NextStep)" | Should -BeLike '*7 s *'
        }
        (Get-EntraStats $sandbox).tokenRequests | Should -HaveCount 1
    }

    It 'because it is <Fault> is a server fault, and the request is sent <Times> times' -ForEach @(
        @{ Fault = 'down'; Times = 1; Resource = 'https://graph.microsoft.com' }
        @{ Fault = 'broken'; Times = 2; Resource = 'https://management.azure.com' }
    ) {
        Set-EntraLever $sandbox "fail/${Fault}?times=$Times"
        $result = Invoke-EntraSession $session -With @{ Resource = $Resource } {
            $app.TenantId = $entra.tenantName
            $app.Resource = $with.Resource
            Get-BearerToken @app
        }

        $result.Errors.Count | Should -Be 1
        $result.Errors[0].Id | Should -BeLike 'AuthorityUnavailable,*'
        $result.Errors[0].Kind | Should -Be 'Server'
        (Get-EntraStats $sandbox).tokenRequests | Should -HaveCount $Times
    }

    It 'because of the secret is not remembered: the next call sends a request again' {
        Set-EntraLever $sandbox 'fail/secret-expired'
        $result = Invoke-EntraSession $session {
            try { Get-BearerToken @app } catch { }
            @{ Audience = (Get-BearerToken @app).Claims.aud }
        }

        $result.Output.Audience | Should -Be 'https://graph.microsoft.com'
        (Get-EntraStats $sandbox).tokenRequests.outcome | Should -Be 'invalid_client', 'ok'
    }

    It 'when it cannot be reached says where it was looked for' {
        $elsewhere = Start-EntraSession $sandbox -Environment @{ HTTPS_PROXY = 'http://127.0.0.1:9' }
        try { $result = Invoke-EntraSession $elsewhere { Get-BearerToken -TenantId $entra.tenantId -ClientId $entra.clientId -SecretFrom "file:$($entra.secretFile)" -Resource https://graph.microsoft.com } }
        finally { Stop-EntraSession $elsewhere }

        $result.Errors.Count | Should -Be 1
        $result.Errors[0].Message | Should -BeLike '*login.microsoftonline.com*'
        $result.Errors[0].NextStep | Should -Not -BeNullOrEmpty
    }

    It 'when its certificate is not trusted says so, and sends nothing' {
        $distrustful = Start-EntraSession $sandbox -Environment @{ SSL_CERT_FILE = '/etc/hostname' }
        try { $result = Invoke-EntraSession $distrustful { Get-BearerToken -TenantId $entra.tenantId -ClientId $entra.clientId -SecretFrom "file:$($entra.secretFile)" -Resource https://graph.microsoft.com } }
        finally { Stop-EntraSession $distrustful }

        $result.Errors.Count | Should -Be 1
        $result.Errors[0].Message | Should -BeLike '*certificate*'
        (Get-EntraStats $sandbox).tokenRequests | Should -BeNullOrEmpty
    }
}
