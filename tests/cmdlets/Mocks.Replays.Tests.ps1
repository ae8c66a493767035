# Whatever a real server sends replays as it came: streams, files, pages, polls, events and errors; and a recording is compared with the API.

BeforeDiscovery {
    $blocks = @{
        'pages by link'       = { Invoke-BearerRequest 'paged/link?total=7&size=3' -FollowRelLink }
        'pages by body'       = { Invoke-BearerRequest 'paged/body?total=7&size=3' -ItemsPath items -NextLinkPath links.next }
        'pages by cursor'     = { Invoke-BearerRequest 'paged/cursor?total=7&size=3' -ItemsPath items -CursorPath meta.cursor -CursorParameter after }
        'a poll'              = { Invoke-BearerRequest 'made/1?by=location&polls=2' -Method Post -Body @{ x = 1 } -Wait }
        'numbered events'     = { Invoke-BearerRequest 'events/numbered?count=4' | ForEach-Object { "$_" } }
        'events that break'   = { Invoke-BearerRequest 'events/numbered?count=5&cut=2' -Resume -RetryIntervalSec 1 -MaximumRetryCount 3 | ForEach-Object n }
        'a file'              = { $null = Invoke-BearerRequest files/binary -OutFile "$TestDrive/file.bin"; (Get-FileHash "$TestDrive/file.bin").Hash }
        'an error with a body' = { try { Invoke-BearerRequest 'status/422' -ErrorAction Stop } catch { $_.Exception.StatusCode; $_.FullyQualifiedErrorId } }
        'an odd error'        = { try { Invoke-BearerRequest odd/html-error -ErrorAction Stop } catch { $_.Exception.StatusCode; $_.FullyQualifiedErrorId } }
        'no content'          = { Invoke-BearerRequest odd/no-content -IncludeResponse | ForEach-Object { $_.StatusCode.value__ } }
        'a body that breaks'  = { try { Invoke-BearerRequest odd/truncated -MaximumRetryCount 0 -ErrorAction Stop } catch { $_.FullyQualifiedErrorId } }
        'a redirect'          = { Invoke-BearerRequest redirects/2 }
        'JSON lines'          = { Invoke-BearerRequest odd/jsonlines }
        'broken JSON lines'   = { try { Invoke-BearerRequest odd/jsonlines-fault -ErrorAction Stop } catch { $_.FullyQualifiedErrorId } }
        'XML'                 = { (Invoke-BearerRequest formats/xml).OuterXml }
        'headers'             = { Invoke-BearerRequest users/1 -IncludeResponse | ForEach-Object { $_.Headers['Content-Type'] } }
    }
    $cases = $blocks.GetEnumerator() | Sort-Object Name | ForEach-Object { @{ Name = $_.Name; Block = $_.Value } }
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox
    $api = $sandbox.Api
    $file = "$TestDrive/a.json"
    Connect-BearerApi -Authority $sandbox.Address -ClientId $sandbox.ClientId -BaseUri $api -SecretFrom "file:$($sandbox.SecretFile)"
}

AfterAll {
    Disconnect-BearerApi
    Stop-Sandbox $sandbox
}

Describe 'A replay' {
    It 'is the same as what was recorded: <Name>' -ForEach $cases {
        $live = Use-BearerMock $api -Record $file $Block | ConvertTo-Json -Depth 9
        $live | Should -Not -BeNullOrEmpty
        $sent = (Invoke-RestMethod "$($sandbox.Address)/stats").requests

        Use-BearerMock -Replay $file $Block | ConvertTo-Json -Depth 9 | Should -BeExactly $live
        (Invoke-RestMethod "$($sandbox.Address)/stats").requests | Should -Be $sent
    }

    It 'lets the recorded times pass on the clock of the mock, with -KeepTiming' {
        $null = Use-BearerMock $api -Record $file -KeepTiming { Invoke-BearerRequest 'slow?ms=300'; Invoke-BearerRequest users/1 }
        $recorded = ((Get-Content $file -Raw | ConvertFrom-Json).entries.delayMs | Measure-Object -Sum).Sum
        $recorded | Should -BeGreaterOrEqual 300

        $passed = Use-BearerMock -Replay $file -KeepTiming {
            param($mock)
            $start = $mock.Now
            $null = Invoke-BearerRequest 'slow?ms=300'
            $null = Invoke-BearerRequest users/1
            ($mock.Now - $start).TotalMilliseconds
        }

        $passed | Should -Be $recorded
    }

    It 'takes no time without -KeepTiming, and -KeepTiming needs a recording with times' {
        $null = Use-BearerMock $api -Record $file { Invoke-BearerRequest users/1 }
        Get-Content $file -Raw | Should -Not -Match delayMs

        { Use-BearerMock -Replay $file -KeepTiming { } } | Should -Throw '*contains no times of responses*' -ErrorId 'RecordingWithoutTiming*'
    }
}

