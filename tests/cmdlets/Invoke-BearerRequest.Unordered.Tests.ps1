# Results in order of arrival.

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox
    $null = Connect-Sandbox $sandbox
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'Invoke-BearerRequest -Unordered' {
    It 'gives rows in the order in which they arrive' {
        $first = 'slow?ms=60000', 'items/1', 'items/2' | Invoke-BearerRequest -Unordered | Select-Object -First 2

        $first.id | Sort-Object | Should -Be 1, 2
    }

    It 'gives everything, once' {
        $ids = (1..500 | Invoke-BearerRequest -Uri { "items/$_" } -Unordered -ThrottleLimit 32).id

        $ids | Sort-Object | Should -Be (1..500)
    }

    It 'says which input failed, and gives the others' {
        $ids = ('items/1', 'status/404', 'items/2' | Invoke-BearerRequest -Unordered -ErrorVariable failures -ErrorAction SilentlyContinue).id

        $ids | Sort-Object | Should -Be 1, 2
        $failures.TargetObject | Should -Be 'status/404'
    }

    It 'cannot be combined with variables for the next response: <_>' -ForEach 'StatusCodeVariable', 'ResponseHeadersVariable' {
        $with = @{ $_ = 'told' }
        { Invoke-BearerRequest items/1 -Unordered @with } | Should -Throw '*mixes objects of several responses*' -ErrorId 'ParameterConflict,*'
    }
}
