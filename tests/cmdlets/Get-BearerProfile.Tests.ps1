# Listing profiles.

BeforeAll { . "$PSScriptRoot/Support/TwoSandboxes.ps1" }

AfterAll { $sandbox, $other | ForEach-Object { Stop-Sandbox $_ } }

Describe 'Get-BearerProfile' {
    BeforeEach {
        Clear-BearerTokenCache
        Disconnect-BearerApi
        Get-BearerProfile | Remove-BearerProfile
    }

    It 'names the nearest where a name is unknown' {
        Set-BearerProfile contoso @flow
        "$(Get-ErrorOf { Connect-BearerApi contsoo })" | Should -BeLike "*no profile 'contsoo'*Did you mean 'contoso'*"
        "$(Get-ErrorOf { Invoke-BearerRequest x -Profile zebra })" | Should -BeLike "*The profiles are 'contoso'*"
    }

    It 'takes wildcards, and gives an error per name that is unknown' {
        Set-BearerProfile contoso @flow
        Set-BearerProfile fabrikam @flow
        (Get-BearerProfile con*).Name | Should -Be contoso
        (Get-BearerProfile).Name | Should -Be contoso, fabrikam
        (Get-BearerProfile nobody, fabrikam -ErrorVariable failure -ErrorAction SilentlyContinue).Name | Should -Be fabrikam
        $failure.FullyQualifiedErrorId | Should -Be 'ProfileNotFound,BearerTools.Cmdlets.GetBearerProfileCommand'
    }

    It 'gives an error for a pattern that is not valid, and gets the other names' {
        Set-BearerProfile contoso @flow
        (Get-BearerProfile 'con[', contoso -ErrorVariable failure -ErrorAction SilentlyContinue).Name | Should -Be contoso
        $failure.FullyQualifiedErrorId | Should -Be 'InvalidProfileName,BearerTools.Cmdlets.GetBearerProfileCommand'
    }
}
