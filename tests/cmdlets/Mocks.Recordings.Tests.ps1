# Recordings: what a real server returned, without secrets, replays to the same objects offline.

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox
    $api = $sandbox.Api
    $client = @{ Authority = $sandbox.Address; ClientId = $sandbox.ClientId; BaseUri = $api }
    $file = "$TestDrive/session.json"
    # Pages, a renewal, a throttle with retries, an operation that is polled, events that break off and go on, errors, a body and a file.
    $session = {
        Invoke-BearerRequest paged/page -PageParameter page -PageSizeParameter size -PageSize 5 | Select-Object -First 12
        1..3 | Invoke-BearerRequest -Uri { "users/$_" }
        $null = Update-BearerToken
        1..8 | Invoke-BearerRequest -Uri { "throttled/${_}?limit=4" } -MaximumRetryCount 9 -WarningAction Ignore
        Invoke-BearerRequest 'made/1?by=location&polls=1' -Method Post -Body @{ x = 1 } -Wait | ForEach-Object { $_.id }
        Invoke-BearerRequest 'events/numbered?count=5&cut=2' -Resume -RetryIntervalSec 1 -MaximumRetryCount 3 | ForEach-Object n
        try { Invoke-BearerRequest nothing -ErrorAction Stop } catch { $_.Exception.StatusCode.value__ }
        (Invoke-BearerRequest echo/x -Method Post -Body @{ a = 1; password = 'hidden-password' }).method
        Invoke-BearerRequest users/1 -OutFile "$TestDrive/user.json" -PassThru
    }
    $live = Use-BearerMock $api -Record $file {
        Connect-BearerApi @client -SecretFrom "file:$($sandbox.SecretFile)"
        . $session
    }
    $sent = Get-Content $file -Raw
    $secret = (Get-Content $sandbox.SecretFile -Raw).Trim()
    Stop-Sandbox $sandbox
    Disconnect-BearerApi

    function Invoke-Replay([string] $Path, [scriptblock] $Block) {
        Use-BearerMock -Replay $Path -ScriptBlock {
            Connect-BearerApi @client -SecretFrom env:BEARERTOOLS_NOT_SET
            . $Block
        }
    }
}

