# A mock behaves as the API and the login that it stands for: a test passes only where the script would.

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    $api = 'https://api.contoso.com/v1/'
    function New-Text { ConvertTo-SecureString "$(New-Guid)" -AsPlainText -Force }
}

Describe 'A mocked login' {
    AfterEach {
        Stop-BearerMock
        Disconnect-BearerApi
    }

    It 'with a supplied token has only that one: 401 is the error of the first request' {
        $null = Start-BearerMock $api
        Add-BearerMockRule GET /x -Sequence 401, @{ ok = 1 }
        Connect-BearerApi -Token (New-Text) -BaseUri $api

        (Get-BearerConnection).CanRenew | Should -BeFalse
        { Invoke-BearerRequest /x -ErrorAction Stop } | Should -Throw -ErrorId '*401*'
        Assert-BearerMockCall GET /x -Exactly 1
    }

    It 'with a supplied token that was made before has only that one, too: <_>' -ForEach 'connection', 'token', 'profile' {
        $token = Get-BearerToken -Token (New-Text) -BaseUri $api
        Set-BearerProfile mocks-static -Token (New-Text) -BaseUri $api
        try {
            $null = Start-BearerMock $api
            Add-BearerMockRule GET /x -Sequence 401, @{ ok = 1 }
            $given = @{ connection = @{}; token = @{ Token = $token }; profile = @{ Profile = 'mocks-static' } }[$_]
            Connect-BearerApi -Token $token
            { Invoke-BearerRequest /x @given -ErrorAction Stop } | Should -Throw -ErrorId '*401*'
            Assert-BearerMockCall GET /x -Exactly 1
        }
        finally { Remove-BearerProfile mocks-static }
    }

    It 'that renews its token still does: <_>' -ForEach @(
        '-Authority https://id.contoso.com -ClientId ops -SecretFrom env:BEARERTOOLS_NOT_SET'
        '-TokenFrom env:BEARERTOOLS_NOT_SET'
    ) {
        $null = Start-BearerMock $api
        Add-BearerMockRule GET /x -Sequence 401, @{ ok = 1 }
        Invoke-Expression "Connect-BearerApi $_ -BaseUri $api"

        (Invoke-BearerRequest /x).ok | Should -Be 1
        Assert-BearerMockCall GET /x -Exactly 2
    }

    It 'with a supplied token ends when the token has expired' {
        $null = Start-BearerMock $api -TokenLifetime 60
        Add-BearerMockRule GET /x @{ ok = 1 }
        Connect-BearerApi -Token (New-Text) -BaseUri $api
        Set-BearerMockClock -Advance 120

        { Invoke-BearerRequest /x -ErrorAction Stop } | Should -Throw -ErrorId 'TokenExpired*'
    }
}

Describe 'A response' {
    BeforeEach { $mock = New-BearerMock -StartTime 2030-01-01 }

    It 'has the Retry-After of -RetryAfterSec: <Name>' -ForEach @(
        @{ Name = 'status'; Rule = { Add-BearerMockRule -Mock $mock GET /x @{ a = 1 } -StatusCode 429 -RetryAfterSec 600 } }
        @{ Name = 'sequence'; Rule = { Add-BearerMockRule -Mock $mock GET /x -Sequence 429, @{ a = 1 } -RetryAfterSec 600 } }
        @{ Name = 'responses'; Rule = { Add-BearerMockRule -Mock $mock GET /x -Sequence (New-BearerMockResponse 503), @{ a = 1 } -RetryAfterSec 600 } }
    ) {
        & $Rule
        try { $null = Invoke-BearerRequest /x -Token $mock.Token -MaximumRetryCount 1 -WarningAction SilentlyContinue }
        catch [BearerTools.BearerRequestException] { $_.Exception.StatusCode | Should -Be 'TooManyRequests' }

        $mock.Now | Should -BeGreaterOrEqual ([datetimeoffset]'2030-01-01T00:10:00Z')
        $mock.Now | Should -BeLessThan ([datetimeoffset]'2030-01-01T00:21:00Z')
    }

    It 'keeps a Retry-After of its own' {
        Add-BearerMockRule -Mock $mock GET /x -Sequence (New-BearerMockResponse 429 -RetryAfterSec 5), @{ a = 1 } -RetryAfterSec 600
        $null = Invoke-BearerRequest /x -Token $mock.Token -WarningAction SilentlyContinue

        $mock.Now | Should -BeLessThan ([datetimeoffset]'2030-01-01T00:01:00Z')
    }

    It 'is refused if a parameter has no effect: <_>' -ForEach '@{ a = 1 } -Seed 5', '@{ a = 1 } -RetryAfterSec 5', '-Fault NoResponse -RetryAfterSec 5' {
        { Invoke-Expression "Add-BearerMockRule -Mock `$mock GET /x $_" } | Should -Throw '*has no effect*' -ErrorId 'MockRuleInvalid*'
    }

    It 'to HEAD has the headers but no body' {
        Add-BearerMockRule -Mock $mock HEAD /x 'hello'
        $content = Invoke-BearerRequest /x -Method Head -Token $mock.Token -ResponseHeadersVariable headers

        "$($headers['Content-Length'])" | Should -Be '5'
        "$content" | Should -BeNullOrEmpty
    }

    It 'with the status <_> has no body' -ForEach 204, 304 {
        $status = $_
        { Add-BearerMockRule -Mock $mock GET /x @{ a = 1 } -StatusCode $status } | Should -Throw "*$status has no body*" -ErrorId 'MockRuleInvalid*'
        { New-BearerMockResponse $status 'text' } | Should -Throw "*$status has no body*" -ErrorId 'MockRuleInvalid*'
        Add-BearerMockRule -Mock $mock GET /x { 'text' } -StatusCode $status
        Invoke-BearerRequest /x -Token $mock.Token -SkipHttpErrorCheck -AsText | Should -BeNullOrEmpty
    }

    It 'with the header <Name> is refused' -ForEach @(
        @{ Name = 'Content-Length'; Value = '5' }, @{ Name = 'transfer-encoding'; Value = 'chunked' }
        @{ Name = "X-A`r`nX-B"; Value = 'a' }, @{ Name = 'X A'; Value = 'a' }, @{ Name = 'X-A'; Value = "a`r`nX-B: b" }
    ) {
        { Add-BearerMockRule -Mock $mock GET /x 'a' -ResponseHeaders @{ $Name = $Value } } | Should -Throw -ErrorId 'MockRuleInvalid*'
        { New-BearerMockResponse 200 'a' -Headers @{ $Name = $Value } } | Should -Throw -ErrorId 'MockRuleInvalid*'
    }

    It 'cannot have the fault None, and Tab does not offer it' {
        { Add-BearerMockRule -Mock $mock GET /x -Fault None } | Should -Throw -ErrorId 'ParameterArgumentValidationError*'
        { New-BearerMockResponse -Fault None } | Should -Throw -ErrorId 'ParameterArgumentValidationError*'
        foreach ($command in 'Add-BearerMockRule GET /x -Fault ', 'New-BearerMockResponse -Fault ') {
            $offered = (TabExpansion2 $command $command.Length).CompletionMatches.CompletionText
            $offered | Should -Contain 'ConnectionReset'
            $offered | Should -Not -Contain 'None'
        }
    }
}

