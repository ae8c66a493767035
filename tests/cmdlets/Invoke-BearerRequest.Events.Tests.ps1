# Streams of events: what their data becomes, and how they go on after a fault.

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox
    $null = Connect-Sandbox $sandbox
    $command = 'BearerTools.Cmdlets.InvokeBearerRequestCommand'
    # The objects before an error that ends the command, and the error.
    function Get-Failure([scriptblock] $Script) { try { & $Script } catch { $_ } }

    function Get-Stream([string] $Text) { "mirror?type=text/event-stream&body=$([uri]::EscapeDataString($Text))" }
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'The data of an event' {
    It 'is an object if it is JSON, and text if it is not' {
        $rows = Invoke-BearerRequest (Get-Stream "data: {`"id`":1}`n`ndata: ping`n`ndata: two`ndata: lines`n`ndata: 2024-01-02T03:04:05Z`n`ndata: 42`n`n")
        $rows[0].id | Should -Be 1
        $rows[1..3] | Should -BeExactly 'ping', "two`nlines", '2024-01-02T03:04:05Z'
        $rows[4] | Should -BeExactly ([long]42)
    }

    It 'is one text unless all of it is JSON, and later events come: <_>' -ForEach @(
        '12:30:45 started', '3 items', 'true story', 'null and void', 'a: b', '"q" r', "'q'", '{x: 1}', '[INFO] up', '[1] x', '{{template}}', '1,2,3', '1 2'
    ) {
        $rows = @(Invoke-BearerRequest (Get-Stream "data: $_`n`ndata: END`n`n") -WarningVariable warning)
        $rows | Should -BeExactly $_, END
        @(Invoke-BearerRequest (Get-Stream "data: $_`n`n") -IncludeEvent).data | Should -BeExactly $_
        $warning | Should -BeNullOrEmpty
    }

    It 'is text with a warning if it begins like an object: <_>' -ForEach '{"a":1} tail', '{"a":', '{"a":1}{"a":2}' {
        $rows = @(Invoke-BearerRequest (Get-Stream "data: $_`n`ndata: $_`n`ndata: {`"id`":1}`n`n") -WarningVariable warning -WarningAction SilentlyContinue)
        $rows[0..1] | Should -BeExactly $_, $_
        $rows[2].id | Should -Be 1
        "$warning" | Should -BeLike '*begins like a JSON object and is not valid JSON (line 1)*returned as text*'
        $warning.Count | Should -Be 1
    }

    It 'has no objects if it lacks -ItemsPath, and later events come: <_>' -ForEach '{}', '{"w":1}', 'ping' {
        $stream = Get-Stream "data: {`"v`":[1,2]}`n`ndata: $_`n`ndata: $_`n`ndata: {`"v`":[3]}`n`n"
        Invoke-BearerRequest $stream -ItemsPath v -WarningVariable warning | Should -Be 1, 2, 3
        $warning | Should -BeNullOrEmpty
        $lines = @(Invoke-BearerRequest $stream -ItemsPath v -Verbose 4>&1) -like '*the event at line*'
        $lines | Should -BeLike "*the event at line 3 has no 'v', so it is passed over*"
        $lines.Count | Should -Be 1
        (Get-Failure { Invoke-BearerRequest $stream -ItemsPath items -ErrorAction Stop }).FullyQualifiedErrorId |
            Should -Be "ItemsPathNotFound,$command"
    }

    It 'is an error if it reports one, -ItemsPath is given and the stream ends: <_>' -ForEach @(
        "event: error`ndata: {`"error`":{`"message`":`"overloaded`"}}", "data: {`"error`":{`"message`":`"overloaded`"}}", "event: error`ndata: overloaded"
    ) {
        $stream = "data: {`"v`":[1,2]}`n`n$_`n`n"
        $results = Get-Failure { Invoke-BearerRequest (Get-Stream $stream) -ItemsPath v }
        $results[0..1] | Should -Be 1, 2
        $results[2].FullyQualifiedErrorId | Should -Be "StreamError,$command"
        "$($results[2])" | Should -BeLike '*The stream ended with an error (line *): overloaded. Objects before that point were returned.*'
        Invoke-BearerRequest (Get-Stream "${stream}data: {`"v`":[3]}`n`n") -ItemsPath v | Should -Be 1, 2, 3
        @(Invoke-BearerRequest (Get-Stream $stream)).Count | Should -Be 2
    }

    It 'has no objects, but a warning, if it is broken and -ItemsPath is given' {
        Invoke-BearerRequest (Get-Stream "data: {`"v`":[1,}`n`ndata: {`"v`":[2]}`n`n") -ItemsPath v -WarningVariable warning -WarningAction SilentlyContinue |
            Should -Be 2
        "$warning" | Should -BeLike '*is not valid JSON (line 1), so it is passed over*'
    }

    It 'is an object with what ConvertFrom-Json also reads in it' {
        [double]::IsNaN((Invoke-BearerRequest (Get-Stream "data: {`"loss`":NaN}`n`n")).loss) | Should -BeTrue
    }

    It 'has its empty lines' {
        Invoke-BearerRequest (Get-Stream "data: a`ndata:`ndata: b`n`n") | Should -BeExactly "a`n`nb"
    }

    It 'comes with the name and the id of the event with -IncludeEvent' {
        $rows = Invoke-BearerRequest (Get-Stream ": c`nevent: added`nid: 7`ndata: {`"n`":1}`n`ndata: x`n`nid`nidentity: 3`nevent: gone`ndata: y`n`nid: 9`n`n") -IncludeEvent
        $rows.event | Should -BeExactly 'added', 'message', 'gone'
        $rows.id | Should -BeExactly '7', '7', ''
        $rows[0].data.n | Should -Be 1
        $rows[1..2].data | Should -BeExactly 'x', 'y'
        (Invoke-BearerRequest (Get-Stream "data: x`n`n") -IncludeEvent -AsHashtable)['event'] | Should -BeExactly 'message'
        $null -eq (Invoke-BearerRequest (Get-Stream "data: x`n`n") -IncludeEvent).id | Should -BeTrue
        (Invoke-BearerRequest (Get-Stream "id: 1`ndata: x`n`n") -IncludeEvent -IncludeResponse).Body.id | Should -BeExactly '1'
    }
}

Describe 'A stream of events that breaks off' {
    It 'goes on after its last event with -Resume, as often as it makes progress' {
        Reset-SandboxStats $sandbox
        (Invoke-BearerRequest 'events/numbered?count=9&cut=2' -Resume -RetryIntervalSec 1 -MaximumRetryCount 1).n | Should -Be (1..9)
        (Get-SandboxStats $sandbox).requests | Should -Be 5
    }

    It 'is an error if it ends in the middle of an event, which is not returned' {
        $rows = Get-Failure { Invoke-BearerRequest (Get-Stream "data: amount=1000`n`ndata: amount=1") }
        $rows[0] | Should -BeExactly 'amount=1000'
        $rows[1].FullyQualifiedErrorId | Should -Be "ConnectionFailed,$command"
        "$($rows[1])" | Should -BeLike '*The stream ended in the middle of an event (line 3).*'
        Invoke-BearerRequest (Get-Stream "data: {`"id`":1}") | ForEach-Object id | Should -Be 1
    }

    It 'cannot be resumed if it is none: -Resume of another response needs -OutFile' {
        $failure = Get-Failure { Invoke-BearerRequest users -Resume }
        $failure[-1].FullyQualifiedErrorId | Should -BeLike 'NothingToResume,*'
        $failure[-1].ErrorDetails.Message | Should -BeLike "*stream of events, and the response is 'application/json'. Add -OutFile*"
    }

    It 'is an error after its events without -Resume, or without ids' -ForEach @{ Path = 'events/numbered?cut=2'; With = @{} }, @{ Path = 'events/numbered?cut=2&ids=0'; With = @{ Resume = $true } } {
        $rows = Get-Failure { Invoke-BearerRequest $Path @With }
        $rows[0..1].n | Should -Be 1, 2
        $rows[2].CategoryInfo.Category | Should -Be ConnectionError
        "$($rows[2])" | Should -BeLike ($With.Resume ? '*-Resume cannot continue the stream: its events have no ids*' : '*')
    }
}
