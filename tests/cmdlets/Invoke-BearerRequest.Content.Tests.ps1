# What goes along with a request: headers, query, body.

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'Headers and query of Invoke-BearerRequest' {
    BeforeAll { Clear-BearerTokenCache; $null = Connect-Sandbox $sandbox }

    It 'sends headers, one for all or one for each' {
        (Invoke-BearerRequest echo -Headers @{ 'X-One' = 1; Accept = 'application/json' }).headers.'X-One' | Should -Be '1'
        ('a', 'b' | Invoke-BearerRequest -Uri echo -Headers { @{ 'X-Id' = $_ } }).headers.'X-Id' | Should -Be 'a', 'b'
    }

    It 'refuses headers that are not a dictionary' {
        { Invoke-BearerRequest echo -Headers 'X-Of: it' } | Should -Throw -ErrorId 'HeadersRefused,BearerTools.Cmdlets.InvokeBearerRequestCommand'
    }

    It 'sends the headers that are typed, or none, and ignores properties of inputs' {
        $given = [pscustomobject]@{ Uri = 'echo'; Headers = @{ 'X-Of' = 'it' } }

        ($given | Invoke-BearerRequest -Headers @{ 'X-Of' = 'me' }).headers.'X-Of' | Should -Be 'me'
        ($given | Invoke-BearerRequest -Headers $null).headers.'X-Of' | Should -BeNullOrEmpty
        ($given | Invoke-BearerRequest).headers.'X-Of' | Should -BeNullOrEmpty
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

    It 'sends text unchanged, and labels it JSON when it looks like JSON' {
        $json = Send ' {"a": 1}'
        $json.body | Should -BeExactly ' {"a": 1}'
        $json.contentType | Should -Be 'application/json; charset=utf-8'
        $text = Send 'Grüße'
        $text.body | Should -BeExactly 'Grüße'
        $text.contentType | Should -Be 'text/plain; charset=utf-8'
    }

    It 'labels text a form when it looks like one, as Invoke-RestMethod does' {
        $form = Send 'a=1&b=x+y'
        $form.body | Should -BeExactly 'a=1&b=x+y'
        $form.contentType | Should -Be 'application/x-www-form-urlencoded'
        (Send 'a=1&b=x+y' @{ ContentType = 'text/plain' }).contentType | Should -Be 'text/plain'
    }

    It 'sends bytes unchanged' {
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

    It 'does not take a property Body of an input that makes the address' {
        { [pscustomobject]@{ Uri = 'echo'; Body = @{ a = 1 } } | Invoke-BearerRequest -Method Put } | Should -Throw -ErrorId 'BodyAmbiguous,*'
        ([pscustomobject]@{ Uri = 'echo'; Body = @{ a = 1 } } | Invoke-BearerRequest -Method Put -Body { $_.Body }).body | Should -BeExactly '{"a":1}'
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
        "$($failure[0])" | Should -BeLike '*returned nothing*'
        "$($failure[1])" | Should -BeLike '*no such thing*'
    }

    It 'sends no body where -Body is $null, and ignores properties of inputs' {
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

    It 'sends no body where none is given (<_>)' -ForEach 'Get', 'Delete', 'Post' {
        (Invoke-BearerRequest echo -Method $_).body | Should -BeExactly ''
        (1 | Invoke-BearerRequest -Uri { 'echo' } -Method $_).body | Should -BeExactly ''
    }
}
