# Workloads with federated credentials: of build servers and clusters, and from a script or a file.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/Support/Entra.psm1"
    $obstacle = Get-EntraObstacle
    if ($obstacle) { Write-Warning "The tests of federated credentials are skipped: $obstacle." }
}

Describe 'A workload with a federated credential' -Skip:([bool]$obstacle) {
    BeforeAll {
        Import-Module "$PSScriptRoot/Support/Entra.psm1"
        Import-Module "$PSScriptRoot/Support/Leaks.psm1"
        $sandbox = Start-Entra
        $session = Start-EntraSession $sandbox
        $entra = $sandbox.Entra
        $assertion = Get-Content $entra.federatedTokenFile -Raw
        $jobToken = Get-Content $entra.jobTokenFile -Raw
        $surroundings = @{
            GitHub    = @{ ACTIONS_ID_TOKEN_REQUEST_URL = $entra.gitHubAddress; ACTIONS_ID_TOKEN_REQUEST_TOKEN = $jobToken }
            Pipelines = @{ SYSTEM_OIDCREQUESTURI = $entra.pipelinesAddress; SYSTEM_ACCESSTOKEN = $jobToken; AZURESUBSCRIPTION_SERVICE_CONNECTION_ID = $entra.serviceConnection }
            Cluster   = @{ AZURE_TENANT_ID = $entra.tenantId; AZURE_CLIENT_ID = $entra.clientId; AZURE_FEDERATED_TOKEN_FILE = $entra.federatedTokenFile; AZURE_AUTHORITY_HOST = 'https://login.microsoftonline.com/' }
        }
        $null = Invoke-EntraSession $session {
            $global:app = @{ TenantId = $entra.tenantId; ClientId = $entra.clientId; Resource = 'https://graph.microsoft.com' }
        }
    }

    AfterAll {
        Stop-EntraSession $session
        Stop-Sandbox $sandbox
    }

    BeforeEach {
        Set-EntraLever $sandbox reset
        $null = Invoke-EntraSession $session { Clear-BearerTokenCache }
    }

    It 'has its assertion from <Name>' -ForEach @(
        @{ Name = 'a file'; From = { "file:$($entra.federatedTokenFile)" }; Around = @{} }
        @{ Name = 'a variable'; From = { 'env:ASSERTION' }; Around = { @{ ASSERTION = $assertion } } }
        @{ Name = 'GitHub Actions'; From = { 'github' }; Around = { $surroundings.GitHub } }
        @{ Name = 'Azure Pipelines'; From = { 'azurepipelines' }; Around = { $surroundings.Pipelines } }
        @{ Name = 'its cluster'; From = { 'workloadidentity' }; Around = { $surroundings.Cluster } }
    ) {
        $environment = if ($Around -is [scriptblock]) { & $Around } else { $Around }
        $result = Invoke-EntraSession $session -Environment $environment -With @{ From = & $From } {
            $token = Get-BearerToken @app -ClientAssertionFrom $with.From
            $next = $token | Update-BearerToken
            @{ App = $token.Claims.appid; IsAnother = $token.Claims.uti -ne $next.Claims.uti; CanRenew = (Get-BearerTokenCache).CanRenew }
        }

        $result.Errors | Should -BeNullOrEmpty
        $result.Output.App | Should -Be $entra.clientId
        $result.Output.IsAnother | Should -BeTrue
        $result.Output.CanRenew | Should -BeTrue
        $stats = Get-EntraStats $sandbox
        $stats.tokenRequests.proof | Should -Be 'Federation', 'Federation'
        $stats.refused | Should -BeNullOrEmpty
    }

    It 'has its assertion from a script, which runs on the pipeline''s thread only' {
        $result = Invoke-EntraSession $session -With @{ Assertion = $assertion } {
            $global:ran = @()
            $script = { $global:ran += [Threading.Thread]::CurrentThread.ManagedThreadId; $with.Assertion }
            $token = Get-BearerToken @app -ClientAssertion $script
            $next = $token | Update-BearerToken
            @{ App = $next.Claims.appid; Ran = $global:ran.Count; Elsewhere = @($global:ran -ne [Threading.Thread]::CurrentThread.ManagedThreadId).Count; CanRenew = (Get-BearerTokenCache).CanRenew }
        }

        $result.Errors | Should -BeNullOrEmpty
        $result.Output.App | Should -Be $entra.clientId
        $result.Output.Ran | Should -Be 2
        $result.Output.Elsewhere | Should -Be 0
        $result.Output.CanRenew | Should -BeFalse
    }

    It 'reads the file again each time, because it changes' {
        $file = Join-Path $TestDrive assertion
        Set-Content $file $assertion -NoNewline
        $first = Invoke-EntraSession $session -With @{ From = "file:$file" } { Connect-BearerApi @app -ClientAssertionFrom $with.From; @{ Uti = (Get-BearerToken).Claims.uti } }
        Set-Content $file 'eyJub3QiOiJhIGp3dCJ9' -NoNewline
        $second = Invoke-EntraSession $session { Update-BearerToken }

        $first.Errors | Should -BeNullOrEmpty
        $second.Errors.Count | Should -Be 1
        (Get-EntraStats $sandbox).tokenRequests | Should -Not -BeNullOrEmpty
    }

    It 'says which variable is missing for <From>' -ForEach @(
        @{ From = 'github'; Missing = 'ACTIONS_ID_TOKEN_REQUEST_URL' }
        @{ From = 'azurepipelines'; Missing = 'AZURESUBSCRIPTION_SERVICE_CONNECTION_ID' }
        @{ From = 'workloadidentity'; Missing = 'AZURE_FEDERATED_TOKEN_FILE' }
    ) {
        $result = Invoke-EntraSession $session -With @{ From = $From } { Get-BearerToken @app -ClientAssertionFrom $with.From }

        $result.Errors.Count | Should -Be 1
        "$($result.Errors[0].Message) $($result.Errors[0].NextStep)" | Should -BeLike "*$Missing*"
        (Get-EntraStats $sandbox).tokenRequests | Should -BeNullOrEmpty
    }

    It 'gets an error when its build server does not know it' {
        $around = $surroundings.GitHub.Clone()
        $around.ACTIONS_ID_TOKEN_REQUEST_TOKEN = 'not-the-token-of-a-job'
        $result = Invoke-EntraSession $session -Environment $around { Get-BearerToken @app -ClientAssertionFrom github }

        $result.Errors.Count | Should -Be 1
        $result.Errors[0].Message | Should -BeLike '*401*'
        (Get-EntraStats $sandbox).tokenRequests | Should -BeNullOrEmpty
    }

    It 'gets an error when the tenant does not trust the assertion''s issuer' {
        # The token of an app is signed, and is not an assertion.
        $result = Invoke-EntraSession $session -With @{ Token = Get-EntraUserToken $sandbox } { Get-BearerToken @app -ClientAssertion { $with.Token } }

        $result.Errors.Count | Should -Be 1
        $result.Errors[0].Id | Should -BeLike 'FederatedCredentialMismatch,*'
        $result.Errors[0].Message | Should -BeLike '*AADSTS700213*'
    }

    It 'passes on what its script says when that fails' {
        $result = Invoke-EntraSession $session { Get-BearerToken @app -ClientAssertion { throw 'the vault is closed' } }

        $result.Errors.Count | Should -Be 1
        $result.Errors[0].Message | Should -BeLike '*the vault is closed*'
        (Get-EntraStats $sandbox).tokenRequests | Should -BeNullOrEmpty
    }

    It 'prints neither the assertion nor the job''s token' {
        $result = Invoke-EntraSession $session -Environment ($surroundings.GitHub + @{ ASSERTION = $assertion }) {
            $null = Get-BearerToken @app -ClientAssertionFrom github -Verbose -Debug
            $null = Get-BearerToken @app -ClientAssertionFrom env:ASSERTION -Verbose -Debug
        }

        $result.Errors | Should -BeNullOrEmpty
        ($result.Text -match 'MSAL') | Should -BeTrue
        Find-Leak $result.Text @{ assertion = $assertion; job = $jobToken } | Should -BeNullOrEmpty
        [regex]::Matches($result.Text, 'eyJ[\w-]{20,}').Count | Should -Be 0
    }
}
