BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox
    $other = Start-Sandbox
    $api = $sandbox.Api
}

AfterAll { $sandbox, $other | ForEach-Object { Stop-Sandbox $_ } }

Describe 'Addresses of Invoke-BearerRequest' {
    BeforeAll { Clear-BearerTokenCache; $null = Connect-Sandbox $sandbox }

    It 'takes one by position: <_>' -ForEach 'items/7', '/items/7', 'items/7#top' {
        (Invoke-BearerRequest $_).id | Should -Be 7
    }

    It 'takes an absolute one' {
        (Invoke-BearerRequest "${api}items/7").id | Should -Be 7
    }

    It 'takes texts from the pipeline, in order' {
        ('items/3', '/items/1', "${api}items/2" | Invoke-BearerRequest).id | Should -Be 3, 1, 2
    }

    It 'takes Uris from the pipeline' {
        ([uri]'items/3', [uri]'/items/1', [uri]"${api}items/2" | Invoke-BearerRequest).id | Should -Be 3, 1, 2
    }

    It 'takes objects with a property Uri, as of a CSV' {
        ("Uri,Note`n/items/4,a`nitems/5,b" | ConvertFrom-Csv | Invoke-BearerRequest).id | Should -Be 4, 5
    }

    It 'takes a script block over whatever comes' {
        (1..3 | Invoke-BearerRequest -Uri { "/items/$_" }).id | Should -Be 1, 2, 3
        ("Id`n8`n9" | ConvertFrom-Csv | Invoke-BearerRequest -Uri { "items/$($_.Id)" }).id | Should -Be 8, 9
        (@{ n = 6 } | Invoke-BearerRequest -Uri { "items/$($_.n)" }).id | Should -Be 6
    }

    It 'joins relative ones under a base of its own' {
        (Invoke-BearerRequest "echo/there" -BaseUri $api).path | Should -Be '/api/echo/there'
        (Invoke-BearerRequest "there?x=1" -BaseUri "${api}echo").path | Should -Be '/api/echo/there'
    }

    It 'has the short name ibr' {
        (ibr items/7).id | Should -Be 7
    }
}