Describe 'A recording' {
    It 'replays to the same objects, without the server and without a secret' {
        $again = Invoke-Replay $file $session

        ConvertTo-Json @($again) -Depth 9 | Should -Be (ConvertTo-Json @($live) -Depth 9)
        $again.Count | Should -BeGreaterThan 15
    }

    It 'contains no token, no secret and no password, and nothing that differs in each run' {
        $sent | Should -Not -Match 'hidden-password|Bearer [^*]'
        $sent.Contains($secret) | Should -BeFalse
        $sent | Should -Not -Match '"Date"'
        $sent | Should -Match '"password": "\*\*\*"'
    }

    It 'is sorted by address' {
        $addresses = ($sent | ConvertFrom-Json).entries | ForEach-Object { $_.address }

        [string[]] $sorted = $addresses
        [array]::Sort($sorted, [StringComparer]::Ordinal)
        $addresses | Should -Be $sorted
    }

    It 'fails for a request that is not in it, with the fields that differ' {
        { Invoke-Replay $file { Invoke-BearerRequest echo/x -Method Post -Body @{ a = 2; password = 'other' } } } |
            Should -Throw '*POST /api/echo/x is not in the recording*The nearest is in line * (POST /api/echo/x): in the body, $.a is 2, not 1.*' -ErrorId 'RecordingMismatch*'
        { Invoke-Replay $file { Invoke-BearerRequest 'paged/page?page=1&size=6' } } | Should -Throw "*'size' in the query is '6', not '5'*"
        { Invoke-Replay $file { Invoke-BearerRequest users/1 -Method Delete } } | Should -Throw '*the method is DELETE, not GET*'
    }

    It 'fails for a request that is sent more often than it was recorded' {
        { Invoke-Replay $file { 1..2 | Invoke-BearerRequest -Uri users/2 -ThrottleLimit 1 } } | Should -Throw '*recorded once, and is sent once more*'
    }

    It 'names the requests that were not sent, with -Verbose' {
        $null = Start-BearerMock -Replay $file
        $verbose = Stop-BearerMock -Verbose 4>&1

        "$verbose" | Should -BeLike 'Recorded requests that were not sent: *GET /api/users/1*'
    }

    It 'has errors with line and field if it is edited wrongly: <Reason>' -ForEach @(
        @{ Reason = 'an unknown field'; From = '"status": 404'; To = '"statuss": 404'; Message = "*line *, column *: 'statuss' is not a field of an entry*" }
        @{ Reason = 'a wrong type'; From = '"status": 404'; To = '"status": "404"'; Message = "*line *'status' is not a number*" }
        @{ Reason = 'no JSON'; From = '"status": 404,'; To = '"status": 404 x'; Message = '*line *not valid JSON*' }
        @{ Reason = 'a missing field'; From = '"method": "POST",'; To = ''; Message = "*line *'method' is missing*" }
        @{ Reason = 'a newer version'; From = '"recordingVersion": 1'; To = '"recordingVersion": 2'; Message = '*version 2*reads up to 1*' }
        @{ Reason = 'no recording'; From = '"recordingVersion": 1,'; To = ''; Message = '*no recording*' }
    ) {
        $sent -replace [regex]::Escape($From), $To | Set-Content "$TestDrive/edited.json"

        { Use-BearerMock -Replay "$TestDrive/edited.json" -ScriptBlock { } } | Should -Throw $Message
    }

    It 'fails with the field named if a field that later requests depend on is changed' {
        $null = New-Item "$TestDrive/links" -ItemType Directory
        '{ "recordingVersion": 1, "baseUri": "https://api.contoso.com/", "entries": [
            { "method": "GET", "address": "/a", "status": 200, "headers": { "Content-Type": "application/json" }, "responseJson": { "items": [1], "next": "/a?cursor=3" } },
            { "method": "GET", "address": "/a?cursor=2", "status": 200, "headers": { "Content-Type": "application/json" }, "responseJson": { "items": [2] } } ] }' |
            Set-Content "$TestDrive/links/a.json"

        { Use-BearerMock -Replay "$TestDrive/links/a.json" { Invoke-BearerRequest /a -ItemsPath items -NextLinkPath next -Token (New-BearerTestToken) -BaseUri https://api.contoso.com/ } } |
            Should -Throw "*'cursor' in the query is '3', not '2'*"
    }

    It 'can be a HAR file, of which one origin is replayed' {
        @{ log = @{ version = '1.2'; entries = @(
                    @{ request = @{ method = 'GET'; url = 'https://cdn.example.com/x.js'; headers = @() }; response = @{ status = 200; headers = @(); content = @{ text = 'x' } } }
                    @{
                        request  = @{ method = 'GET'; url = 'https://api.contoso.com/v1/users?page=1'; headers = @() }
                        response = @{ status = 200; content = @{ mimeType = 'application/json'; text = '[{"id":1}]' }
                            headers = @(@{ name = ':status'; value = '200' }, @{ name = 'content-type'; value = 'application/json' }, @{ name = 'content-encoding'; value = 'br' })
                        }
                    }
                    @{
                        request  = @{ method = 'POST'; url = 'https://api.contoso.com/v1/users'; headers = @(); postData = @{ mimeType = 'application/json'; text = '{ "name": "ada" }' } }
                        response = @{ status = 201; headers = @(); content = @{ mimeType = 'image/png'; text = 'AQID'; encoding = 'base64' } }
                    }
                ) }
        } | ConvertTo-Json -Depth 9 | Set-Content "$TestDrive/a.har"

        $found = Use-BearerMock -Replay "$TestDrive/a.har" -BaseUri https://api.contoso.com/v1/ -ScriptBlock {
            Connect-BearerApi -TokenFrom env:BEARERTOOLS_NOT_SET -BaseUri https://api.contoso.com/v1/
            (Invoke-BearerRequest 'users?page=1').id
            (Invoke-BearerRequest users -Method Post -Body @{ name = 'ada' } -IncludeResponse).StatusCode.value__
        }

        $found | Should -Be 1, 201
        { Use-BearerMock -Replay "$TestDrive/a.har" -ScriptBlock { } } | Should -Throw '*several origins; name one with -BaseUri*'
        '{ "log": { "entries": [ { "request": { "method": "GET" } } ] } }' | Set-Content "$TestDrive/b.har"
        { Use-BearerMock -Replay "$TestDrive/b.har" -ScriptBlock { } } | Should -Throw "*line 1*'url' is missing*"
    }

    It 'cannot be a HAR file without bodies' {
        '{ "log": { "entries": [ { "request": { "method": "GET", "url": "https://api.contoso.com/a" }, "response": { "status": 200, "content": { "size": 5 } } } ] } }' |
            Set-Content "$TestDrive/c.har"

        { Use-BearerMock -Replay "$TestDrive/c.har" { Invoke-BearerRequest /a -Token (New-BearerTestToken) -BaseUri https://api.contoso.com/ } } |
            Should -Throw '*line 1: the response to GET /a has a body, which the file does not contain*' -ErrorId 'RecordingIncomplete*'
    }

    It 'may have a method in lower case' {
        Set-Content "$TestDrive/lower.json" '{ "recordingVersion": 1, "baseUri": "https://api.contoso.com/", "entries": [ { "method": "get", "address": "/a", "status": 200, "responseJson": [1] } ] }'

        Use-BearerMock -Replay "$TestDrive/lower.json" { Invoke-BearerRequest /a -Token (New-BearerTestToken) -BaseUri https://api.contoso.com/ } | Should -Be 1
    }

    It 'cannot be read if there is none' {
        { Use-BearerMock -Replay $TestDrive -ScriptBlock { } } | Should -Throw "*cannot be read: '$TestDrive' is a folder, not a regular file.*"
        { Use-BearerMock -Replay "$TestDrive/none.json" -ScriptBlock { } } | Should -Throw -ErrorId 'RecordingFileFailed*'
        { Start-BearerMock $api -Record "$TestDrive/none/a.json" } | Should -Throw '*Its folder does not exist*'
    }
}

Describe 'Recording again' {
    BeforeAll {
        $sandbox = Start-Sandbox
        $client = @{ Authority = $sandbox.Address; ClientId = $sandbox.ClientId; BaseUri = $sandbox.Api; SecretFrom = "file:$($sandbox.SecretFile)" }
        $again = "$TestDrive/again.json"
        function Get-Recorded { (Get-Content $again -Raw | ConvertFrom-Json).entries | ForEach-Object { $_.address } }
    }

    AfterAll {
        Disconnect-BearerApi
        Stop-Sandbox $sandbox
    }

    It 'replaces the file, adds to it with -Append, and keeps it if the block fails' {
        Connect-BearerApi @client
        $null = Use-BearerMock $sandbox.Api -Record $again { Invoke-BearerRequest users/1 }
        $null = Use-BearerMock $sandbox.Api -Record $again { Invoke-BearerRequest users/2 }
        Get-Recorded | Should -Be '/api/users/2'

        $null = Use-BearerMock $sandbox.Api -Record $again -Append { Invoke-BearerRequest users/1 }
        Get-Recorded | Should -Be '/api/users/1', '/api/users/2'

        { Use-BearerMock $sandbox.Api -Record $again { throw 'stop' } } | Should -Throw 'stop'
        Get-Recorded | Should -HaveCount 2
        { Use-BearerMock https://other.example/ -Record $again -Append { } } | Should -Throw -ErrorId 'RecordingOfAnotherApi*'
    }

    It 'can be a HAR file of Export-BearerTrace' {
        Connect-BearerApi @client
        $block = {
            Invoke-BearerRequest paged/page -PageParameter page -PageSizeParameter size -PageSize 20 -TraceBody
            Invoke-BearerRequest 'users/1?hidden=a' -TraceBody
            (Invoke-BearerRequest echo/x -Method Post -Body @{ a = 1; session = 'b' } -TraceBody).method
        }
        Clear-BearerTrace
        $live = . $block | ConvertTo-Json -Depth 9
        Export-BearerTrace "$TestDrive/trace.har" -IncludeBody -Uri "$($sandbox.Api)*"

        Use-BearerMock -Replay "$TestDrive/trace.har" $block | ConvertTo-Json -Depth 9 | Should -BeExactly $live
    }

    It 'adds what runspaces record at the same time' {
        $module = (Get-Module BearerTools).Path
        $shared = "$TestDrive/shared.json"

        1..6 | ForEach-Object -Parallel {
            Import-Module $using:module
            $client = $using:client
            Connect-BearerApi @client
            $number = $_
            $null = Use-BearerMock $client.BaseUri -Record $using:shared -Append { Invoke-BearerRequest "echo/$number" }
        } -ThrottleLimit 6

        (Get-Content $shared -Raw | ConvertFrom-Json).entries | ForEach-Object { $_.address } | Should -Be (1..6 | ForEach-Object { "/api/echo/$_" })
    }

    It 'writes no device and no folder, and the file that a link leads to' -Skip:$IsWindows {
        { Use-BearerMock $sandbox.Api -Record /dev/null { } } | Should -Throw "*cannot be written: '/dev/null' is a device or a pipe, not a regular file.*" -ErrorId 'RecordingFileFailed*'
        { Use-BearerMock $sandbox.Api -Record $TestDrive { } } | Should -Throw '*is a folder, not a regular file.*'
        $null = New-Item "$TestDrive/target.json"
        $link = New-Item "$TestDrive/link.json" -ItemType SymbolicLink -Target "$TestDrive/target.json"

        Connect-BearerApi @client
        $null = Use-BearerMock $sandbox.Api -Record $link.FullName { Invoke-BearerRequest users/1 }

        (Get-Item $link.FullName).LinkType | Should -Be SymbolicLink
        Get-Content "$TestDrive/target.json" -Raw | Should -Match recordingVersion
    }

    It 'records and replays a rejected token, a throttle and a stream' {
        Connect-BearerApi @client
        $block = { Invoke-BearerRequest 'echo/y' -Method Put -Body 'text' | ForEach-Object body; Invoke-BearerRequest users/1 -IncludeResponse | ForEach-Object { $_.StatusCode.value__ } }
        $live = Use-BearerMock $sandbox.Api -Record $again $block

        Use-BearerMock -Replay $again -ScriptBlock $block | Should -Be $live
    }
}
