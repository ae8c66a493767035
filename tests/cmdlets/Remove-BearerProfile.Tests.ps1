# Removing profiles.

BeforeAll { . "$PSScriptRoot/Support/TwoSandboxes.ps1" }

AfterAll { $sandbox, $other | ForEach-Object { Stop-Sandbox $_ } }

Describe 'Remove-BearerProfile' {
    BeforeEach {
        Clear-BearerTokenCache
        Disconnect-BearerApi
        Get-BearerProfile | Remove-BearerProfile
    }

    It 'removes profiles by name and from the pipeline, and leaves connections alone' {
        Set-BearerProfile contoso @flow -BaseUri $sandbox.Api
        Set-BearerProfile fabrikam @flow
        Connect-BearerApi contoso
        Remove-BearerProfile Contoso -WhatIf
        @(Get-BearerProfile).Count | Should -Be 2
        Get-BearerProfile | Remove-BearerProfile
        Get-BearerProfile | Should -BeNullOrEmpty
        (Invoke-BearerRequest items/1).id | Should -Be 1
    }

    It 'gives an error for a name that is unknown' {
        Remove-BearerProfile nobody -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -Be 'ProfileNotFound,BearerTools.Cmdlets.RemoveBearerProfileCommand'
    }
}
