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

    It 'does not accept a wildcard or a path in -Redact' {
        foreach ($name in 'na*', '$.name') {
            { Protect-BearerRecording $again -Redact $name -ErrorAction Stop } | Should -Throw -ErrorId 'RedactNotName*'
            { Use-BearerMock $sandbox.Api -Record "$TestDrive/none.json" -Redact $name { } } | Should -Throw -ErrorId 'RedactNotName*'
            { Use-BearerMock -Verify $again -Redact $name -ScriptBlock { } } | Should -Throw -ErrorId 'RedactNotName*'
        }

        "$TestDrive/none.json" | Should -Not -Exist
    }

    It 'names the origin of a recording that -BaseUri does not fit, and does not change a HAR file' {
        { Use-BearerMock -Replay $again -BaseUri https://other.example/ -ScriptBlock { } } | Should -Throw '*is of*not of https://other.example/*'
        $har = "$TestDrive/two.har"
        $entries = 'https://a.example/x', 'https://b.example/x' | ForEach-Object { @{ request = @{ method = 'GET'; url = $_ }; response = @{ status = 200 } } }
        @{ log = @{ entries = $entries } } | ConvertTo-Json -Depth 9 | Set-Content $har

        { Protect-BearerRecording $har -ErrorAction Stop } | Should -Throw '*is a HAR file*'
        { Use-BearerMock -Replay $har -BaseUri https://c.example/ -ScriptBlock { } } | Should -Throw '*only to https://a.example, https://b.example*'
    }

    It 'replays a query and forms in another order, and a 401 of a static token' {
        $file = "$TestDrive/orders.json"
        Connect-BearerApi @client
        $null = Use-BearerMock $sandbox.Api -Record $file {
            Invoke-BearerRequest users/1 -Query ([ordered] @{ state = 'open'; page = 1; size = 50 })
            Invoke-BearerRequest users/1 -Method Post -Form ([ordered] @{ a = '1'; b = '2' }) -SkipHttpErrorCheck
            Invoke-BearerRequest "$($sandbox.Api)users/1" -Token (ConvertTo-SecureString 'not-a-token-1' -AsPlainText -Force) -SkipHttpErrorCheck -ErrorAction Ignore
        }
        $text = Get-Content $file -Raw
        $text | Should -Match '--recorded-boundary'

        $null = Use-BearerMock -Replay $file {
            Invoke-BearerRequest users/1 -Query ([ordered] @{ size = 50; state = 'open'; page = 1 })
            Invoke-BearerRequest users/1 -Method Post -Form ([ordered] @{ b = '2'; a = '1' }) -SkipHttpErrorCheck
            { Invoke-BearerRequest users/1 -ErrorAction Stop } | Should -Throw -ErrorId 'HttpStatus401*' -Because 'it is the recorded 401'
        }
    }
}