Describe 'Headers and query of Invoke-BearerRequest' {
    BeforeAll { Clear-BearerTokenCache; $null = Connect-Sandbox $sandbox }

    It 'sends headers, one for all or one for each' {
        (Invoke-BearerRequest echo -Headers @{ 'X-One' = 1; Accept = 'application/json' }).headers.'X-One' | Should -Be '1'
        ('a', 'b' | Invoke-BearerRequest -Uri echo -Headers { @{ 'X-Id' = $_ } }).headers.'X-Id' | Should -Be 'a', 'b'
        ([pscustomobject]@{ Uri = 'echo'; Headers = @{ 'X-Of' = 'it' } } | Invoke-BearerRequest).headers.'X-Of' | Should -Be 'it'
    }

    It 'takes headers that are no dictionary for one bad input, and others that are typed for a mistake' {
        $inputs = [pscustomobject]@{ Uri = 'echo'; Headers = 'X-Of: it' }, [pscustomobject]@{ Uri = 'echo'; Headers = @{ 'X-Of' = 'it' } }
        $rows = $inputs | Invoke-BearerRequest -ErrorVariable failure -ErrorAction SilentlyContinue

        $rows.headers.'X-Of' | Should -Be 'it'
        $failure.FullyQualifiedErrorId | Should -Be 'HeadersRefused,BearerTools.Cmdlets.InvokeBearerRequestCommand'
        $failure.TargetObject | Should -Be $inputs[0]
        { Invoke-BearerRequest echo -Headers 'X-Of: it' } | Should -Throw -ErrorId 'HeadersRefused,BearerTools.Cmdlets.InvokeBearerRequestCommand'
    }

    It 'sends the headers that are typed, or none, whatever an input has' {
        $given = [pscustomobject]@{ Uri = 'echo'; Headers = @{ 'X-Of' = 'it' } }

        ($given | Invoke-BearerRequest -Headers @{ 'X-Of' = 'me' }).headers.'X-Of' | Should -Be 'me'
        ($given | Invoke-BearerRequest -Headers $null).headers.'X-Of' | Should -BeNullOrEmpty
    }

    It 'takes a property that is nothing for none' {
        $inputs = [pscustomobject]@{ Uri = 'echo'; Headers = (& {}) }, ([pscustomobject]@{ Uri = 'echo' } | Add-Member ScriptProperty Body { } -PassThru)
        ($inputs | Invoke-BearerRequest -Method Post -ErrorAction Stop).body | Should -BeExactly '', ''
    }

    It 'takes the properties of a value of any type' {
        Add-Type 'public struct BearerToolsTestInput { public string Uri; public string Body; }'
        ([BearerToolsTestInput]@{ Uri = 'echo'; Body = 'text' } | Invoke-BearerRequest -Method Post).body | Should -BeExactly 'text'
    }

    It 'refuses a script block for -<_> where nothing is piped in' -ForEach 'Headers', 'Query', 'Body', 'Form', 'InFile', 'OutFile' {
        $given = @{ $_ = { @{ a = $_ } } }
        { Invoke-BearerRequest echo -Method Post @given } | Should -Throw -ErrorId "${_}Refused,BearerTools.Cmdlets.InvokeBearerRequestCommand" -ExpectedMessage '*nothing is piped in*'
    }

    It 'sends a query, whatever characters it has' {
        $query = (Invoke-BearerRequest 'echo?first=1' -Query @{ q = 'a&b=c d+é'; ids = 1, 2; on = $true; none = $null }).query

        $query.first | Should -Be '1'
        $query.q | Should -BeExactly 'a&b=c d+é'
        $query.ids | Should -Be '1', '2'
        $query.on | Should -BeExactly 'true'
        $query.none | Should -BeExactly ''
    }

    It 'takes dictionaries of .NET as it takes hashtables' {
        $pairs = [System.Collections.Generic.Dictionary[string, string]]::new()
        $pairs['X-Part'] = '1'

        $echo = Invoke-BearerRequest echo -Query $pairs -Headers $pairs

        $echo.query.'X-Part' | Should -Be '1'
        $echo.headers.'X-Part' | Should -Be '1'
    }

    It 'sends a query for each' {
        (1..2 | Invoke-BearerRequest -Uri echo -Query { @{ page = $_ } }).query.page | Should -Be '1', '2'
    }

    It 'does not let the query of one input hinder the others' {
        $made = 1, 0, 2 | Invoke-BearerRequest -Uri echo -Query { @{ part = 10 / $_ } } -ErrorVariable failure -ErrorAction SilentlyContinue

        $made.query.part | Should -Be '10', '5'
        $failure.FullyQualifiedErrorId | Should -Be 'QueryRefused,BearerTools.Cmdlets.InvokeBearerRequestCommand'
        $failure.TargetObject | Should -Be 0
        { Invoke-BearerRequest echo -Query 'a=b' } | Should -Throw -ErrorId 'QueryRefused,BearerTools.Cmdlets.InvokeBearerRequestCommand'
    }

    It 'sends a dictionary as the query of a GET, as Invoke-RestMethod does' {
        $echo = Invoke-BearerRequest echo -Body @{ q = 'x' }
        $echo.query.q | Should -Be 'x'
        $echo.body | Should -BeExactly ''
        (1..2 | Invoke-BearerRequest -Uri echo -Body { @{ page = $_ } }).query.page | Should -Be '1', '2'
    }

    It 'does not take a property Body of an input for the body of a GET' {
        $issue = [pscustomobject]@{ number = 5; body = 'It does not work.' }
        $echo = $issue | Invoke-BearerRequest -Uri { "echo/$($_.number)" }

        $echo.path | Should -Be '/api/echo/5'
        $echo.body | Should -BeExactly ''
    }

    It 'sends the token in the header and nowhere else' {
        $echo = Invoke-BearerRequest echo
        $echo.sensitiveHeaders | Should -Be 'Authorization'
        $echo.tokenFingerprint | Should -Be (Get-EchoedFingerprint (Get-BearerToken -AsPlainText))
    }
}

