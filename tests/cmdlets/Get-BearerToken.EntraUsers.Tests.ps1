# Users who log in to Microsoft Entra, in a browser and by device code, in a session with a terminal of its own, because
# elsewhere the session is non-interactive.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/Support/Entra.psm1"
    $obstacle = Get-EntraObstacle -Terminal
    if ($obstacle) { Write-Warning "The tests of people at the stand-in for Microsoft Entra are skipped: $obstacle." }
}

Describe 'A user at Microsoft Entra' -Skip:([bool]$obstacle) {
    BeforeAll {
        Import-Module "$PSScriptRoot/Support/Entra.psm1"
        Import-Module "$PSScriptRoot/Support/Stopping.psm1"
        $sandbox = Start-Entra
        $session = Start-EntraSession $sandbox -Terminal
        $entra = $sandbox.Entra
        $null = Invoke-EntraSession $session {
            $global:client = @{ TenantId = $entra.tenantId; ClientId = $entra.clientId }
            $global:graph = @{ Scope = 'https://graph.microsoft.com/User.Read'; BaseUri = 'https://graph.microsoft.com/v1.0/' }
        }

        function Get-Opened { @((Get-EntraStats $sandbox).requests | Where-Object { $_ -like '*/authorize' }) }
        function Get-Grants { @((Get-EntraStats $sandbox).tokenRequests | ForEach-Object { "$($_.grant): $($_.outcome)" }) }
    }

    AfterAll {
        Stop-EntraSession $session
        Stop-Sandbox $sandbox
    }

    BeforeEach {
        Set-EntraLever $sandbox reset
        $null = Invoke-EntraSession $session { Clear-BearerTokenCache }
    }

    It 'logs in at the browser, and the token is for that user' {
        $result = Invoke-EntraSession $session {
            Connect-BearerApi -Interactive @client @graph; $token = Get-BearerToken
            @{ Account = $token.Account; Flow = $token.Flow; Name = (Invoke-BearerRequest /me).userPrincipalName; Cached = (Get-BearerTokenCache).Account; CanRenew = (Get-BearerTokenCache).CanRenew }
        }

        $result.Errors | Should -BeNullOrEmpty
        $result.Output.Account | Should -Be $entra.userName
        $result.Output.Name | Should -Be $entra.userName
        $result.Output.Cached | Should -Be $entra.userName
        $result.Output.CanRenew | Should -BeTrue
        Get-Opened | Should -HaveCount 1
        Get-Grants | Should -Be 'authorization_code: ok'
        (Get-EntraStats $sandbox).refused | Should -BeNullOrEmpty
    }

    It 'is the one of -LoginHint' {
        $result = Invoke-EntraSession $session { @{ Account = (Get-BearerToken -Interactive @client @graph -LoginHint $entra.otherUserName).Account } }

        $result.Errors | Should -BeNullOrEmpty
        $result.Output.Account | Should -Be $entra.otherUserName
    }

    It 'needs no -ClientId at the browser' {
        $result = Invoke-EntraSession $session { @{ Client = (Get-BearerToken -Interactive -TenantId $entra.tenantId @graph).ClientId } }

        $result.Errors | Should -BeNullOrEmpty
        $result.Output.Client | Should -Be (Get-EntraStats $sandbox).tokenRequests[0].client
        $result.Output.Client | Should -Not -Be $entra.clientId
    }

    It 'needs a -ClientId for a device code' {
        $result = Invoke-EntraSession $session { Get-BearerToken -DeviceCode -TenantId $entra.tenantId @graph }

        $result.Errors.Count | Should -Be 1
        $result.Errors[0].Message | Should -BeLike '*-ClientId*'
        (Get-EntraStats $sandbox).requests | Should -BeNullOrEmpty
    }

    It 'types a device code on another device' {
        $sent = Send-EntraSession $session {
            Connect-BearerApi -DeviceCode @client @graph; $token = Get-BearerToken
            @{ Account = $token.Account; Flow = $token.Flow; Name = (Invoke-BearerRequest /me).userPrincipalName }
        }
        $shown = Wait-DeviceCode $session
        Invoke-EntraBrowser $sandbox "$($shown.page)?otc=$($shown.code)" | Should -BeLike '200*Done*'
        $result = Receive-EntraSession $sent

        $result.Errors | Should -BeNullOrEmpty
        $result.Output.Account | Should -Be $entra.userName
        $result.Output.Flow | Should -Be 'DeviceCode'
        $result.Output.Name | Should -Be $entra.userName
        Get-Opened | Should -BeNullOrEmpty
    }

    It 'is not asked again when the token expires while an API is called' {
        Set-EntraLever $sandbox 'lifetime?seconds=2'
        $result = Invoke-EntraSession $session {
            Connect-BearerApi -Interactive @client @graph
            $names = 1..6 | ForEach-Object { Start-Sleep -Milliseconds 400; $_ } | Invoke-BearerRequest -Uri { "/users/$_" }
            @{ Answers = @($names).Count }
        }

        $result.Errors | Should -BeNullOrEmpty
        $result.Output.Answers | Should -Be 6
        Get-Opened | Should -HaveCount 1
        (Get-Grants)[1] | Should -Be 'refresh_token: ok'
    }

    It 'is not asked again for another API, when named as the account' {
        $result = Invoke-EntraSession $session {
            $first = Get-BearerToken -Interactive @client @graph -LoginHint $entra.otherUserName
            $second = Get-BearerToken -Account $entra.otherUserName @client -Resource https://management.azure.com
            $third = $second | Update-BearerToken
            $offered = (TabExpansion2 'Get-BearerToken -Account ' 25).CompletionMatches.CompletionText
            @{ Account = $second.Account; Offered = $offered; Audience = "$($second.Claims.aud)"; IsAnother = $second.Fingerprint -ne $third.Fingerprint }
        }

        $result.Errors | Should -BeNullOrEmpty
        $result.Output.Account | Should -Be $entra.otherUserName
        $result.Output.Offered | Should -Be $entra.otherUserName
        $result.Output.Audience.TrimEnd('/') | Should -Be 'https://management.azure.com'
        $result.Output.IsAnother | Should -BeTrue
        Get-Opened | Should -HaveCount 1
        Get-Grants | Should -Be 'authorization_code: ok', 'refresh_token: ok', 'refresh_token: ok'
    }

    It 'is not asked in another process that uses the same store' {
        $data = @{ XDG_DATA_HOME = (New-Item (Join-Path $TestDrive 'data') -ItemType Directory).FullName }
        $first = Invoke-EntraSession $session { Connect-BearerApi -Interactive @client @graph -Store File; @{ Account = (Get-BearerToken).Account } } -Environment $data
        $first.Errors | Should -BeNullOrEmpty
        Get-Grants | Should -Be 'authorization_code: ok'

        $other = Start-EntraSession $sandbox -Environment $data
        try {
            $second = Invoke-EntraSession $other {
                $client = @{ TenantId = $entra.tenantId; ClientId = $entra.clientId }
                Connect-BearerApi -Interactive @client -Scope 'https://graph.microsoft.com/User.Read' -BaseUri https://graph.microsoft.com/v1.0/ -Store File
                $name = (Invoke-BearerRequest /me).userPrincipalName
                $null = Update-BearerToken
                Connect-BearerApi -Account $entra.userName @client -Resource https://management.azure.com -Store File
                @{ Name = $name; Account = (Get-BearerToken).Account; Stores = @((Get-BearerTokenCache).Store | ForEach-Object { "$_" }) }
            }
        }
        finally { Stop-EntraSession $other }

        $second.Errors | Should -BeNullOrEmpty
        $second.Output.Name | Should -Be $entra.userName
        $second.Output.Account | Should -Be $entra.userName
        $second.Output.Stores | Should -Be 'File', 'File'
        Get-Opened | Should -HaveCount 1
        # The stored token was used without a request; a new one, and one for another API, came by the stored account.
        Get-Grants | Should -Be 'authorization_code: ok', 'refresh_token: ok', 'refresh_token: ok'
    }

    It 'gets an error that says to log in when the account is not known' {
        $result = Invoke-EntraSession $session { Get-BearerToken -Account carla@contoso.example @client @graph }

        $result.Errors.Count | Should -Be 1
        $result.Errors[0].Message | Should -BeLike '*carla@contoso.example*'
        $result.Errors[0].NextStep | Should -BeLike '*-Interactive*'
        (Get-EntraStats $sandbox).tokenRequests | Should -BeNullOrEmpty
    }

    It 'gives another token with Update-BearerToken, without being asked' {
        $result = Invoke-EntraSession $session {
            Connect-BearerApi -Interactive @client @graph; $first = Get-BearerToken
            $second = Update-BearerToken
            @{ IsAnother = $first.Claims.uti -ne $second.Claims.uti; Account = $second.Account }
        }

        $result.Errors | Should -BeNullOrEmpty
        $result.Output.IsAnother | Should -BeTrue
        $result.Output.Account | Should -Be $entra.userName
        Get-Opened | Should -HaveCount 1
    }

    It 'is asked again when Entra requires interaction' {
        $result = Invoke-EntraSession $session { Connect-BearerApi -Interactive @client @graph; @{ Print = (Get-BearerToken).Fingerprint } }
        Set-EntraLever $sandbox revoke-refresh-tokens
        $again = Invoke-EntraSession $session { @{ Print = (Update-BearerToken).Fingerprint } }

        $result.Errors + $again.Errors | Should -BeNullOrEmpty
        $again.Output.Print | Should -Not -Be $result.Output.Print
        Get-Opened | Should -HaveCount 2
    }

    It 'refuses at the browser, and the error says so' {
        Set-EntraLever $sandbox decline
        $result = Invoke-EntraSession $session {
            try { Get-BearerToken -Interactive @client @graph } finally { @{ Held = @(Get-BearerTokenCache).Count } }
        }

        $result.Errors.Count | Should -Be 1
        $result.Errors[0].Id | Should -BeLike 'AccessDenied,*'
        $result.Errors[0].Message | Should -BeLike '*AADSTS65004*'
        $result.Output.Held | Should -Be 0
    }

    It 'refuses a device code' {
        Set-EntraLever $sandbox decline
        # The screen still shows the code of another login.
        $from = (Get-EntraScreen $session).Length
        $sent = Send-EntraSession $session { Get-BearerToken -DeviceCode @client @graph }
        $shown = Wait-DeviceCode $session -From $from
        $null = Invoke-EntraBrowser $sandbox "$($shown.page)?otc=$($shown.code)"
        $result = Receive-EntraSession $sent

        $result.Errors.Count | Should -Be 1
        $result.Errors[0].Id | Should -BeLike 'AccessDenied,*'
    }

    It 'prints no code and no refresh token with -Debug' {
        $result = Invoke-EntraSession $session {
            Connect-BearerApi -Interactive @client @graph -Verbose -Debug
            $null = Update-BearerToken -Verbose -Debug
        }

        $result.Errors | Should -BeNullOrEmpty
        ($result.Text -match 'MSAL') | Should -BeTrue
        # As the stand-in makes them.
        [regex]::Matches($result.Text, '1\.[0-9A-F]{24}').Count | Should -Be 0
        [regex]::Matches($result.Text, 'eyJ[\w-]{20,}').Count | Should -Be 0
    }
}
