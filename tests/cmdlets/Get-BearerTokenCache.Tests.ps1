BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'Get-BearerTokenCache' {
    BeforeEach { Clear-BearerTokenCache }

    It 'returns nothing when the cache is empty' {
        Get-BearerTokenCache | Should -BeNullOrEmpty
    }

    It 'shows what is cached: flow, account and expiry' {
        $token = Connect-Sandbox $sandbox api.read
        $entry = Get-BearerTokenCache

        $entry | Should -BeOfType ([BearerTools.BearerTokenCacheEntry])
        $entry.Flow | Should -Be 'ClientCredentials'
        $entry.Authority | Should -BeExactly $sandbox.Address
        $entry.ClientId | Should -BeExactly $sandbox.ClientId
        $entry.Scopes | Should -Be 'api.read'
        $entry.ExpiresOn | Should -Be $token.ExpiresOn
        $entry.Fingerprint | Should -Be $token.Fingerprint
        $entry.CanRenew | Should -BeTrue
    }

    It 'marks the one that requests use' {
        $null = Connect-Sandbox $sandbox
        Connect-BearerApi -LoginUri "$($sandbox.Address)/login" -Credential (Get-Login $sandbox)

        (Get-BearerTokenCache | Where-Object IsCurrent).Flow | Should -Be 'JsonLogin'
        $null = Connect-Sandbox $sandbox
        (Get-BearerTokenCache | Where-Object IsCurrent).Flow | Should -Be 'ClientCredentials'
    }

    It 'shows which token cannot be renewed' {
        $null = Get-BearerToken -Token (ConvertTo-SecureString (New-Jwt @{ sub = 'x' }) -AsPlainText -Force)
        (Get-BearerTokenCache).CanRenew | Should -BeFalse
    }

    It 'is the same in every runspace' {
        $token = Connect-Sandbox $sandbox
        $seen = 1 | ForEach-Object -Parallel {
            Import-Module "$using:PSScriptRoot/../../BearerTools.psd1"
            (Get-BearerTokenCache).Fingerprint
        }
        $seen | Should -Be $token.Fingerprint
    }

    It 'has no token in any view of its output' {
        $plain = ConvertTo-Plain (Connect-Sandbox $sandbox).Token
        $entry = Get-BearerTokenCache

        $looks = ($entry | Out-String), ($entry | Format-List * | Out-String), ($entry | ConvertTo-Json -Depth 5), "$entry"
        $looks | ForEach-Object { $_ | Should -Not -BeLike "*$($plain.Substring(0, 40))*" }
        ($entry | Out-String) | Should -BeLike "*$($entry.Fingerprint)*"
    }
}
