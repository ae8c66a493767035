# What is shown of a connection.

BeforeAll { . "$PSScriptRoot/Support/TwoSandboxes.ps1" }

AfterAll { $sandbox, $other | ForEach-Object { Stop-Sandbox $_ } }

Describe 'Get-BearerConnection' {
    BeforeEach {
        Clear-BearerTokenCache
        Disconnect-BearerApi
    }

    It 'shows who is connected to what, without secrets' {
        $lines = Connect-BearerApi @flow -BaseUri $sandbox.Api -Verbose 4>&1
        "$lines" | Should -BeLike "*Connected to $($sandbox.Api) as $($sandbox.ClientId)*"
        $shown = Get-BearerConnection
        $shown.Authority, $shown.ClientId, "$($shown.BaseUri)", "$($shown.Origins)", $shown.CanRenew | Should -Be $sandbox.Address, $sandbox.ClientId, $sandbox.Api, $sandbox.Address, $true
        $plain = Get-BearerToken -AsPlainText
        ($shown | Format-List * -Force | Out-String -Width 4096) + ($shown | ConvertTo-Json -Depth 5) | Should -Not -BeLike "*$plain*"
    }

    It 'gives nothing where nothing is connected' { Get-BearerConnection | Should -BeNullOrEmpty }

    It 'shows a table' {
        Connect-BearerApi @flow -BaseUri $sandbox.Api
        (Get-BearerConnection | Out-String -Width 160).Trim() | Should -Match '^Profile +Account +ExpiresOn +BaseUri +Origins'
    }
}