Describe 'Bodies of Invoke-BearerRequest' {
    BeforeAll {
        Clear-BearerTokenCache
        $null = Connect-Sandbox $sandbox
        function Send($Body, [hashtable] $With = @{}) { Invoke-BearerRequest echo -Method Post -Body $Body @With }
    }

    It 'writes <Name> as JSON' -ForEach @(
        @{ Name = 'a hashtable'; Body = @{ name = 'ada' }; Json = '{"name":"ada"}' }
        @{ Name = 'an ordered dictionary'; Body = [ordered]@{ b = 1; a = 2 }; Json = '{"b":1,"a":2}' }
        @{ Name = 'an object'; Body = [pscustomobject]@{ id = 1; tags = , 'one' }; Json = '{"id":1,"tags":["one"]}' }
        @{ Name = 'a list'; Body = 1, 2; Json = '[1,2]' }
        @{ Name = 'a list of one'; Body = , @{ a = 1 }; Json = '[{"a":1}]' }
        @{ Name = 'an empty list'; Body = @(); Json = '[]' }
        @{ Name = 'depth'; Body = @{ a = @{ b = @{ c = @{ d = @{ e = 1 } } } } }; Json = '{"a":{"b":{"c":{"d":{"e":1}}}}}' }
        @{ Name = 'nothing, yes and numbers'; Body = [ordered]@{ n = $null; y = $true; i = [bigint]::Parse('12345678901234567890'); f = 1.5 }; Json = '{"n":null,"y":true,"i":12345678901234567890,"f":1.5}' }
        @{ Name = 'a number'; Body = 42; Json = '42' }
    ) {
        $echo = Send $Body
        $echo.body | Should -BeExactly $Json
        $echo.contentType | Should -Be 'application/json; charset=utf-8'
    }

    It 'sends text as it is, and calls it JSON when it looks so' {
        $json = Send ' {"a": 1}'
        $json.body | Should -BeExactly ' {"a": 1}'
        $json.contentType | Should -Be 'application/json; charset=utf-8'
        $text = Send 'Grüße'
        $text.body | Should -BeExactly 'Grüße'
        $text.contentType | Should -Be 'text/plain; charset=utf-8'
    }

    It 'sends bytes as they are' {
        $echo = Send ([byte[]](0, 255, 10))
        $echo.bodyBase64 | Should -BeExactly ([Convert]::ToBase64String([byte[]](0, 255, 10)))
        $echo.contentType | Should -Be 'application/octet-stream'
    }

    It 'sends a stream, and leaves it open' {
        $stream = [IO.MemoryStream]::new([Text.Encoding]::UTF8.GetBytes('streamed'))
        (Send $stream).body | Should -BeExactly 'streamed'
        $stream.CanRead | Should -BeTrue
    }

    It 'writes text in the charset of -ContentType' {
        $echo = Send 'é' @{ ContentType = 'text/plain; charset=iso-8859-1' }
        $echo.bodyBase64 | Should -BeExactly '6Q=='
        $echo.contentType | Should -Be 'text/plain; charset=iso-8859-1'
    }

    It 'takes another -ContentType for an object' {
        $echo = Send @{ a = 1 } @{ ContentType = 'application/merge-patch+json' }
        $echo.contentType | Should -Be 'application/merge-patch+json'
        $echo.body | Should -BeExactly '{"a":1}'
    }

    It 'makes a body for each input' {
        ('ada', 'grace' | Invoke-BearerRequest -Uri echo -Method Post -Body { @{ name = $_ } }).body | Should -Be '{"name":"ada"}', '{"name":"grace"}'
    }

    It 'takes the property Body of an input' {
        ([pscustomobject]@{ Uri = 'echo'; Body = @{ a = 1 } } | Invoke-BearerRequest -Method Put).body | Should -BeExactly '{"a":1}'
    }

    It 'makes one list of all that a script block gives' {
        (1 | Invoke-BearerRequest -Uri echo -Method Post -Body { 'ada', 'grace' }).body | Should -BeExactly '["ada","grace"]'
    }

    It 'takes a script block for -Body that fails or gives nothing for one bad input' {
        $bodies = (0..2 | Invoke-BearerRequest -Uri echo -Method Post -Body { if ($_ -eq 1) { throw 'no such thing' } elseif ($_) { @{ n = $_ } } } -ErrorVariable failure -ErrorAction SilentlyContinue).body

        $bodies | Should -BeExactly '{"n":2}'
        (1 | Invoke-BearerRequest -Uri echo -Method Post -Body { $null }).body | Should -BeExactly ''
        $failure.FullyQualifiedErrorId | Sort-Object -Unique | Should -Be 'BodyRefused,BearerTools.Cmdlets.InvokeBearerRequestCommand'
        $failure.TargetObject | Should -Be 0, 1
        "$($failure[0])" | Should -BeLike '*made nothing*'
        "$($failure[1])" | Should -BeLike '*no such thing*'
    }

    It 'takes a property of an input that cannot be read for one bad input' {
        $bad = [pscustomobject]@{ Uri = 'echo' } | Add-Member ScriptProperty Body { throw 'gone' } -PassThru
        $bodies = ($bad, [pscustomobject]@{ Uri = 'echo'; Body = 'text' } | Invoke-BearerRequest -Method Post -ErrorVariable failure -ErrorAction SilentlyContinue).body

        $bodies | Should -BeExactly 'text'
        $failure.FullyQualifiedErrorId | Should -Be 'BodyRefused,BearerTools.Cmdlets.InvokeBearerRequestCommand'
    }

    It 'sends no body where -Body is nothing, whatever an input has' {
        ([pscustomobject]@{ Uri = 'echo'; Body = 'text' } | Invoke-BearerRequest -Method Post -Body $null).body | Should -BeExactly ''
    }

    It 'sends rows of a CSV' {
        $bodies = ("Name,Mail`nada,a@x`ngrace,g@x" | ConvertFrom-Csv | Invoke-BearerRequest echo -Method Post).body
        $bodies | Should -Be '{"Name":"ada","Mail":"a@x"}', '{"Name":"grace","Mail":"g@x"}'
    }

    It 'sends what is piped as the body by <_> when the address stands on the command line' -ForEach 'Post', 'Put', 'Patch' {
        $echo = @{ a = 1 } | Invoke-BearerRequest echo -Method $_
        $echo.body | Should -BeExactly '{"a":1}'
        $echo.method | Should -Be $_
    }

    It 'sends a piped text as the body too' {
        ('text' | Invoke-BearerRequest echo -Method Post).body | Should -BeExactly 'text'
    }

    It 'sends no body that nobody gave (<_>)' -ForEach 'Get', 'Delete', 'Post' {
        (Invoke-BearerRequest echo -Method $_).body | Should -BeExactly ''
        (1 | Invoke-BearerRequest -Uri { 'echo' } -Method $_).body | Should -BeExactly ''
    }
}

