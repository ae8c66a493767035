# Clients with keys and certificates, and refresh tokens that rotate, against an independent authority: the npm
# package oidc-provider.

BeforeDiscovery {
    $node = Get-Command node -CommandType Application -ErrorAction Ignore | Select-Object -First 1
    $reason = if (-not $node) { 'node is not on the PATH' }
    elseif (-not (Test-Path "$PSScriptRoot/node_modules/oidc-provider")) { "its npm packages are missing: run 'npm ci --ignore-scripts' in tests/conformance" }
    if ($reason) { Write-Warning "The conformance tests of keys are skipped: $reason." }
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Authority.psm1"
}

Describe 'Keys against oidc-provider' -Skip:([bool]$reason) -Tag Conformance {
    BeforeAll { $authority = Start-Authority keys.mjs }

    AfterAll { Stop-Authority $authority }

    BeforeEach { Clear-BearerTokenCache -Confirm:$false }

    It 'proves a client by private_key_jwt with <_>' -ForEach 'rs256', 'ps256', 'es256' {
        $client = $authority.clients | Where-Object name -EQ $_
        $password = @{}
        if ($client.passwordFile) { $password.SecretFrom = "file:$($client.passwordFile)" }

        $token = Get-BearerToken -Authority $authority.issuer -ClientId $client.id -ClientKey $client.keyFile -SigningAlgorithm $client.alg @password

        $token.Flow | Should -Be 'ClientCredentials'
        $token.ClientId | Should -BeExactly $client.id
    }

    It 'accepts a new assertion for each token' {
        $client = $authority.clients | Where-Object name -EQ es256
        Connect-BearerApi -Authority $authority.issuer -ClientId $client.id -ClientKey $client.keyFile; $first = Get-BearerToken

        # The authority refuses a jti that it has seen before.
        (Get-BearerToken -ForceRefresh).Fingerprint | Should -Not -Be $first.Fingerprint
    }

    It 'takes the token endpoint as audience too, as older versions of it did' {
        $client = $authority.clients | Where-Object name -EQ es256

        Get-BearerToken -Authority $authority.issuer -ClientId $client.id -ClientKey $client.keyFile -AssertionAudience TokenEndpoint | Should -BeOfType ([BearerTools.AccessToken])
    }

    It 'refuses the key of another client' {
        $client = $authority.clients | Where-Object name -EQ rs256
        $other = $authority.clients | Where-Object name -EQ ps256
        $parameters = @{ Authority = $authority.issuer; ClientId = $other.id; ClientKey = $client.keyFile; SigningAlgorithm = 'PS256' }

        $failure = { Get-BearerToken @parameters } | Should -Throw -PassThru

        $failure.Exception.Error | Should -BeExactly 'invalid_client'
    }

    It 'uses a refresh token, and then those that replace it' {
        $file = (Invoke-RestMethod "$($authority.issuer)/control/refresh-token").file

        Connect-BearerApi -Authority $authority.issuer -ClientId refresh -RefreshTokenFrom "file:$file"; $first = Get-BearerToken
        $fingerprints = @($first.Fingerprint) + (1..3 | ForEach-Object { (Get-BearerToken -ForceRefresh).Fingerprint })

        $first.Flow | Should -Be 'RefreshToken'
        @($fingerprints | Sort-Object -Unique).Count | Should -Be 4
    }

    It 'keeps the family of a refresh token valid when two keys use it' {
        $file = (Invoke-RestMethod "$($authority.issuer)/control/refresh-token").file
        $given = @{ Authority = $authority.issuer; ClientId = 'refresh'; RefreshTokenFrom = "file:$file" }

        $one = Get-BearerToken @given
        $two = Get-BearerToken @given -Scope openid
        $again = Update-BearerToken $one

        @($one, $two, $again | ForEach-Object Fingerprint | Sort-Object -Unique).Count | Should -Be 3
    }

    It 'says how to log in again when a refresh token was used elsewhere' {
        $file = (Invoke-RestMethod "$($authority.issuer)/control/refresh-token").file
        $null = Invoke-RestMethod "$($authority.issuer)/token" -Method Post -Body @{ grant_type = 'refresh_token'; client_id = 'refresh'; refresh_token = Get-Content $file -Raw }

        $failure = { Get-BearerToken -Authority $authority.issuer -ClientId refresh -RefreshTokenFrom "file:$file" } | Should -Throw -PassThru

        $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidGrant,*'
        $failure.Exception.ErrorDescription | Should -Not -BeNullOrEmpty
        $failure.ErrorDetails.Message | Should -BeLike '*Get-BearerToken -Interactive*'
    }
}

