# Protect-BearerRecording: removes values from a recording that exists.

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox
    $client = @{ Authority = $sandbox.Address; ClientId = $sandbox.ClientId; BaseUri = $sandbox.Api; SecretFrom = "file:$($sandbox.SecretFile)" }
    $again = "$TestDrive/again.json"
}

AfterAll {
    Disconnect-BearerApi
    Stop-Sandbox $sandbox
}

Describe 'A recording' {
    It 'removes the values of the fields that -Redact names, and later those of Protect-BearerRecording' {
        Connect-BearerApi @client
        $null = Use-BearerMock $sandbox.Api -Record $again -Redact mail { Invoke-BearerRequest 'users/1?trace=abc' }
        $text = Get-Content $again -Raw
        $text | Should -Match '"mail": "\*\*\*"'
        $text | Should -Match '"name": "ada"'

        Protect-BearerRecording $again -Redact name, trace
        $text = Get-Content $again -Raw
        $text | Should -Match '"name": "\*\*\*"'
        $text | Should -Match 'trace=\*\*\*'
        (Use-BearerMock -Replay $again { Invoke-BearerRequest 'users/1?trace=other' }).name | Should -Be '***'
        "x" | Set-Content "$TestDrive/x.json"
        Protect-BearerRecording "$TestDrive/x.json" -ErrorVariable failure -ErrorAction SilentlyContinue
        "$failure" | Should -BeLike '*line 1*'
    }

    It 'stays as it is with -WhatIf' {
        $before = Get-Content $again -Raw

        Protect-BearerRecording $again -Redact id -WhatIf

        Get-Content $again -Raw | Should -Be $before
    }
}
