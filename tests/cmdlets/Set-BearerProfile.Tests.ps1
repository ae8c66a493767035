# Defining profiles.

BeforeAll { . "$PSScriptRoot/Support/TwoSandboxes.ps1" }

AfterAll { $sandbox, $other | ForEach-Object { Stop-Sandbox $_ } }

Describe 'Set-BearerProfile' {
    BeforeEach {
        Clear-BearerTokenCache
        Disconnect-BearerApi
        Get-BearerProfile | Remove-BearerProfile
    }

    It 'requests no token and shows no secret' {
        Reset-SandboxStats $sandbox
        $shown = Set-BearerProfile contoso -Authority $sandbox.Address -ClientId $sandbox.ClientId -ClientSecret (New-Token) -BaseUri $open -PassThru
        (Get-SandboxStats $sandbox).requests | Should -Be 0
        $shown.Name, $shown.ClientId | Should -Be 'contoso', $sandbox.ClientId
        { Set-BearerProfile 'no/name' @flow } | Should -Throw -ErrorId 'ProfileNameRefused,*'
        { Set-BearerProfile empty } | Should -Throw -ErrorId 'ParameterConflict,*'
    }

    It 'replaces a profile as a whole' {
        Set-BearerProfile contoso @flow -BaseUri $open -Headers @{ 'X-One' = '1' }
        Set-BearerProfile Contoso @flow -BaseUri $sandbox.Api
        @(Get-BearerProfile).Count | Should -Be 1
        (Get-BearerProfile contoso).BaseUri | Should -Be $sandbox.Api
    }

    It 'does nothing with -WhatIf' {
        Set-BearerProfile contoso @flow -WhatIf
        Get-BearerProfile | Should -BeNullOrEmpty
    }
}
