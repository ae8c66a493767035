<#
.SYNOPSIS
    Tests BearerTools against a real tenant of Microsoft Entra ID: what a stand-in on this machine cannot show.
.DESCRIPTION
    Run it after 'pwsh ./build.ps1 Build'. It reads all settings from environment variables. A part whose variables are missing is
    skipped and names them. It changes nothing in the tenant. Every app needs only the permission to sign in.

    BEARERTOOLS_LIVE_TENANT            the tenant, by id or domain; needed for every part except the machine's
    BEARERTOOLS_LIVE_CLIENT            an app of that tenant
    BEARERTOOLS_LIVE_SECRET            its secret
    BEARERTOOLS_LIVE_CERTIFICATE       a PEM or PFX file with a certificate of the app and its key
    BEARERTOOLS_LIVE_PUBLIC_CLIENT     an app that users sign in to ('allow public client flows'), for the device code
    BEARERTOOLS_LIVE_USER              1 if a user is at the terminal: browser, device code, account, and the claims of a second API
    BEARERTOOLS_LIVE_API               a scope of BEARERTOOLS_LIVE_CLIENT that the public client may request (api://…/scope): on behalf of
    BEARERTOOLS_LIVE_REVOKE            1 if an administrator will revoke the user's sessions in the portal during the test (continuous access evaluation)
    BEARERTOOLS_LIVE_MACHINE           1 on an Azure machine with a managed identity, or the client id of a user-assigned identity
    BEARERTOOLS_LIVE_ENVIRONMENT       the cloud: AzureCloud (default), AzureChinaCloud or AzureUSGovernment

    In a job of GitHub Actions or Azure Pipelines, or in a pod with workload identity, these parts need only the platform's own variables
    besides tenant and client.
.EXAMPLE
    $env:BEARERTOOLS_LIVE_TENANT = 'contoso.onmicrosoft.com'; $env:BEARERTOOLS_LIVE_USER = 1; ./tests/live/Test-Live.ps1
#>
[CmdletBinding()]
param()

$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $PSScriptRoot '../../BearerTools.psd1')

$graphs = @{ AzureCloud = 'https://graph.microsoft.com'; AzureChinaCloud = 'https://microsoftgraph.chinacloudapi.cn'; AzureUSGovernment = 'https://graph.microsoft.us' }
$managements = @{ AzureCloud = 'https://management.azure.com'; AzureChinaCloud = 'https://management.chinacloudapi.cn'; AzureUSGovernment = 'https://management.usgovcloudapi.net' }
$cloud = $env:BEARERTOOLS_LIVE_ENVIRONMENT ? $env:BEARERTOOLS_LIVE_ENVIRONMENT : 'AzureCloud'
$graph, $management = $graphs[$cloud], $managements[$cloud]
$tenant = @{ TenantId = $env:BEARERTOOLS_LIVE_TENANT; Environment = $cloud }
$app = $tenant + @{ ClientId = $env:BEARERTOOLS_LIVE_CLIENT; Resource = $graph }
$results = [Collections.Generic.List[string]]::new()

function Write-Result([string] $Result, [string] $Name, [string] $Detail) {
    $results.Add($Result)
    Write-Host ("{0,-8} {1}: {2}" -f $Result, $Name, $Detail)
}

# Runs one part: prints what its script block returns, or the error that it throws. Without its variables, it is skipped.
function Test-Part([string] $Name, [string[]] $Needs, [scriptblock] $Do) {
    $missing = @($Needs | Where-Object { -not [Environment]::GetEnvironmentVariable($_) })
    if ($missing) { return Write-Result skipped $Name "it needs $($missing -join ', ')" }
    try { Write-Result passed $Name "$(& $Do)" }
    catch { Write-Result FAILED $Name "$($_.ErrorDetails ? $_.ErrorDetails : $_)" }
}

function Assert([bool] $Condition, [string] $Message) { if (-not $Condition) { throw $Message } }

# Tests that the token is valid, that the cache returns it again, and that it can be renewed.
function Test-Token([scriptblock] $Get) {
    $token = & $Get
    Assert ($token.ExpiresOn -gt [DateTimeOffset]::UtcNow) 'The token has already expired.'
    Assert ((& $Get).Fingerprint -eq $token.Fingerprint) 'The second call returned another token.'
    $next = $token | Update-BearerToken
    Assert ($null -ne $next) 'The token was not renewed.'
    "$($token.Flow) for $($token.Account ?? $token.ClientId), renewal returned $($next.Fingerprint -ne $token.Fingerprint ? 'a new token' : 'the same token, which the platform caches')"
}

function Test-Refusal([string] $Code, [scriptblock] $Get) {
    try { $null = & $Get }
    catch {
        Assert ($_.Exception.AuthorityCode -eq $Code) "The code is $($_.Exception.AuthorityCode), not $Code."
        Assert ([bool]$_.Exception.CorrelationId) 'The correlation id is missing.'
        Assert ([bool]$_.Exception.NextStep) 'The next step is missing.'
        return "$Code, $($_.FullyQualifiedErrorId.Split(',')[0])"
    }
    throw 'The request was not refused.'
}