Describe 'A recording that was edited' {
    BeforeAll {
        $null = Use-BearerMock $api -Record $file { Invoke-BearerRequest users/1 }
        (Get-Content $file -Raw) -replace '"ada"', '"bob"' | Set-Content "$TestDrive/edited.json"
    }

    It 'is an error with the field, until the edit is accepted' {
        { Use-BearerMock -Replay "$TestDrive/edited.json" { } } |
            Should -Throw '*line *entries`[0`].responseJson.name was edited after it was recorded (GET /api/users/1): it is "bob".*' -ErrorId 'RecordingEdited*'
        { Protect-BearerRecording "$TestDrive/edited.json" -ErrorAction Stop } | Should -Throw -ErrorId 'RecordingEdited*'

        Protect-BearerRecording "$TestDrive/edited.json" -AcceptEdits

        (Use-BearerMock -Replay "$TestDrive/edited.json" { Invoke-BearerRequest users/1 }).name | Should -Be 'bob'
    }

    It 'is accepted without its digest' {
        (Get-Content $file) -replace '"ada"', '"bob"' -notmatch 'responseDigest' | Set-Content "$TestDrive/by-hand.json"

        (Use-BearerMock -Replay "$TestDrive/by-hand.json" { Invoke-BearerRequest users/1 }).name | Should -Be 'bob'
    }
}

Describe 'An API that is compared with a recording' {
    BeforeAll { $null = Use-BearerMock $api -Record $file { 1..2 | Invoke-BearerRequest -Uri { "users/$_" } } }

    It 'is silent if the responses are the same' {
        (Use-BearerMock -Verify $file { 1..2 | Invoke-BearerRequest -Uri { "users/$_" } }).name | Should -Be 'ada', 'grace'
    }

    It 'is an error with the fields that differ, also at another address' {
        (Get-Content $file) -replace '"ada"', '"bob"' -replace '"id": 2', '"id": "2"' -notmatch 'responseDigest' | Set-Content "$TestDrive/old.json"

        { Use-BearerMock -Verify "$TestDrive/old.json" -BaseUri $api { 1..2 | Invoke-BearerRequest -Uri { "users/$_" } } } |
            Should -Throw "*differs from the recording *entries``[0``] (GET /api/users/1): responseJson.name is `"ada`", not `"bob`".*responseJson.id is 2, not `"2`".*" -ErrorId 'RecordingDrift*'
        { Use-BearerMock -Verify "$TestDrive/old.json" -Redact name, id { 1..2 | Invoke-BearerRequest -Uri { "users/$_" } } } | Should -Not -Throw
    }

    It 'is an error with ten fields that differ, and the number of the others' {
        $recording = Get-Content $file -Raw | ConvertFrom-Json -AsHashtable
        $entry = $recording.entries | Where-Object { $_.address -eq '/api/users/1' }
        $entry.Remove('responseDigest')
        $entry.responseJson.Remove('name')
        10..21 | ForEach-Object { $entry.responseJson["new$_"] = $_ }
        $recording | ConvertTo-Json -Depth 9 | Set-Content "$TestDrive/many.json"

        $failure = { Use-BearerMock -Verify "$TestDrive/many.json" { 1..2 | Invoke-BearerRequest -Uri { "users/$_" } } } | Should -Throw -PassThru

        "$failure" | Should -BeLike '*responseJson.new10 is missing.*responseJson.new19 is missing. And 3 more differences.*'
    }

    It 'is an error with the requests that differ' {
        { Use-BearerMock -Verify $file { Invoke-BearerRequest users/1; Invoke-BearerRequest users/3 } } |
            Should -Throw '*(GET /api/users/2) was not sent. GET /api/users/3 is not in the recording.*'
    }

    It 'is compared when the mock stops, and the file stays as it is' {
        $before = Get-Content $file -Raw
        $null = Start-BearerMock -Verify $file
        $null = Invoke-BearerRequest users/1

        { Stop-BearerMock } | Should -Throw '*was not sent*' -ErrorId 'RecordingDrift*'
        Get-Content $file -Raw | Should -BeExactly $before
        { Stop-BearerMock } | Should -Not -Throw
    }
}