Describe 'A rule' {
    BeforeEach { $mock = New-BearerMock https://api.contoso.com/v1/ }

    It 'whose address would never match as meant is refused: <_>' -ForEach '/a/{x', '/a/x}', '/a/pre-{x}.json', '/b/{a}{b}' {
        $address = $_
        { Add-BearerMockRule -Mock $mock GET $address 'a' } | Should -Throw '*a part {name} is a whole segment*' -ErrorId 'MockRuleInvalid*'
    }

    It 'with a star that is no pattern names what to write: <_>' -ForEach '/c/*', '*', '/c/a*', '/c/**a' {
        $address = $_
        $found = { Add-BearerMockRule -Mock $mock GET $address 'a' } | Should -Throw -ErrorId 'MockRuleInvalid*' -PassThru
        $found.Exception.NextStep | Should -BeLike "*'/[*][*]' is any address*"
    }

    It 'that repeats the path of the base address is named when it does not match' {
        Add-BearerMockRule -Mock $mock GET /v1/x 'a'
        { Invoke-BearerRequest /x -Token $mock.Token } |
            Should -Throw '*the rule is for /v1/v1/x: addresses of rules are relative to the base address; write /x*'
    }

    It 'that can never match is named with the queries of both' {
        Add-BearerMockRule -Mock $mock GET /a 'a' -Query @{ page = '*' }
        { Add-BearerMockRule -Mock $mock GET /a 'b' -Query @{ page = '*'; api_key = 'hidden-word' } } |
            Should -Throw "*rule 1 (GET /a -Query @{ 'page' = '[*]' }) is before it*"
        $failure = { Add-BearerMockRule -Mock $mock GET /a 'b' -Query @{ page = '*'; api_key = 'hidden-word' } } | Should -Throw -PassThru
        "$failure" | Should -BeLike '*api_key*'
        "$failure" | Should -Not -BeLike '*hidden-word*'
    }

    It 'whose block uses <_> outside a loop is an error that says so' -ForEach 'break', 'continue' {
        Add-BearerMockRule -Mock $mock GET /a ([scriptblock]::Create($_))
        { Invoke-BearerRequest /a -Token $mock.Token } | Should -Throw '*uses break or continue outside a loop*' -ErrorId 'MockScriptFailed*'
    }
}

Describe 'A mock' {
    AfterEach {
        Stop-BearerMock
        Disconnect-BearerApi
    }

    It 'leaves the connection of the session as it was: <_>' -ForEach @(
        'Connect-BearerApi -TokenFrom env:BEARERTOOLS_NOT_SET -BaseUri $api', 'Connect-BearerApi -TokenFrom env:BEARERTOOLS_NOT_SET -BaseUri $api; Disconnect-BearerApi'
    ) {
        Connect-BearerApi -Token (New-Text) -BaseUri https://real.contoso.com/
        $block = [scriptblock]::Create($_)
        Use-BearerMock $api $block

        (Get-BearerConnection).BaseUri | Should -Be 'https://real.contoso.com/'
    }

    It 'restores the connection when it is stopped, unless another was made or it was ended' {
        Connect-BearerApi -Token (New-Text) -BaseUri https://real.contoso.com/
        $null = Start-BearerMock $api
        Connect-BearerApi -TokenFrom env:BEARERTOOLS_NOT_SET -BaseUri $api
        Stop-BearerMock
        (Get-BearerConnection).BaseUri | Should -Be 'https://real.contoso.com/'

        $null = Start-BearerMock $api
        Disconnect-BearerApi
        Stop-BearerMock
        Get-BearerConnection | Should -BeNullOrEmpty
    }

    It 'restores the connection of a module' {
        $module = New-Module {
            function Connect-It($Uri) { Connect-BearerApi -TokenFrom env:BEARERTOOLS_NOT_SET -BaseUri $Uri }
            function Connect-Static($Token, $Uri) { Connect-BearerApi -Token $Token -BaseUri $Uri }
            function Get-It { Get-BearerConnection }
        }
        Connect-Static (New-Text) https://real.contoso.com/
        Use-BearerMock $api { Connect-It $api; (Get-It).BaseUri | Should -Be $api }

        (Get-It).BaseUri | Should -Be 'https://real.contoso.com/'
        Remove-Module $module
    }

    It 'of two that are stopped in the order of their start restores nothing of the other' {
        $one = Start-BearerMock https://one.contoso.com/
        Connect-BearerApi -TokenFrom env:BEARERTOOLS_NOT_SET -BaseUri https://one.contoso.com/
        $two = Start-BearerMock https://two.contoso.com/
        Connect-BearerApi -TokenFrom env:BEARERTOOLS_NOT_SET -BaseUri https://two.contoso.com/
        Stop-BearerMock $one
        Stop-BearerMock $two

        Get-BearerConnection | Should -BeNullOrEmpty
    }

    It 'refuses to record or verify requests that a mock responds to' {
        $null = Start-BearerMock $api
        { Use-BearerMock $api -Record "$TestDrive/a.json" { } } | Should -Throw '*would not be sent to the API*' -ErrorId 'MockInvalid*'
        { Use-BearerMock -Verify "$PSScriptRoot/../../docs/samples/ContosoOps/users.recording.json" -BaseUri $api -ScriptBlock { } } |
            Should -Throw '*would not be sent to the API*' -ErrorId 'MockInvalid*'
    }

    It 'that is strict keeps the network closed for an inner one with -AllowNetwork' {
        $null = Start-BearerMock $api
        $null = Start-BearerMock https://two.contoso.com/ -AllowNetwork

        { Invoke-BearerRequest https://other.mocks.invalid/ -Token (New-Text) } | Should -Throw -ErrorId 'MockUnmatched*'
    }

    It 'names the reason why its token is not sent, with -AllowNetwork too' {
        $mock = Start-BearerMock $api -AllowNetwork
        $failure = { Invoke-BearerRequest https://other.mocks.invalid/ -Token $mock.Token } | Should -Throw -ErrorId 'MockUnmatched*' -PassThru
        $failure.Exception.NextStep | Should -BeLike 'The token is from a mock and is not sent to https://other.mocks.invalid*'
    }

    It 'refuses a time that its clock cannot have: <_>' -ForEach '-StartTime 0001-01-01', '-StartTime 9999-12-31', '-TokenLifetime 365000.00:00:00' {
        { Invoke-Expression "New-BearerMock $_" } | Should -Throw -ErrorId 'MockInvalid*'
    }

    It 'refuses to move its clock too far' {
        { New-BearerMock | Set-BearerMockClock -Advance 3000000.00:00:00 } | Should -Throw '*the year 9000*' -ErrorId 'MockInvalid*'
    }

    It 'refuses an assertion that always passes because of a misspelled method: <_>' -ForEach '-Never', '-Exactly 0' {
        $mock = New-BearerMock
        { Invoke-Expression "Assert-BearerMockCall -Mock `$mock GTE $_" } | Should -Throw '*GTE*' -ErrorId 'MockRuleInvalid*'
        Invoke-Expression "Assert-BearerMockCall -Mock `$mock PROPFIND $_"
        Add-BearerMockRule -Mock $mock GTE /x 'a'
        Invoke-Expression "Assert-BearerMockCall -Mock `$mock GTE $_"
    }

    It 'in a block names the recorded requests that were not sent' {
        $recording = "$PSScriptRoot/../../docs/samples/ContosoOps/users.recording.json"
        $said = Use-BearerMock -Replay $recording -ScriptBlock { } -Verbose 4>&1
        "$said" | Should -BeLike '*Recorded requests that were not sent: *'
    }

    It 'and no connection in a module: the error names the module' {
        $failure = { Invoke-BearerRequest /x } | Should -Throw -ErrorId 'NotConnected*' -PassThru
        $failure.Exception.NextStep | Should -BeLike '*A module has its own connection*'
    }
}