Describe 'Answers of Invoke-BearerRequest' {
    BeforeAll { Clear-BearerTokenCache; $null = Connect-Sandbox $sandbox }

    It 'are objects, one for each element of an array' {
        $users = Invoke-BearerRequest users
        $users.Count | Should -Be 3
        $users[0] | Should -BeOfType ([pscustomobject])
        $users.name | Should -Be 'ada', 'grace', 'edsger'
        $users[0].id | Should -BeOfType ([long])
        , $users[2].groups | Should -BeOfType ([object[]])
    }

    It 'are one array with -NoEnumerate' {
        $rows = @('users', 'users' | Invoke-BearerRequest -NoEnumerate)
        $rows.Count | Should -Be 2
        $rows[1].name | Should -Be 'ada', 'grace', 'edsger'
    }

    It 'come as they arrive: the first row long before the last' {
        $clock = [Diagnostics.Stopwatch]::StartNew()
        $times = Invoke-BearerRequest 'items?count=4&delayMs=600' | ForEach-Object { $clock.ElapsedMilliseconds }
        $times.Count | Should -Be 4
        $times[3] - $times[0] | Should -BeGreaterThan 900
    }

    It 'are <Expected> for <Path>' -ForEach @(
        @{ Path = 'odd/text'; Expected = 'Grüße, world' }
        @{ Path = 'odd/latin1'; Expected = 'Café crème' }
        @{ Path = 'odd/scalar'; Expected = 42 }
    ) {
        Invoke-BearerRequest $Path | Should -BeExactly $Expected
    }

    It 'are nothing for <_>' -ForEach 'odd/empty', 'odd/empty-array', 'odd/no-content' {
        @(Invoke-BearerRequest $_).Count | Should -Be 0
    }

    It 'are $null for null' {
        $answers = @(Invoke-BearerRequest odd/null)
        $answers.Count | Should -Be 1
        $answers[0] | Should -Be $null
    }

    It 'are bytes, all in one, for what is no text' {
        $bytes = @(Invoke-BearerRequest odd/bytes)
        $bytes.Count | Should -Be 1
        , $bytes[0] | Should -BeOfType ([byte[]])
        $bytes[0].Length | Should -Be 256
    }

    It 'lose no member whose name differs only in case' {
        $object = Invoke-BearerRequest odd/case-keys
        $object['id'], $object['ID'], $object['Id'], $object[''] | Should -Be 1, 2, 3, 4
    }

    It 'do not mind a byte order mark, and take JSON lines' {
        (Invoke-BearerRequest odd/bom).id | Should -Be 1
        (Invoke-BearerRequest odd/jsonlines).id | Should -Be 1, 2, 3
    }

    It 'come in the order of the inputs, though the first are the slowest' {
        $waits = 400, 300, 200, 100, 0
        ($waits | Invoke-BearerRequest -Uri { "slow?ms=$_" }).ms | Should -Be $waits
    }

    It 'come from no more requests at once than -ThrottleLimit' {
        Reset-SandboxStats $sandbox
        $null = 1..9 | Invoke-BearerRequest -Uri { 'slow?ms=150' } -ThrottleLimit 3
        (Get-SandboxStats $sandbox).maxConcurrent | Should -BeIn 2, 3
    }

    It 'come whole with -IncludeResponse' {
        $answer = 'x' | Invoke-BearerRequest -Uri { 'users' } -IncludeResponse

        $answer | Should -BeOfType ([BearerTools.BearerResponse])
        $answer.StatusCode | Should -Be 200
        $answer.Headers['Content-Type'] | Should -BeLike 'application/json*'
        $answer.Body.name | Should -Be 'ada', 'grace', 'edsger'
        $answer.Duration.TotalMilliseconds | Should -BeGreaterThan 0
        $answer.Attempts | Should -Be 1
        $answer.Input | Should -Be 'x'
        $answer.Uri | Should -Be "${api}users"
    }

    It 'say how many attempts they took' {
        Revoke-SandboxTokens $sandbox
        (Invoke-BearerRequest 'redirect?to=/api/items/1' -IncludeResponse).Attempts | Should -Be 3
    }

    It 'are answers whatever their status with -SkipHttpErrorCheck' {
        $answers = 'status/418', 'items/1' | Invoke-BearerRequest -SkipHttpErrorCheck -StatusCodeVariable status -ErrorVariable failures
        $answers[0].status | Should -Be 418
        $answers[1].id | Should -Be 1
        $failures | Should -BeNullOrEmpty
        (Invoke-BearerRequest status/404 -SkipHttpErrorCheck -IncludeResponse).StatusCode | Should -Be 404
    }

    It 'set the variables for status and headers before their objects come' {
        $seen = 'items/1', 'status/418', 'items/2' | Invoke-BearerRequest -SkipHttpErrorCheck -StatusCodeVariable status -ResponseHeadersVariable headers |
            ForEach-Object { "$status $($headers['Content-Type'])" }
        $seen | Should -Be '200 application/json', '418 application/problem+json', '200 application/json'
    }

    It 'set the variables for an error too, and for an answer without objects' {
        $null = Invoke-BearerRequest status/404 -StatusCodeVariable status -ErrorAction SilentlyContinue
        $status | Should -Be 404
        $null = Invoke-BearerRequest odd/no-content -StatusCodeVariable status
        $status | Should -Be 204
    }
}

