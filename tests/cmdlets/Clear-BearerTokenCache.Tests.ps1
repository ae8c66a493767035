BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'Clear-BearerTokenCache' {
    BeforeEach {
        Clear-BearerTokenCache
        $null = Connect-Sandbox $sandbox one
        $null = Connect-Sandbox $sandbox two
    }

    It 'forgets all tokens, and what is connected, and writes nothing' {
        Clear-BearerTokenCache | Should -BeNullOrEmpty

        Get-BearerTokenCache | Should -BeNullOrEmpty
        { Get-BearerToken } | Should -Throw -ErrorId 'NotConnected,BearerTools.Cmdlets.GetBearerTokenCommand'
        { Invoke-BearerRequest items/1 } | Should -Throw -ErrorId 'NotConnected,BearerTools.Cmdlets.InvokeBearerRequestCommand'
    }

    It 'forgets nothing with -WhatIf' {
        Clear-BearerTokenCache -WhatIf
        @(Get-BearerTokenCache).Count | Should -Be 2
    }

    It 'clears for every runspace' {
        1 | ForEach-Object -Parallel {
            Import-Module "$using:PSScriptRoot/../../BearerTools.psd1"
            Clear-BearerTokenCache
        }
        Get-BearerTokenCache | Should -BeNullOrEmpty
    }

    It 'leaves tokens in a script''s variables usable, but no longer renews them' {
        $held = Get-BearerToken
        Clear-BearerTokenCache

        (Invoke-BearerRequest "$($sandbox.Api)items/1" -Token $held).id | Should -Be 1
        Get-BearerTokenCache | Should -BeNullOrEmpty
        Revoke-SandboxTokens $sandbox
        $failure = Get-TerminatingError { Invoke-BearerRequest "$($sandbox.Api)items/1" -Token $held }
        $failure.Exception.StatusCode | Should -Be 401
    }

    It 'lets a request for a token that is under way store nothing' {
        # Before the job starts: on a busy machine its request may come first.
        $asked = (Get-SandboxStats $sandbox).tokenRequests
        $slow = 1 | ForEach-Object -AsJob -Parallel {
            Import-Module "$using:PSScriptRoot/../../BearerTools.psd1"
            $at = $using:sandbox
            (Get-BearerToken -Authority $at.Address -ClientId $at.ClientId -SecretFrom "file:$($at.SecretFile)" -Scope delay:1500).GetType().Name
        }
        while ((Get-SandboxStats $sandbox).tokenRequests -eq $asked) { Start-Sleep -Milliseconds 20 }
        Clear-BearerTokenCache

        $slow | Receive-Job -Wait -AutoRemoveJob | Should -Be 'AccessToken' -Because 'the caller gets its token'
        Get-BearerTokenCache | Should -BeNullOrEmpty
    }
}
