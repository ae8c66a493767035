# Which parameters of Get-BearerToken can be combined at Microsoft Entra ID. No token is requested here.

BeforeDiscovery {
    # What a flow does not take is not in its set: PowerShell itself refuses it.
    $strangers = @(
        @{ Case = 'an authority beside the tenant'; Line = { Get-BearerToken @app -Authority https://id.contoso.com -SecretFrom env:PATH @api } }
        @{ Case = 'a cloud without a tenant'; Line = { Get-BearerToken -Environment AzureChinaCloud -ClientId ops -Authority https://id.contoso.com -SecretFrom env:PATH } }
        @{ Case = 'a bound token'; Line = { Get-BearerToken @app -SecretFrom env:PATH @api -DPoP } }
        @{ Case = 'a refresh token'; Line = { Get-BearerToken @app -RefreshToken (Read-Secret) } }
        @{ Case = 'a tenant for a given token'; Line = { Get-BearerToken -TenantId contoso.com -TokenFrom env:PATH } }
        @{ Case = 'a secret for an interactive login'; Line = { Get-BearerToken -Interactive @app -SecretFrom env:PATH @api } }
        @{ Case = 'a pushed request'; Line = { Get-BearerToken -Interactive @app -PushRequest @api } }
        @{ Case = 'a tenant for a managed identity'; Line = { Get-BearerToken -ManagedIdentity -TenantId contoso.com @api } }
        @{ Case = 'a secret for a managed identity'; Line = { Get-BearerToken -ManagedIdentity -SecretFrom env:PATH @api } }
        @{ Case = 'a secret for the default identity'; Line = { Get-BearerToken -DefaultChain -SecretFrom env:PATH @api } }
        @{ Case = 'a secret for a kept account'; Line = { Get-BearerToken -Account ada@contoso.com -SecretFrom env:PATH @api } }
    )
    $conflicts = @(
        @{ Case = 'two proofs'; Say = '-SecretFrom cannot be combined with -ClientAssertionFrom.'; Line = { Get-BearerToken @app -SecretFrom env:PATH -ClientAssertionFrom env:PATH @api } }
        @{ Case = 'a secret and a key'; Say = '-ClientSecret cannot be combined with -ClientKey.'; Line = { Get-BearerToken @app -ClientSecret (Read-Secret) -ClientKey ops.pem @api } }
        @{ Case = 'two secrets'; Say = '-ClientSecret cannot be combined with -SecretFrom.'; Line = { Get-BearerToken @app -SecretFrom env:PATH -ClientSecret (Read-Secret) @api } }
        @{ Case = 'two assertions'; Say = '-ClientAssertion cannot be combined with -ClientAssertionFrom.'; Line = { Get-BearerToken @app -ClientAssertion { 'x' } -ClientAssertionFrom env:PATH @api } }
        @{ Case = 'no client'; Say = '*No client*'; Line = { Get-BearerToken -TenantId contoso.com -SecretFrom env:PATH @api } }
        @{ Case = 'no tenant for an assertion'; Say = '*No tenant*'; Line = { Get-BearerToken -ClientId ops -ClientAssertionFrom env:PATH @api } }
        @{ Case = 'no tenant for a user''s token'; Say = '*No tenant*'; Line = { Get-BearerToken -OnBehalfOf (Read-Secret) -ClientId ops -SecretFrom env:PATH @api } }
        @{ Case = 'a device code without a client'; Say = '*-ClientId*'; Line = { Get-BearerToken -DeviceCode -TenantId contoso.com @api } }
        @{ Case = 'an identity with two ids'; Say = '-ClientId cannot be combined with -ObjectId.'; Line = { Get-BearerToken -ManagedIdentity -ClientId one -ObjectId two @api } }
        @{ Case = 'a switch that is off'; Say = '-DefaultChain:$false selects no token flow.'; Line = { Get-BearerToken -DefaultChain:$false @api } }
    )
}

Describe 'Get-BearerToken at Entra ID' {
    BeforeAll {
        Import-Module "$PSScriptRoot/../../BearerTools.psd1"
        $app = @{ TenantId = 'contoso.com'; ClientId = 'ops' }
        $api = @{ Resource = 'https://graph.microsoft.com' }
        function Read-Secret { [System.Net.NetworkCredential]::new('', "$(New-Guid)").SecurePassword }
    }

    It 'refuses <Case>' -ForEach $strangers {
        $Line | Should -Throw -ErrorId 'AmbiguousParameterSet,*'
    }

    It 'refuses <Case>' -ForEach $conflicts {
        $failure = { . $Line } | Should -Throw -PassThru

        $failure.FullyQualifiedErrorId | Should -BeLike 'ParameterConflict,*'
        $failure.Exception.Message | Should -BeLike $Say
        $failure.Exception.NextStep | Should -Not -BeNullOrEmpty
    }

    It 'requires exactly one API, and no single scopes, for an application' -ForEach @(
        @{ Given = @{} }
        @{ Given = @{ Resource = 'https://graph.microsoft.com', 'https://management.azure.com' } }
        @{ Given = @{ Resource = 'https://graph.microsoft.com'; Scope = 'User.Read' } }
        @{ Given = @{ Scope = 'https://graph.microsoft.com/User.Read' } }
    ) {
        { Get-BearerToken @app -SecretFrom env:PATH @Given } | Should -Throw -ErrorId 'InvalidScope,*'
        { Get-BearerToken -DefaultChain @Given } | Should -Throw -ErrorId 'InvalidScope,*'
    }

    It 'requires a specific tenant for an application' -ForEach 'organizations', 'common', 'consumers' {
        { Get-BearerToken -TenantId $_ -ClientId ops -SecretFrom env:PATH @api } | Should -Throw -ErrorId 'InvalidTenant,*'
    }

    It 'completes the places of assertions, and the names of clouds' {
        $completed = { param($Line) [Management.Automation.CommandCompletion]::CompleteInput($Line, $Line.Length, $null).CompletionMatches.CompletionText }

        & $completed 'Get-BearerToken -ClientAssertionFrom ' | Should -Be 'github', 'azurepipelines', 'workloadidentity', 'file:', 'env:', 'command:', 'vault:', 'automation:'
        & $completed 'Get-BearerToken -ClientAssertionFrom Work' | Should -Be 'workloadidentity'
        & $completed 'Get-BearerToken -Environment ' | Should -Be 'AzureCloud', 'AzureChinaCloud', 'AzureUSGovernment'
    }

    It 'accepts the parameter names of other modules' {
        $parameters = (Get-Command Get-BearerToken).Parameters

        $parameters.TenantId.Aliases | Should -Contain Tenant
        $parameters.ClientId.Aliases | Should -Contain AppId
        $parameters.ClientId.Aliases | Should -Contain ApplicationId
    }
}
