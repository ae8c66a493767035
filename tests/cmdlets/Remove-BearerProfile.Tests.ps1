# Removing profiles.

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox
    $other = Start-Sandbox
    $open = "$($sandbox.Address)/open/"
    $flow = @{ Authority = $sandbox.Address; ClientId = $sandbox.ClientId; SecretFrom = "file:$($sandbox.SecretFile)" }
    $manifest = "$PSScriptRoot/../../BearerTools.psd1"

    function New-Token { ConvertTo-SecureString "$(New-Guid)" -AsPlainText -Force }
    function Get-Echoed($Token) { Get-EchoedFingerprint (ConvertTo-Plain $Token) }
    function Get-ErrorOf([scriptblock] $Script) { try { & $Script } catch { $_ } }
}

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