# The authority's certificate has to be trusted before the process starts, which only Linux makes easy.
Describe 'Certificates against oidc-provider' -Skip:([bool]$reason -or -not $IsLinux) -Tag Conformance {
    BeforeAll {
        $certificates = (New-Item (Join-Path $TestDrive certificates) -ItemType Directory).FullName

        function New-Certificate([string] $Name, $Issuer) {
            $key = [Security.Cryptography.ECDsa]::Create([Security.Cryptography.ECCurve+NamedCurves]::nistP256)
            $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new("CN=$Name", $key, 'SHA256')
            $request.CertificateExtensions.Add([Security.Cryptography.X509Certificates.X509BasicConstraintsExtension]::new($Name -eq 'ca', $false, 0, $true))
            $names = [Security.Cryptography.X509Certificates.SubjectAlternativeNameBuilder]::new()
            $names.AddIpAddress([ipaddress]::Loopback)
            $request.CertificateExtensions.Add($names.Build($false))
            # A certificate must not outlive its issuer, which may have been made in an earlier second.
            $from = [DateTimeOffset]::UtcNow.AddHours(-1)
            if (-not $Issuer) { return $request.CreateSelfSigned($from, $from.AddDays(1)) }
            $signed = $request.Create($Issuer, $from.AddMinutes(1), $from.AddHours(2), [guid]::NewGuid().ToByteArray())
            [Security.Cryptography.X509Certificates.ECDsaCertificateExtensions]::CopyWithPrivateKey($signed, $key)
        }

        function Save-Certificate($Certificate, [string] $Name) {
            $key = [Security.Cryptography.X509Certificates.ECDsaCertificateExtensions]::GetECDsaPrivateKey($Certificate)
            Set-Content "$certificates/$Name.pem" $Certificate.ExportCertificatePem()
            Set-Content "$certificates/$Name.key" $key.ExportPkcs8PrivateKeyPem()
        }

        # Runs a script in a process that trusts the authority, and gives what it writes.
        function Invoke-Trusting([scriptblock] $Script, [string[]] $Arguments) {
            $path = Join-Path $TestDrive "$([guid]::NewGuid()).ps1"
            Set-Content $path $Script.ToString()
            $engine = [Environment]::ProcessPath
            [string[]] $first = if ((Split-Path $engine -LeafBase) -eq 'dotnet') { Join-Path $PSHOME 'pwsh.dll' }
            $env:SSL_CERT_FILE = "$certificates/ca.pem"
            try { & $engine @first -NoProfile -NonInteractive -File $path (Resolve-Path "$PSScriptRoot/../../BearerTools.psd1") $authority.issuer @Arguments 2>&1 | ForEach-Object { "$_" } }
            finally { $env:SSL_CERT_FILE = $null }
        }

        $ca = New-Certificate ca
        Save-Certificate $ca ca
        Save-Certificate (New-Certificate server $ca) server
        $ofCa = New-Certificate of-ca $ca
        Save-Certificate $ofCa client-of-ca
        $selfSigned = New-Certificate self-signed
        Save-Certificate $selfSigned client-self-signed
        [IO.File]::WriteAllBytes("$certificates/of-ca.pfx", $ofCa.Export('Pfx', 'of the test'))
        Set-Content "$certificates/password" 'of the test'
        # A file that everyone can read is a warning.
        if (-not $IsWindows) { Get-ChildItem $certificates | ForEach-Object { chmod 600 $_.FullName } }
        $authority = Start-Authority keys.mjs '--certificates', "`"$certificates`""
    }

    AfterAll { Stop-Authority $authority }

    It 'proves a client by a certificate of the CA, from a PFX, at the alias that the metadata names' {
        $example = Get-HelpExample 'A client with a certificate' @{
            'https://id.contoso.com' = $authority.issuer; 'ClientId ops' = 'ClientId of-ca'
            './ops.pfx' = "'$certificates/of-ca.pfx'"; 'env:PFX_PASSWORD' = "'file:$certificates/password'"
        }
        $said = Invoke-Trusting ([scriptblock]::Create("
            Import-Module `$args[0]
            `$token = $example
            `$token.ClientId
            (Invoke-RestMethod `"`$(`$args[1])/control/stats`").atAlias
        "))

        $said | Should -Be 'of-ca', '1'
    }

    It 'proves a client by its self-signed certificate, with the key in a file of its own' {
        $said = Invoke-Trusting {
            Import-Module $args[0]
            $certificate = [Security.Cryptography.X509Certificates.X509Certificate2]::new($args[2])
            (Get-BearerToken -Authority $args[1] -ClientId self-signed -ClientCertificate $certificate -ClientKey $args[3] -ClientAuthenticationMethod self_signed_tls_client_auth).ClientId
        } "$certificates/client-self-signed.pem", "$certificates/client-self-signed.key"

        $said | Should -Be 'self-signed'
    }

    It 'is refused with the certificate of another client' {
        $said = Invoke-Trusting {
            Import-Module $args[0]
            try { Get-BearerToken -Authority $args[1] -ClientId self-signed -ClientKey $args[2] -SecretFrom "file:$($args[3])" -ClientAuthenticationMethod self_signed_tls_client_auth }
            catch { $_.Exception.Error }
        } "$certificates/of-ca.pfx", "$certificates/password"

        $said | Should -Be 'invalid_client'
    }
}
