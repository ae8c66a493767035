# What of Get-BearerToken's parameters goes together at Microsoft Entra ID. Nobody is asked for a token here.

BeforeDiscovery {
    $conflicts = @(
        @{ Case = 'an authority beside the tenant'; Say = '*-Authority*'; Line = { Get-BearerToken @app -Authority https://id.contoso.com -SecretFrom env:PATH @api } }
        @{ Case = 'two proofs'; Say = '*several things*'; Line = { Get-BearerToken @app -SecretFrom env:PATH -ClientAssertionFrom env:PATH @api } }
        @{ Case = 'two secrets'; Say = '*both name the secret*'; Line = { Get-BearerToken @app -SecretFrom env:PATH -ClientSecret (Read-Secret) @api } }
        @{ Case = 'two assertions'; Say = '*both give the assertion*'; Line = { Get-BearerToken @app -ClientAssertion { 'x' } -ClientAssertionFrom env:PATH @api } }
        @{ Case = 'no client'; Say = '*No client*'; Line = { Get-BearerToken -TenantId contoso.com -SecretFrom env:PATH @api } }
        @{ Case = 'no tenant for an assertion'; Say = '*No tenant*'; Line = { Get-BearerToken -ClientId ops -ClientAssertionFrom env:PATH @api } }
        @{ Case = 'no tenant for a user''s token'; Say = '*No tenant*'; Line = { Get-BearerToken -OnBehalfOf (Read-Secret) -ClientId ops -SecretFrom env:PATH @api } }
        @{ Case = 'a cloud without a tenant'; Say = '*-Environment*'; Line = { Get-BearerToken -Environment AzureChinaCloud -ClientId ops -Authority https://id.contoso.com -SecretFrom env:PATH } }
        @{ Case = 'a bound token'; Say = '*-DPoP*'; Line = { Get-BearerToken @app -SecretFrom env:PATH @api -DPoP } }
        @{ Case = 'a way that Entra ID does not have'; Say = '*Entra ID*'; Line = { Get-BearerToken @app -RefreshToken (Read-Secret) } }
        @{ Case = 'a login of another API'; Say = '*-TenantId*'; Line = { Get-BearerToken -TenantId contoso.com -TokenFrom env:PATH } }
        @{ Case = 'a secret for a person'; Say = '*-SecretFrom*'; Line = { Get-BearerToken -Interactive @app -SecretFrom env:PATH @api } }
        @{ Case = 'a pushed request'; Say = '*-PushRequest*'; Line = { Get-BearerToken -Interactive @app -PushRequest @api } }
        @{ Case = 'a device code in nobody''s name'; Say = '*-ClientId*'; Line = { Get-BearerToken -DeviceCode -TenantId contoso.com @api } }
        @{ Case = 'a tenant for a machine'; Say = '*-TenantId*'; Line = { Get-BearerToken -ManagedIdentity -TenantId contoso.com @api } }
        @{ Case = 'a secret for a machine'; Say = '*-SecretFrom*'; Line = { Get-BearerToken -ManagedIdentity -SecretFrom env:PATH @api } }
        @{ Case = 'an identity with two names'; Say = '*named twice*'; Line = { Get-BearerToken -ManagedIdentity -ClientId one -ObjectId two @api } }
        @{ Case = 'a switch that is off'; Say = '*names no way*'; Line = { Get-BearerToken -DefaultChain:$false @api } }
    )
}

Describe 'Get-BearerToken at Entra ID' {
    BeforeAll {
        Import-Module "$PSScriptRoot/../../BearerTools.psd1"
        $app = @{ TenantId = 'contoso.com'; ClientId = 'ops' }
        $api = @{ Resource = 'https://graph.microsoft.com' }
        function Read-Secret { [System.Net.NetworkCredential]::new('', "$(New-Guid)").SecurePassword }
    }

    It 'refuses <Case>' -ForEach $conflicts {
        $failure = { . $Line } | Should -Throw -PassThru

        $failure.FullyQualifiedErrorId | Should -BeLike 'ParameterConflict,*'
        $failure.Exception.Message | Should -BeLike $Say
        $failure.Exception.NextStep | Should -Not -BeNullOrEmpty
    }

    It 'wants an API, one, and not single scopes for an application' -ForEach @(
        @{ Given = @{} }
        @{ Given = @{ Resource = 'https://graph.microsoft.com', 'https://management.azure.com' } }
        @{ Given = @{ Resource = 'https://graph.microsoft.com'; Scope = 'User.Read' } }
        @{ Given = @{ Scope = 'https://graph.microsoft.com/User.Read' } }
    ) {
        { Get-BearerToken @app -SecretFrom env:PATH @Given } | Should -Throw -ErrorId 'InvalidScope,*'
        { Get-BearerToken -DefaultChain @Given } | Should -Throw -ErrorId 'InvalidScope,*'
    }

    It 'wants a certain tenant for an application' -ForEach 'organizations', 'common', 'consumers' {
        { Get-BearerToken -TenantId $_ -ClientId ops -SecretFrom env:PATH @api } | Should -Throw -ErrorId 'InvalidTenant,*'
    }

    It 'completes the places of assertions, and the names of clouds' {
        $completed = { param($Line) [Management.Automation.CommandCompletion]::CompleteInput($Line, $Line.Length, $null).CompletionMatches.CompletionText }

        & $completed 'Get-BearerToken -ClientAssertionFrom ' | Should -Be 'github', 'azurepipelines', 'workloadidentity', 'file:', 'env:'
        & $completed 'Get-BearerToken -ClientAssertionFrom Work' | Should -Be 'workloadidentity'
        & $completed 'Get-BearerToken -Environment ' | Should -Be 'AzureChinaCloud', 'AzureCloud', 'AzureUSGovernment'
    }

    It 'takes the names that other modules have' {
        $parameters = (Get-Command Get-BearerToken).Parameters

        $parameters.TenantId.Aliases | Should -Contain Tenant
        $parameters.ClientId.Aliases | Should -Contain AppId
        $parameters.ClientId.Aliases | Should -Contain ApplicationId
    }
}
