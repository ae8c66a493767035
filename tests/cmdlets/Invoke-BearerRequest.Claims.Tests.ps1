# Continuous access evaluation: an API that rejects a token names the claims that the next one has to be asked for with.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/Support/Entra.psm1"
    $obstacle = Get-EntraObstacle
    if ($obstacle) { Write-Warning "The tests of claims challenges are skipped: $obstacle." }
    $noTerminal = Get-EntraObstacle -Terminal
}

Describe 'A claims challenge' -Skip:([bool]$obstacle) {
    BeforeAll {
        Import-Module "$PSScriptRoot/Support/Entra.psm1"
        $sandbox = Start-Entra
        $session = Start-EntraSession $sandbox
        $null = Invoke-EntraSession $session {
            $global:app = @{ TenantId = $entra.tenantId; ClientId = $entra.clientId; SecretFrom = "file:$($entra.secretFile)"; Resource = 'https://graph.microsoft.com'; BaseUri = 'https://graph.microsoft.com/v1.0/' }
            # As something happens to the account while a session goes on.
            $global:challenge = { $null = Invoke-RestMethod "$($entra.plain)/control/challenge" -Method Post -NoProxy }
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

    It 'is met by a new token that was requested with the claims, and the request succeeds' {
        $result = Invoke-EntraSession $session {
            Connect-BearerApi @app; $before = Get-BearerToken
            & $challenge
            $users = Invoke-BearerRequest /users
            @{ People = @($users.value).Count; IsAnother = (Get-BearerToken @app).Fingerprint -ne $before.Fingerprint }
        }

        $result.Errors | Should -BeNullOrEmpty
        $result.Output.People | Should -Be 2
        $result.Output.IsAnother | Should -BeTrue
        $stats = Get-EntraStats $sandbox
        $stats.tokenRequests | Should -HaveCount 2
        $stats.tokenRequests[0].claims | Should -Not -BeLike '*nbf*'
        $claims = $stats.tokenRequests[1].claims | ConvertFrom-Json
        $claims.access_token.nbf.value | Should -Match '^\d+$'
        $claims.access_token.xms_cc.values | Should -Contain 'cp1'
        @($stats.requests -like '*graph*').Count | Should -Be 2
    }

    It 'is met once for all requests that are under way' {
        $result = Invoke-EntraSession $session {
            Connect-BearerApi @app
            & $challenge
            $users = 1..100 | Invoke-BearerRequest -Uri { "/users/$_" } -ThrottleLimit 16
            @{ Answers = @($users).Count; Ids = @($users.id | Sort-Object -Unique).Count }
        }

        $result.Errors | Should -BeNullOrEmpty
        $result.Output.Answers | Should -Be 100
        $result.Output.Ids | Should -Be 100
        (Get-EntraStats $sandbox).tokenRequests | Should -HaveCount 2
    }

    It 'is met again when the API comes with another one later' {
        $result = Invoke-EntraSession $session {
            Connect-BearerApi @app
            $counts = foreach ($time in 1..3) { & $challenge; @((Invoke-BearerRequest /users).value).Count }
            @{ Counts = @($counts) }
        }

        $result.Errors | Should -BeNullOrEmpty
        $result.Output.Counts | Should -Be 2, 2, 2
        $claims = (Get-EntraStats $sandbox).tokenRequests.claims
        $claims | Should -HaveCount 4
        $claims | Sort-Object -Unique | Should -HaveCount 4
    }

    It 'cannot be met by a token that the caller supplied, and the error says so' {
        $result = Invoke-EntraSession $session {
            $token = Get-BearerToken @app
            & $challenge
            $handed = [Net.NetworkCredential]::new('', $token.Token).Password | ConvertTo-SecureString -AsPlainText -Force
            Invoke-BearerRequest https://graph.microsoft.com/v1.0/users -Token $handed
        }

        $result.Errors.Count | Should -Be 1
        $result.Errors[0].StatusCode | Should -Be 'Unauthorized'
        $result.Errors[0].NextStep | Should -BeLike '*conditions*'
        (Get-EntraStats $sandbox).tokenRequests | Should -HaveCount 1
    }

    It 'of a user''s token is met from the account, without asking the user' -Skip:([bool]$noTerminal) {
        $terminal = Start-EntraSession $sandbox -Terminal
        try {
            $result = Invoke-EntraSession $terminal {
                Connect-BearerApi -Interactive -TenantId $entra.tenantId -ClientId $entra.clientId -Scope https://graph.microsoft.com/User.Read -BaseUri https://graph.microsoft.com/v1.0/
                $null = Invoke-RestMethod "$($entra.plain)/control/challenge" -Method Post -NoProxy
                @{ Name = (Invoke-BearerRequest /me).userPrincipalName }
            }
        }
        finally { Stop-EntraSession $terminal }

        $result.Errors | Should -BeNullOrEmpty
        $result.Output.Name | Should -Be $sandbox.Entra.userName
        $stats = Get-EntraStats $sandbox
        @($stats.requests -like '*/authorize').Count | Should -Be 1
        $stats.tokenRequests.grant | Should -Be 'authorization_code', 'refresh_token'
        $stats.tokenRequests[1].claims | Should -BeLike '*nbf*'
    }
}
