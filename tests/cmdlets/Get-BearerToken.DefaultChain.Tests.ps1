# What -DefaultChain tries, in which order, and where it stops: a source that is configured and fails is the end of it,
# because another identity instead would be worse than none.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/Support/Entra.psm1"
    $obstacle = Get-EntraObstacle
    if ($obstacle) { Write-Warning "The tests of the default chain are skipped: $obstacle." }
    $ownNetwork = Get-OwnNetworkCommand
    if (-not $obstacle -and -not $ownNetwork) { Write-Warning 'The test of a default chain that finds nothing is skipped: a session cannot be given a network of its own.' }
    $noTerminal = Get-EntraObstacle -Terminal
}

Describe 'The default chain' -Skip:([bool]$obstacle) {
    BeforeAll {
        Import-Module "$PSScriptRoot/Support/Entra.psm1"
        $sandbox = Start-Entra
        $session = Start-EntraSession $sandbox
        $entra = $sandbox.Entra
        $workload = @{ AZURE_TENANT_ID = $entra.tenantId; AZURE_CLIENT_ID = $entra.clientId; AZURE_FEDERATED_TOKEN_FILE = $entra.federatedTokenFile }
        $machine = @{ IDENTITY_ENDPOINT = "$($entra.plain)/msi/token"; IDENTITY_HEADER = Get-Content $entra.identityHeaderFile -Raw }
        $secret = @{ AZURE_TENANT_ID = $entra.tenantId; AZURE_CLIENT_ID = $entra.clientId; AZURE_CLIENT_SECRET = Get-Content $entra.secretFile -Raw }
        $certificate = @{ AZURE_TENANT_ID = $entra.tenantId; AZURE_CLIENT_ID = $entra.clientId; AZURE_CLIENT_CERTIFICATE_PATH = $entra.certificateFile }
        # A machine of Azure, which has no identity once that lever is pulled. What is not one of Azure is another session's.
        $nameless = @{ AZURE_POD_IDENTITY_AUTHORITY_HOST = $entra.plain }
        $stranger = Join-Path $TestDrive stranger
        Set-Content $stranger (Get-EntraUserToken $sandbox) -NoNewline

        function Join-Hashtable([hashtable[]] $All) {
            $joined = @{}
            foreach ($one in $All) { foreach ($name in $one.Keys) { $joined[$name] = $one[$name] } }
            $joined
        }

        function Invoke-Chain([hashtable[]] $Environment) {
            Invoke-EntraSession $session -Environment (Join-Hashtable $Environment) {
                $token = Get-BearerToken -DefaultChain -Resource https://management.azure.com -Verbose
                @{ App = $token.Claims.appid; Identity = $token.Claims.xms_mirid; Fingerprint = $token.Fingerprint }
            }
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

    It 'takes a workload identity before all others' {
        $result = Invoke-Chain $workload, $machine, @{ AZURE_CLIENT_SECRET = $secret.AZURE_CLIENT_SECRET }

        $result.Errors | Should -BeNullOrEmpty
        @($result.Output | Where-Object App).App | Should -Be $entra.clientId
        $stats = Get-EntraStats $sandbox
        $stats.tokenRequests.proof | Should -Be 'Federation'
        $stats.requests | Should -BeNullOrEmpty
    }

    It 'prefers a managed identity to the secret of the environment, and says why the source before it was skipped' {
        $result = Invoke-Chain $machine, $secret

        $result.Errors | Should -BeNullOrEmpty
        @($result.Output | Where-Object Identity).Identity | Should -Be $entra.systemAssigned.resourceId
        (Get-EntraStats $sandbox).tokenRequests | Should -BeNullOrEmpty
        "$($result.Remarks)" | Should -BeLike '*AZURE_FEDERATED_TOKEN_FILE*'
    }

    It 'takes the <Name> of the environment where the machine has no identity' -ForEach @(
        @{ Name = 'secret'; Get = { $secret }; Proof = 'Secret' }
        @{ Name = 'certificate'; Get = { $certificate }; Proof = 'Certificate' }
    ) {
        Set-EntraLever $sandbox no-identities
        $result = Invoke-Chain (& $Get), $nameless

        $result.Errors | Should -BeNullOrEmpty
        @($result.Output | Where-Object App).App | Should -Be $entra.clientId
        (Get-EntraStats $sandbox).tokenRequests.proof | Should -Be $Proof
    }

    It 'gives the same token again, and another with Update-BearerToken' {
        Set-EntraLever $sandbox no-identities
        $result = Invoke-EntraSession $session -Environment (Join-Hashtable $secret, $nameless) {
            Connect-BearerApi -DefaultChain -Resource https://management.azure.com; $first = Get-BearerToken
            $same = Get-BearerToken -DefaultChain -Resource https://management.azure.com
            $next = Update-BearerToken
            @{ Prints = @($first.Fingerprint, $same.Fingerprint, $next.Fingerprint) }
        }

        $result.Errors | Should -BeNullOrEmpty
        $result.Output.Prints[1] | Should -Be $result.Output.Prints[0]
        $result.Output.Prints[2] | Should -Not -Be $result.Output.Prints[0]
    }

    It 'ends with <Name>, and tries no other identity' -ForEach @(
        @{ Name = 'a workload identity that is not trusted'; Broken = { Join-Hashtable $workload, @{ AZURE_FEDERATED_TOKEN_FILE = $stranger } }; Asked = 'Federation' }
        @{ Name = 'a workload identity without its file'; Broken = { Join-Hashtable $workload, @{ AZURE_FEDERATED_TOKEN_FILE = '/nowhere/token' } }; Asked = $null }
        @{ Name = 'a managed identity that is refused'; Broken = { Join-Hashtable $machine, @{ IDENTITY_HEADER = 'wrong' } }; Asked = $null }
        @{ Name = 'a secret that is wrong'; Broken = { Join-Hashtable $nameless, $secret, @{ AZURE_CLIENT_SECRET = 'wrong' } }; Asked = 'Secret' }
    ) {
        $broken = & $Broken
        if ($broken.ContainsKey('AZURE_POD_IDENTITY_AUTHORITY_HOST')) { Set-EntraLever $sandbox no-identities }
        # What the chain could have instead: a secret, or for that an account.
        $rest = $broken.ContainsKey('AZURE_CLIENT_SECRET') ? @{} : $secret
        $result = Invoke-Chain $rest, $broken

        $result.Errors.Count | Should -Be 1
        $result.Output | Should -BeNullOrEmpty
        $requests = @((Get-EntraStats $sandbox).tokenRequests)
        @($requests | Where-Object outcome -EQ 'ok') | Should -BeNullOrEmpty
        if ($Asked) { $requests | ForEach-Object proof | Sort-Object -Unique | Should -Be $Asked }
        elseif ($requests) { $requests.proof | Should -Not -Contain 'Secret' }
    }

    It 'fails at once and lists every source that it tried when none is available' -Skip:(-not $ownNetwork) {
        # With a network of its own, because the machine of this test may be one of Azure's.
        $alone = Start-EntraSession $sandbox -Before (Get-OwnNetworkCommand)
        try { $result = Invoke-EntraSession $alone -Seconds 50 { Get-BearerToken -DefaultChain -Resource https://management.azure.com -Verbose } }
        finally { Stop-EntraSession $alone }

        $result.Errors.Count | Should -Be 1
        $said = "$($result.Errors[0].Message) $($result.Errors[0].NextStep) $($result.Remarks)"
        foreach ($source in 'workload identity', 'managed identity', 'environment', 'account') { $said | Should -BeLike "*$source*" }
        $result.Errors[0].NextStep | Should -Not -BeNullOrEmpty
    }

    Context 'in an interactive session' -Skip:([bool]$noTerminal) {
        BeforeAll { $terminal = Start-EntraSession $sandbox -Terminal }

        AfterAll { Stop-EntraSession $terminal }

        It 'asks the user last, and uses the account from then on' {
            Set-EntraLever $sandbox no-identities
            $result = Invoke-EntraSession $terminal -Environment $nameless {
                $first = Get-BearerToken -DefaultChain -TenantId $entra.tenantId -Resource https://management.azure.com -Verbose
                $second = Get-BearerToken -DefaultChain -TenantId $entra.tenantId -Resource https://graph.microsoft.com -Verbose
                @{ Account = $first.Account; Second = $second.Account }
            }

            $result.Errors | Should -BeNullOrEmpty
            $output = $result.Output | Where-Object Account
            $output.Account | Should -Be $entra.userName
            $output.Second | Should -Be $entra.userName
            $stats = Get-EntraStats $sandbox
            @($stats.requests -like '*/authorize').Count | Should -Be 1
            @($stats.tokenRequests.grant) | Should -Be 'authorization_code', 'refresh_token'
        }
    }
}
