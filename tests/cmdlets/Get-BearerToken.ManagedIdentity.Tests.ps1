# Machines of Azure and their identities, as each platform offers them; what asks is the real library.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/Support/Entra.psm1"
    $obstacle = Get-EntraObstacle
    if ($obstacle) { Write-Warning "The tests of managed identities are skipped: $obstacle." }
    $before = Get-OwnFolderCommand /var/opt
    if (-not $obstacle -and -not $before) { Write-Warning 'The test of Azure Arc is skipped: a session cannot be given a /var/opt of its own.' }
}

Describe 'A machine' -Skip:([bool]$obstacle) {
    BeforeAll {
        Import-Module "$PSScriptRoot/Support/Entra.psm1"
        Import-Module "$PSScriptRoot/Support/Leaks.psm1"
        $sandbox = Start-Entra
        $session = Start-EntraSession $sandbox
        $entra = $sandbox.Entra
        $header = Get-Content $entra.identityHeaderFile -Raw
        $platforms = @{
            Machine    = @{ AZURE_POD_IDENTITY_AUTHORITY_HOST = $entra.plain }
            AppService = @{ IDENTITY_ENDPOINT = "$($entra.plain)/msi/token"; IDENTITY_HEADER = $header }
            CloudShell = @{ MSI_ENDPOINT = "$($entra.plain)/cloudshell/oauth2/token" }
        }
        $null = Invoke-EntraSession $session { $global:arm = @{ Resource = 'https://management.azure.com' } }
    }

    AfterAll {
        Stop-EntraSession $session
        Stop-Sandbox $sandbox
    }

    BeforeEach {
        Set-EntraLever $sandbox reset
        $null = Invoke-EntraSession $session { Clear-BearerTokenCache }
    }

    It 'gets a token as itself on <Name>' -ForEach @(
        @{ Name = 'a virtual machine'; Platform = 'Machine'; Path = '/metadata/identity/oauth2/token' }
        @{ Name = 'App Service, and Automation'; Platform = 'AppService'; Path = '/msi/token' }
        @{ Name = 'Cloud Shell'; Platform = 'CloudShell'; Path = '/cloudshell/oauth2/token' }
    ) {
        $result = Invoke-EntraSession $session -Environment $platforms[$Platform] {
            Connect-BearerApi -ManagedIdentity @arm -BaseUri https://management.azure.com/; $token = Get-BearerToken
            $response = Invoke-BearerRequest /subscriptions
            @{ Flow = $token.Flow; Identity = $token.Claims.xms_mirid; Audience = $token.Claims.aud; Client = $response.value.client; Hours = ($token.ExpiresOn - [DateTimeOffset]::UtcNow).TotalHours }
        }

        $result.Errors | Should -BeNullOrEmpty
        $result.Output.Flow | Should -Be 'ManagedIdentity'
        $result.Output.Identity | Should -Be $entra.systemAssigned.resourceId
        $result.Output.Client | Should -Be $entra.systemAssigned.clientId
        $result.Output.Hours | Should -BeGreaterThan 0.9
        $stats = Get-EntraStats $sandbox
        $stats.requests[0] | Should -BeLike "*127.0.0.1$Path"
        $stats.refused | Should -BeNullOrEmpty
    }

    It 'gets a token as the identity that was assigned to it, named by its <Name> on <Platform>' -ForEach @(
        foreach ($platform in 'Machine', 'AppService') {
            @{ Platform = $platform; Name = 'client id'; Parameter = 'ClientId'; Property = 'clientId' }
            @{ Platform = $platform; Name = 'resource id'; Parameter = 'ResourceId'; Property = 'resourceId' }
            @{ Platform = $platform; Name = 'object id'; Parameter = 'ObjectId'; Property = 'objectId' }
        }
    ) {
        $result = Invoke-EntraSession $session -Environment $platforms[$Platform] -With @{ $Parameter = $entra.userAssigned.$Property } {
            @{ Identity = (Get-BearerToken -ManagedIdentity @arm @with).Claims.xms_mirid }
        }

        $result.Errors | Should -BeNullOrEmpty
        $result.Output.Identity | Should -Be $entra.userAssigned.resourceId
    }

    It 'has a token for each of its identities, and the same for the same' {
        $result = Invoke-EntraSession $session -Environment $platforms.Machine {
            $own = Get-BearerToken -ManagedIdentity @arm
            $same = Get-BearerToken -ManagedIdentity @arm
            $user = Get-BearerToken -ManagedIdentity @arm -ClientId $entra.userAssigned.clientId
            $next = $own | Update-BearerToken
            @{ IsSame = $own.Fingerprint -eq $same.Fingerprint; Held = @(Get-BearerTokenCache).Count; Ids = @($own, $user, $next | ForEach-Object { $_.Claims.uti }); CanRenew = (Get-BearerTokenCache)[0].CanRenew }
        }

        $result.Errors | Should -BeNullOrEmpty
        $result.Output.IsSame | Should -BeTrue
        $result.Output.Held | Should -Be 2
        $result.Output.Ids | Sort-Object -Unique | Should -HaveCount 3
        $result.Output.CanRenew | Should -BeTrue
    }

    It 'renews its token in a runbook that runs longer than the token lives' {
        Set-EntraLever $sandbox 'lifetime?seconds=2'
        $result = Invoke-EntraSession $session -Environment $platforms.AppService {
            Connect-BearerApi -ManagedIdentity @arm -BaseUri https://management.azure.com/
            $responses = 1..6 | ForEach-Object { Start-Sleep -Milliseconds 400; $_ } | Invoke-BearerRequest -Uri { '/subscriptions' }
            @{ Answers = @($responses).Count }
        }

        $result.Errors | Should -BeNullOrEmpty
        $result.Output.Answers | Should -Be 6
        @((Get-EntraStats $sandbox).requests -like '*/msi/token').Count | Should -BeGreaterThan 1
    }

    It 'says that it has no such identity' {
        $result = Invoke-EntraSession $session -Environment $platforms.Machine -With @{ ClientId = "$(New-Guid)" } { Get-BearerToken -ManagedIdentity @arm @with }

        $result.Errors.Count | Should -Be 1
        $result.Errors[0].Message | Should -BeLike '*identity*'
        $result.Errors[0].NextStep | Should -Not -BeNullOrEmpty
        (Get-EntraStats $sandbox).requests | Should -HaveCount 1
    }

    It 'says at once that it is no machine of Azure' {
        $probe = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
        $probe.Start()
        $unused = "http://127.0.0.1:$($probe.LocalEndpoint.Port)"
        $probe.Stop()
        # A session of its own: the library remembers the address of the metadata service for the whole process.
        $alone = Start-EntraSession $sandbox
        $result = try { Invoke-EntraSession $alone -Environment @{ AZURE_POD_IDENTITY_AUTHORITY_HOST = $unused } { Get-BearerToken -ManagedIdentity -Resource https://management.azure.com } }
        finally { Stop-EntraSession $alone }

        $result.Errors.Count | Should -Be 1
        $result.Errors[0].NextStep | Should -Not -BeNullOrEmpty
        (Get-EntraStats $sandbox).requests | Should -BeNullOrEmpty
    }

    It 'prints neither its token nor the platform''s secret' {
        $issuedFile = Join-Path $TestDrive issued
        $result = Invoke-EntraSession $session -Environment $platforms.AppService -With @{ Issued = $issuedFile } {
            $token = Get-BearerToken -ManagedIdentity @arm -Verbose -Debug
            Set-Content $with.Issued ([Net.NetworkCredential]::new('', $token.Token).Password) -NoNewline
            $token | Format-List * -Force | Out-String
            $env:IDENTITY_ENDPOINT = "$($entra.plain)/nowhere?secret=$env:IDENTITY_HEADER"
            Get-BearerToken -ManagedIdentity @arm -ForceRefresh -Verbose -Debug
        }

        ($result.Text -match 'MSAL') | Should -BeTrue
        $result.Errors.Count | Should -Be 1
        Find-Leak $result.Text @{ header = $header; token = Get-Content $issuedFile -Raw } | Should -BeNullOrEmpty
    }

    It 'gets a token on a server that Azure Arc manages, by the key that only its administrators read' -Skip:(-not $before) {
        $own = Start-EntraSession $sandbox -Before (Get-OwnFolderCommand /var/opt) -Environment @{
            IDENTITY_ENDPOINT = "$($entra.plain)/arc/metadata/identity/oauth2/token"; IMDS_ENDPOINT = $entra.plain
        }
        try {
            $result = Invoke-EntraSession $own {
                $null = New-Item /var/opt/azcmagent/tokens -ItemType Directory -Force
                Copy-Item $entra.arcKeyFile /var/opt/azcmagent/tokens/sandbox.key
                @{ Identity = (Get-BearerToken -ManagedIdentity -Resource https://management.azure.com).Claims.xms_mirid }
            }
        }
        finally { Stop-EntraSession $own }

        $result.Errors | Should -BeNullOrEmpty
        $result.Output.Identity | Should -Be $entra.systemAssigned.resourceId
        (Get-EntraStats $sandbox).requests | Should -HaveCount 2
    }
}