Describe 'Invoke-BearerRequest and what changes things' {
    BeforeAll { Clear-BearerTokenCache; $null = Connect-Sandbox $sandbox }
    BeforeEach { Reset-SandboxStats $sandbox }

    It 'sends nothing with -WhatIf by <_>' -ForEach 'Post', 'Put', 'Patch', 'Delete', 'Merge' {
        Invoke-BearerRequest things/1 -Method $_ -Body @{ a = 1 } -WhatIf | Should -BeNullOrEmpty
        (Get-SandboxStats $sandbox).requests | Should -Be 0
    }

    It 'still reads with -WhatIf' {
        (Invoke-BearerRequest items/1 -WhatIf).id | Should -Be 1
    }

    It 'asks with -Confirm, and sends nothing where nobody can answer' {
        { Invoke-BearerRequest things/1 -Method Put -Body @{ a = 1 } -Confirm } | Should -Throw
        (Get-SandboxStats $sandbox).requests | Should -Be 0
    }

    It 'sends by every method of Invoke-RestMethod (<_>)' -ForEach 'Get', 'Post', 'Put', 'Delete', 'Options', 'Patch', 'Merge', 'Default' {
        (Invoke-BearerRequest echo -Method $_).method | Should -Be ($_ -eq 'Default' ? 'GET' : $_.ToUpperInvariant())
    }

    It 'gets the headers of a HEAD' {
        (Invoke-BearerRequest items/1 -Method Head -IncludeResponse).Headers['Content-Type'] | Should -Be 'application/json'
    }

    It 'makes one effect an input' {
        $made = 1..5 | Invoke-BearerRequest -Uri { "things/$_" } -Method Put -Body { @{ n = $_ } }
        $made.id | Should -Be '1', '2', '3', '4', '5'
        (Get-SandboxStats $sandbox).effects | Should -Be 5
        (Invoke-BearerRequest things/3).n | Should -Be 3
    }
}
