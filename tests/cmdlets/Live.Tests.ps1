# The script for a real tenant, against the stand-in: it must still work when a tenant is available.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/Support/Entra.psm1"
    $obstacle = Get-EntraObstacle -Terminal
    if ($obstacle) { Write-Warning "The test of the script for a real tenant is skipped: $obstacle." }
}

Describe 'The script for a real tenant' {
    BeforeAll {
        Import-Module "$PSScriptRoot/Support/Entra.psm1"
        $script = (Resolve-Path "$PSScriptRoot/../live/Test-Live.ps1").Path
        $variables = [regex]::Matches((Get-Content $script -Raw), 'BEARERTOOLS_LIVE_\w+').Value | Sort-Object -Unique
    }

    It 'skips every part without its variables, says what they are, and explains each in its help' {
        $sandbox = Start-Entra
        $session = Start-EntraSession $sandbox -Bare
        try { $result = Invoke-EntraSession $session -With @{ Script = $script } { & $with.Script; @{ ExitCode = $LASTEXITCODE } } }
        finally {
            Stop-EntraSession $session
            Stop-Sandbox $sandbox
        }

        $result.Output.ExitCode | Should -Be 0
        $result.Remarks.Count | Should -BeGreaterThan 10
        $result.Remarks | ForEach-Object { $_ | Should -BeLike 'skipped *: it needs *' }
        $help = Get-Help $script | ForEach-Object { $_.Description.Text }
        foreach ($variable in $variables) { "$help" | Should -BeLike "*$variable*" }
    }

    It 'passes every part' -Skip:([bool]$obstacle) {
        $sandbox = Start-Entra
        $entra = $sandbox.Entra
        $session = Start-EntraSession $sandbox -Terminal -Bare -Environment @{
            BEARERTOOLS_LIVE_TENANT                 = $entra.tenantName
            BEARERTOOLS_LIVE_CLIENT                 = $entra.clientId
            BEARERTOOLS_LIVE_SECRET                 = Get-Content $entra.secretFile -Raw
            BEARERTOOLS_LIVE_CERTIFICATE            = $entra.certificateFile
            BEARERTOOLS_LIVE_PUBLIC_CLIENT          = $entra.clientId
            BEARERTOOLS_LIVE_USER                   = '1'
            BEARERTOOLS_LIVE_API                    = "api://$($entra.clientId)/access_as_user"
            BEARERTOOLS_LIVE_REVOKE                 = '1'
            BEARERTOOLS_LIVE_MACHINE                = $entra.userAssigned.clientId
            AZURE_POD_IDENTITY_AUTHORITY_HOST       = $entra.plain
            AZURE_TENANT_ID                         = $entra.tenantId
            AZURE_CLIENT_ID                         = $entra.clientId
            AZURE_FEDERATED_TOKEN_FILE              = $entra.federatedTokenFile
            ACTIONS_ID_TOKEN_REQUEST_URL            = $entra.gitHubAddress
            ACTIONS_ID_TOKEN_REQUEST_TOKEN          = Get-Content $entra.jobTokenFile -Raw
            SYSTEM_OIDCREQUESTURI                   = $entra.pipelinesAddress
            SYSTEM_ACCESSTOKEN                      = Get-Content $entra.jobTokenFile -Raw
            AZURESUBSCRIPTION_SERVICE_CONNECTION_ID = $entra.serviceConnection
        }
        try {
            $sent = Send-EntraSession $session -With @{ Script = $script } { & $with.Script; @{ ExitCode = $LASTEXITCODE } }
            # The user on another device, then the administrator in the portal.
            $shown = Wait-DeviceCode $session -Seconds 60
            $null = Invoke-EntraBrowser $sandbox "$($shown.page)?otc=$($shown.code)"
            $null = Wait-EntraScreen $session 'press Enter' -Seconds 60
            Set-EntraLever $sandbox challenge
            $session.Process.StandardInput.Write("`r")
            $session.Process.StandardInput.Flush()
            $result = Receive-EntraSession $sent
            $refused = (Get-EntraStats $sandbox).refused
        }
        finally {
            Stop-EntraSession $session
            Stop-Sandbox $sandbox
        }

        $result.Remarks | Where-Object { $_ -notlike 'passed *' } | Should -BeNullOrEmpty
        $result.Remarks | Should -HaveCount 12
        $result.Output.ExitCode | Should -Be 0
        $refused | Should -BeNullOrEmpty
    }
}