Test-Part 'App with a secret' BEARERTOOLS_LIVE_TENANT, BEARERTOOLS_LIVE_CLIENT, BEARERTOOLS_LIVE_SECRET { Test-Token { Get-BearerToken @app -SecretFrom env:BEARERTOOLS_LIVE_SECRET } }
Test-Part 'App with a certificate' BEARERTOOLS_LIVE_TENANT, BEARERTOOLS_LIVE_CLIENT, BEARERTOOLS_LIVE_CERTIFICATE { Test-Token { Get-BearerToken @app -ClientKey $env:BEARERTOOLS_LIVE_CERTIFICATE } }
Test-Part 'Job of GitHub Actions' BEARERTOOLS_LIVE_TENANT, BEARERTOOLS_LIVE_CLIENT, ACTIONS_ID_TOKEN_REQUEST_URL { Test-Token { Get-BearerToken @app -ClientAssertionFrom github } }
Test-Part 'Job of Azure Pipelines' BEARERTOOLS_LIVE_TENANT, BEARERTOOLS_LIVE_CLIENT, SYSTEM_OIDCREQUESTURI { Test-Token { Get-BearerToken @app -ClientAssertionFrom azurepipelines } }
Test-Part 'Pod with workload identity' AZURE_FEDERATED_TOKEN_FILE, AZURE_TENANT_ID, AZURE_CLIENT_ID { Test-Token { Get-BearerToken -DefaultChain -Resource $management } }
Test-Part 'Azure machine' BEARERTOOLS_LIVE_MACHINE {
    $which = if ($env:BEARERTOOLS_LIVE_MACHINE -ne '1') { @{ ClientId = $env:BEARERTOOLS_LIVE_MACHINE } } else { @{} }
    Test-Token { Get-BearerToken -ManagedIdentity -Resource $management @which }
}
Test-Part 'Wrong secret' BEARERTOOLS_LIVE_TENANT, BEARERTOOLS_LIVE_CLIENT { Test-Refusal AADSTS7000215 { Get-BearerToken @app -ClientSecret (ConvertTo-SecureString 'wrong' -AsPlainText -Force) } }
Test-Part 'Unknown tenant' BEARERTOOLS_LIVE_TENANT { Test-Refusal AADSTS90002 { Get-BearerToken -TenantId ([guid]::NewGuid()) -ClientId ([guid]::NewGuid()) -Environment $cloud -Resource $graph -ClientSecret (ConvertTo-SecureString x -AsPlainText -Force) } }

Test-Part 'User in the browser, and the account for another API' BEARERTOOLS_LIVE_TENANT, BEARERTOOLS_LIVE_USER {
    Connect-BearerApi -Interactive @tenant -Resource $graph -BaseUri "$graph/v1.0/"
    $me = Invoke-BearerRequest /me
    $token = Get-BearerToken
    $other = Get-BearerToken -Account $token.Account -ClientId $token.ClientId @tenant -Resource $management
    Assert ($other.Account -eq $token.Account) 'The second token is for another account.'
    "$($me.userPrincipalName); $(Test-Token { Get-BearerToken -Interactive @tenant -Resource $graph -BaseUri "$graph/v1.0/" })"
}
Test-Part 'User with a device code' BEARERTOOLS_LIVE_TENANT, BEARERTOOLS_LIVE_PUBLIC_CLIENT, BEARERTOOLS_LIVE_USER {
    Test-Token { Get-BearerToken -DeviceCode @tenant -ClientId $env:BEARERTOOLS_LIVE_PUBLIC_CLIENT -Scope "$graph/User.Read" }
}
Test-Part 'On behalf of a user' BEARERTOOLS_LIVE_TENANT, BEARERTOOLS_LIVE_PUBLIC_CLIENT, BEARERTOOLS_LIVE_USER, BEARERTOOLS_LIVE_API, BEARERTOOLS_LIVE_CLIENT, BEARERTOOLS_LIVE_SECRET {
    $called = Get-BearerToken -Interactive @tenant -ClientId $env:BEARERTOOLS_LIVE_PUBLIC_CLIENT -Scope $env:BEARERTOOLS_LIVE_API
    $login = $tenant + @{ ClientId = $env:BEARERTOOLS_LIVE_CLIENT; SecretFrom = 'env:BEARERTOOLS_LIVE_SECRET' }
    $token = Get-BearerToken @login -OnBehalfOf $called -Scope "$graph/User.Read"
    (Invoke-BearerRequest "$graph/v1.0/me" -Token $token).userPrincipalName
}
Test-Part 'Revocation (continuous access evaluation)' BEARERTOOLS_LIVE_TENANT, BEARERTOOLS_LIVE_USER, BEARERTOOLS_LIVE_REVOKE {
    Connect-BearerApi -Interactive @tenant -Resource $graph -BaseUri "$graph/v1.0/"
    $null = Invoke-BearerRequest /me
    $null = Read-Host "Revoke the sessions of $((Get-BearerConnection).Account) in the portal (Users, 'Revoke sessions'), wait five minutes, and press Enter"
    $me = Invoke-BearerRequest /me -Verbose 4>&1
    Assert ([bool]($me | Where-Object { "$_" -like '*certain claims*' })) 'The API accepted the old token: it was not revoked, or the API does not use continuous access evaluation.'
    'the API required claims, and the token was replaced by one that has them'
}

exit [int]($results -contains 'FAILED')
