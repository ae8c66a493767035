# A plausible value for each parameter, and what each parameter set needs, for a session where every request fails.
# Dot-sourced, with the folder for its files, and the server that refuses requests; without one, connections are refused.
param([string] $Folder, [string] $Server = 'http://127.0.0.1:1')

$common = [System.Management.Automation.PSCmdlet]::CommonParameters
$closed = $Server
$reference = 'env:BEARERTOOLS_TEST_SECRET'
$env:BEARERTOOLS_TEST_SECRET ??= New-Guid
$secret = [System.Net.NetworkCredential]::new('', $env:BEARERTOOLS_TEST_SECRET).SecurePassword
$token = [BearerTools.AccessToken]::new($secret)

$rsa = [System.Security.Cryptography.RSA]::Create(2048)
$request = [System.Security.Cryptography.X509Certificates.CertificateRequest]::new(
    'CN=ops', $rsa, 'SHA256', [System.Security.Cryptography.RSASignaturePadding]::Pkcs1)
$certificate = $request.CreateSelfSigned([DateTimeOffset]::UtcNow.AddDays(-1), [DateTimeOffset]::UtcNow.AddDays(1))
$encryption = [System.Security.Cryptography.PbeParameters]::new('Aes256Cbc', 'SHA256', 1000)
$key, $lockedKey, $robot, $assertion = 'key.pem', 'locked.pem', 'robot.json', 'assertion' | ForEach-Object { Join-Path $Folder $_ }
Set-Content $key $rsa.ExportPkcs8PrivateKeyPem(), $certificate.ExportCertificatePem()
Set-Content $lockedKey $rsa.ExportEncryptedPkcs8PrivateKeyPem($env:BEARERTOOLS_TEST_SECRET, $encryption), $certificate.ExportCertificatePem()
@{ type = 'service_account'; client_email = 'robot@example.com'; private_key = $rsa.ExportPkcs8PrivateKeyPem(); private_key_id = '1'; token_uri = "$closed/token" } |
    ConvertTo-Json | Set-Content $robot
Set-Content $assertion $env:BEARERTOOLS_TEST_SECRET

# The surroundings of a workload, and of a machine with an identity.
$env:AZURE_TENANT_ID, $env:AZURE_CLIENT_ID, $env:AZURE_FEDERATED_TOKEN_FILE = 'contoso.com', 'ops', ($env:AZURE_FEDERATED_TOKEN_FILE ?? $assertion)
$env:IDENTITY_ENDPOINT, $env:IDENTITY_HEADER = "$closed/identity", 'header'

# A plausible value for each parameter.
$values = @{
    BaseUri = "$closed/api/"; AllowedOrigin = 'https://files.example.com'
    Authority = $closed; TokenEndpoint = "$closed/token"; ClientId = 'ops'; ClientSecret = $secret; SecretFrom = $reference
    ClientKey = $key; ClientKeyPassword = $secret; ClientCertificate = $certificate; ClientCertificateThumbprint = $certificate.Thumbprint
    KeyId = 'key-1'; SigningAlgorithm = 'RS256'; AssertionAudience = 'TokenEndpoint'; ClientAuthenticationMethod = 'client_secret_post'
    Scope = 'https://api.example.com/.default'; Resource = 'https://api.example.com'; AdditionalParameter = @{ audience = 'api' }
    LoginTimeoutSec = 5; RedirectUri = 'http://127.0.0.1/'; LoginHint = 'ada'; Prompt = 'login'
    AuthorizationEndpoint = "$closed/authorize"; DeviceAuthorizationEndpoint = "$closed/device"
    TenantId = 'contoso.com'; Environment = 'AzureCloud'; ClientAssertion = { 'x.y.z' }; ClientAssertionFrom = 'workloadidentity'
    Account = 'ada@contoso.com'; OnBehalfOf = $token; ResourceId = '/subscriptions/1'; ObjectId = New-Guid
    Token = $token; TokenFrom = $reference; RefreshToken = $secret; RefreshTokenFrom = $reference
    SubjectToken = $token; SubjectTokenFrom = $reference; SubjectTokenType = 'jwt'; Audience = 'billing'
    ActorToken = $token; ActorTokenFrom = $reference; ActorTokenType = 'jwt'; RequestedTokenType = 'jwt'
    Assertion = $secret; AssertionFrom = $reference; Subject = 'ada'; ServiceAccountKey = $robot
    InstallationId = 1; Repository = 'one'; Permission = @{ contents = 'read' }
    LoginUri = "$closed/login"; Credential = [pscredential]::new('ada', $secret); UserName = 'ada'; Body = @{ tenant = 'x' }
    ContentType = 'application/json'; UserNameField = 'user'; PasswordField = 'pass'; TokenPath = 'a.b'; ExpiresInPath = 'a.c'; TokenHeader = 'X-Token'
    Profile = 'contoso'
    BaseUriPath = 'instance_url'; TokenScheme = 'SSWS'; SendTokenInHeader = 'X-Auth-Token'; SendTokenInCookie = 'session'
    GrantType = 'account_credentials'; TokenRequestHeaders = @{ 'X-Api-Key' = $secret }
    LoginMethod = 'Put'; LoginAuthentication = 'Basic'; MinimumLifetime = 30
}
Set-BearerProfile contoso -TokenEndpoint $values.TokenEndpoint -ClientId ops -ClientSecret $secret

# What each set needs besides its mandatory parameters.
$app = 'ClientId', 'Resource'
$oauth = 'Authority', 'ClientId', 'SecretFrom'
$needs = @{
    ManagedIdentity = 'Resource'; DefaultChain = 'Resource'; Account = $app; EntraInteractive = $app; EntraDeviceCode = $app; EntraClientAssertion = $app
    EntraClientCredentials = $app + 'SecretFrom'; OnBehalfOf = $app + 'TenantId', 'SecretFrom'; JsonLogin = 'Credential'
    GitHubApp = 'Authority', 'ClientId', 'ClientKey'; Subject = 'Authority', 'ClientId', 'ClientKey'
}

# What a parameter takes the place of, and what it needs beside it.
$replaces = @{
    TokenEndpoint = 'Authority'; Scope = 'Resource'; UserName = 'Credential'; ActorTokenFrom = 'ActorToken'
    ClientSecret = 'SecretFrom'; ClientKey = 'SecretFrom'; ClientKeyPassword = 'SecretFrom'
    ClientCertificate = 'SecretFrom', 'ClientKey'; ClientCertificateThumbprint = 'SecretFrom', 'ClientKey'
    KeyId = 'SecretFrom'; SigningAlgorithm = 'SecretFrom'; AssertionAudience = 'SecretFrom'; ClientAssertion = 'SecretFrom'; ClientAssertionFrom = 'SecretFrom'
}
$beside = @{
    ClientKeyPassword = @{ ClientKey = $lockedKey }; UserName = @{ SecretFrom = $reference }
    KeyId = @{ ClientKey = $key }; SigningAlgorithm = @{ ClientKey = $key }; AssertionAudience = @{ ClientKey = $key }
    'GitHubApp/SecretFrom' = @{ ClientKey = $lockedKey }; 'Subject/SecretFrom' = @{ ClientKey = $lockedKey }
    'Subject/ClientAuthenticationMethod' = @{ ClientAuthenticationMethod = 'private_key_jwt' }
    'JsonLogin/SecretFrom' = @{ UserName = 'ada'; Credential = $null }
}
