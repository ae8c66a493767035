BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox
    $null = Connect-Sandbox $sandbox
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'Clear-BearerTrace' {
    It 'removes all entries, but not with -WhatIf' {
        $null = Invoke-BearerRequest /status/200
        Clear-BearerTrace -WhatIf
        Get-BearerTrace | Should -Not -BeNullOrEmpty
        Clear-BearerTrace
        Get-BearerTrace | Should -BeNullOrEmpty
    }
}
