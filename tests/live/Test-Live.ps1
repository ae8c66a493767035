<#
.SYNOPSIS
    BearerTools against a real tenant of Microsoft Entra: what a stand-in on this machine cannot show.
.DESCRIPTION
    Run it after 'pwsh ./build.ps1 Build'. It reads everything from variables of the environment; a part whose variables are
    missing is skipped, and says which. It changes nothing in the tenant. Every app needs only the permission to sign in.

    BEARERTOOLS_LIVE_TENANT            the tenant, by id or domain: for every part but the machine's
    BEARERTOOLS_LIVE_CLIENT            an app of that tenant
    BEARERTOOLS_LIVE_SECRET            its secret
    BEARERTOOLS_LIVE_CERTIFICATE       a PEM or PFX file with a certificate of it and the key
    BEARERTOOLS_LIVE_PUBLIC_CLIENT     an app that people use ('allow public client flows'), for the device code
    BEARERTOOLS_LIVE_PERSON            1 when somebody sits there: browser, device code, account, and what a second API wants
    BEARERTOOLS_LIVE_API               an API of BEARERTOOLS_LIVE_CLIENT that the public client may call (api://…/scope): on behalf of
    BEARERTOOLS_LIVE_REVOKE            1 when somebody will revoke the person's sessions in the portal in between (continuous access evaluation)
    BEARERTOOLS_LIVE_MACHINE           1 on a machine of Azure with a managed identity; or the client id of one that was assigned
    BEARERTOOLS_LIVE_ENVIRONMENT       the cloud: AzureCloud (without it), AzureChinaCloud or AzureUSGovernment

    In a job of GitHub Actions or Azure Pipelines, or in a pod with workload identity, the platform's own variables are enough
    for those parts, besides tenant and client.
.EXAMPLE
    $env:BEARERTOOLS_LIVE_TENANT = 'contoso.onmicrosoft.com'; $env:BEARERTOOLS_LIVE_PERSON = 1; ./tests/live/Test-Live.ps1
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

# One part: what it needs of the environment, and what it does. What it gives is said; what it throws is its failure.
function Test-Part([string] $Name, [string[]] $Needs, [scriptblock] $Do) {
    $missing = @($Needs | Where-Object { -not [Environment]::GetEnvironmentVariable($_) })
    if ($missing) { return Write-Result skipped $Name "it needs $($missing -join ', ')" }
    try { Write-Result passed $Name "$(& $Do)" }
    catch { Write-Result FAILED $Name "$($_.ErrorDetails ? $_.ErrorDetails : $_)" }
}

function Assert([bool] $Condition, [string] $Message) { if (-not $Condition) { throw $Message } }

# A token that is what it should be, and that can be replaced by another.
function Test-Token([scriptblock] $Get) {
    $token = & $Get
    Assert ($token.ExpiresOn -gt [DateTimeOffset]::UtcNow) 'The token has run out already.'
    Assert ((& $Get).Fingerprint -eq $token.Fingerprint) 'The second time it was another token.'
    $next = $token | Update-BearerToken
    Assert ($null -ne $next) 'It was not renewed.'
    "$($token.Flow) for $($token.Account ?? $token.ClientId), renewed $($next.Fingerprint -ne $token.Fingerprint ? 'to another' : 'to the same, which the platform keeps')"
}

function Test-Refusal([string] $Code, [scriptblock] $Get) {
    try { $null = & $Get }
    catch {
        Assert ($_.Exception.AuthorityCode -eq $Code) "The code is $($_.Exception.AuthorityCode), not $Code."
        Assert ([bool]$_.Exception.CorrelationId) 'The correlation id is missing.'
        Assert ([bool]$_.Exception.NextStep) 'The next step is missing.'
        return "$Code, $($_.FullyQualifiedErrorId.Split(',')[0])"
    }
    throw 'It was not refused.'
}

Test-Part 'App with a secret' BEARERTOOLS_LIVE_TENANT, BEARERTOOLS_LIVE_CLIENT, BEARERTOOLS_LIVE_SECRET { Test-Token { Get-BearerToken @app -SecretFrom env:BEARERTOOLS_LIVE_SECRET } }
Test-Part 'App with a certificate' BEARERTOOLS_LIVE_TENANT, BEARERTOOLS_LIVE_CLIENT, BEARERTOOLS_LIVE_CERTIFICATE { Test-Token { Get-BearerToken @app -ClientKey $env:BEARERTOOLS_LIVE_CERTIFICATE } }
Test-Part 'Job of GitHub Actions' BEARERTOOLS_LIVE_TENANT, BEARERTOOLS_LIVE_CLIENT, ACTIONS_ID_TOKEN_REQUEST_URL { Test-Token { Get-BearerToken @app -ClientAssertionFrom github } }
Test-Part 'Job of Azure Pipelines' BEARERTOOLS_LIVE_TENANT, BEARERTOOLS_LIVE_CLIENT, SYSTEM_OIDCREQUESTURI { Test-Token { Get-BearerToken @app -ClientAssertionFrom azurepipelines } }
Test-Part 'Pod with workload identity' AZURE_FEDERATED_TOKEN_FILE, AZURE_TENANT_ID, AZURE_CLIENT_ID { Test-Token { Get-BearerToken -DefaultChain -Resource $management } }
Test-Part 'Machine of Azure' BEARERTOOLS_LIVE_MACHINE {
    $which = if ($env:BEARERTOOLS_LIVE_MACHINE -ne '1') { @{ ClientId = $env:BEARERTOOLS_LIVE_MACHINE } } else { @{} }
    Test-Token { Get-BearerToken -ManagedIdentity -Resource $management @which }
}
Test-Part 'Wrong secret' BEARERTOOLS_LIVE_TENANT, BEARERTOOLS_LIVE_CLIENT { Test-Refusal AADSTS7000215 { Get-BearerToken @app -ClientSecret (ConvertTo-SecureString 'this-is-not-it' -AsPlainText -Force) } }
Test-Part 'Unknown tenant' BEARERTOOLS_LIVE_TENANT { Test-Refusal AADSTS90002 { Get-BearerToken -TenantId ([guid]::NewGuid()) -ClientId ([guid]::NewGuid()) -Environment $cloud -Resource $graph -ClientSecret (ConvertTo-SecureString x -AsPlainText -Force) } }

Test-Part 'Person at the browser, and the account for another API' BEARERTOOLS_LIVE_TENANT, BEARERTOOLS_LIVE_PERSON {
    $token = Get-BearerToken -Interactive @tenant -Resource $graph -BaseUri "$graph/v1.0/"
    $me = Invoke-BearerRequest /me
    $other = Get-BearerToken -Account $token.Account -ClientId $token.ClientId @tenant -Resource $management
    Assert ($other.Account -eq $token.Account) 'The second token is another person''s.'
    "$($me.userPrincipalName); $(Test-Token { Get-BearerToken -Interactive @tenant -Resource $graph -BaseUri "$graph/v1.0/" })"
}
Test-Part 'Person with a device code' BEARERTOOLS_LIVE_TENANT, BEARERTOOLS_LIVE_PUBLIC_CLIENT, BEARERTOOLS_LIVE_PERSON {
    Test-Token { Get-BearerToken -DeviceCode @tenant -ClientId $env:BEARERTOOLS_LIVE_PUBLIC_CLIENT -Scope "$graph/User.Read" }
}
Test-Part 'On behalf of a person' BEARERTOOLS_LIVE_TENANT, BEARERTOOLS_LIVE_PUBLIC_CLIENT, BEARERTOOLS_LIVE_PERSON, BEARERTOOLS_LIVE_API, BEARERTOOLS_LIVE_CLIENT, BEARERTOOLS_LIVE_SECRET {
    $called = Get-BearerToken -Interactive @tenant -ClientId $env:BEARERTOOLS_LIVE_PUBLIC_CLIENT -Scope $env:BEARERTOOLS_LIVE_API
    $login = $tenant + @{ ClientId = $env:BEARERTOOLS_LIVE_CLIENT; SecretFrom = 'env:BEARERTOOLS_LIVE_SECRET' }
    $token = Get-BearerToken @login -OnBehalfOf $called -Scope "$graph/User.Read"
    (Invoke-BearerRequest "$graph/v1.0/me" -Token $token).userPrincipalName
}
Test-Part 'Revoked in between (continuous access evaluation)' BEARERTOOLS_LIVE_TENANT, BEARERTOOLS_LIVE_PERSON, BEARERTOOLS_LIVE_REVOKE {
    $token = Get-BearerToken -Interactive @tenant -Resource $graph -BaseUri "$graph/v1.0/"
    $null = Invoke-BearerRequest /me
    $null = Read-Host "Revoke the sessions of $($token.Account) in the portal (Users, 'Revoke sessions'), wait five minutes, and press Enter"
    $me = Invoke-BearerRequest /me -Verbose 4>&1
    Assert ([bool]($me | Where-Object { "$_" -like '*certain claims*' })) 'The API took the old token: it was not revoked, or the API does not evaluate continuously.'
    'the API asked for claims, and got a token that has them'
}

exit [int]($results -contains 'FAILED')
