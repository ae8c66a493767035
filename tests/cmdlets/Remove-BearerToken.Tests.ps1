BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'Remove-BearerToken' {
    BeforeEach { Clear-BearerTokenCache; Reset-SandboxStats $sandbox }

    It 'forgets the connected token, and writes nothing' {
        $null = Connect-Sandbox $sandbox

        Remove-BearerToken | Should -BeNullOrEmpty

        Get-BearerTokenCache | Should -BeNullOrEmpty
        { Get-BearerToken } | Should -Throw -ErrorId 'NoToken,BearerTools.Cmdlets.GetBearerTokenCommand'
    }

    It 'forgets the one that is given, and leaves the others' {
        $one = Connect-Sandbox $sandbox api.read
        $other = Connect-Sandbox $sandbox api.write

        Remove-BearerToken $one

        (Get-BearerTokenCache).Fingerprint | Should -Be $other.Fingerprint
        (Get-BearerToken).Fingerprint | Should -Be $other.Fingerprint
    }

    It 'takes tokens and entries of the cache from the pipeline' {
        $one = Connect-Sandbox $sandbox one
        $null = Connect-Sandbox $sandbox two
        $null = Connect-Sandbox $sandbox three

        $one | Remove-BearerToken
        Get-BearerTokenCache | Where-Object Scopes -Contains 'two' | Remove-BearerToken

        (Get-BearerTokenCache).Scopes | Should -Be 'three'
    }

    It 'makes the next request for it get a new one' {
        $old = Connect-Sandbox $sandbox
        Remove-BearerToken $old
        $new = Connect-Sandbox $sandbox

        $new.Fingerprint | Should -Not -Be $old.Fingerprint
        (Get-SandboxStats $sandbox).tokenRequests | Should -Be 2
    }

    It 'forgets nothing with -WhatIf' {
        $null = Connect-Sandbox $sandbox
        Remove-BearerToken -WhatIf

        @(Get-BearerTokenCache).Count | Should -Be 1
    }

    It 'says so when the cache does not hold it, and forgets the others' {
        $gone = Connect-Sandbox $sandbox one
        Remove-BearerToken $gone
        $there = Connect-Sandbox $sandbox two

        $gone, $there | Remove-BearerToken -ErrorVariable failures -ErrorAction SilentlyContinue

        $failures.FullyQualifiedErrorId | Should -Be 'TokenNotCached,BearerTools.Cmdlets.RemoveBearerTokenCommand'
        $failures.TargetObject | Should -Be $gone
        $failures.ErrorDetails.Message | Should -BeLike '*See what it holds with Get-BearerTokenCache*'
        Get-BearerTokenCache | Should -BeNullOrEmpty
    }

    It 'says what to do when nothing is connected' {
        { Remove-BearerToken } | Should -Throw -ErrorId 'NoToken,BearerTools.Cmdlets.RemoveBearerTokenCommand'
    }
}
