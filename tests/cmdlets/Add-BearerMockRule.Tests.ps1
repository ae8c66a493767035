# Add-BearerMockRule: which requests a rule matches, and what it returns. Nothing is sent.

BeforeAll { Import-Module "$PSScriptRoot/../../BearerTools.psd1" }

Describe 'The rules of a mock' {
    BeforeEach { $mock = New-BearerMock }

    It 'respond by method and address, with the named parts of the address' {
        Add-BearerMockRule -Mock $mock GET '/orders/{id}/items/{item}' { "$($_.Parts.id)-$($_.Parts.item)" }

        Invoke-BearerRequest /orders/7/items/a%20b -Token $mock.Token | Should -Be '7-a b'
    }

    It 'respond with objects as JSON, text, bytes, files and statuses' {
        Set-Content "$TestDrive/users.json" '[{"id":1},{"id":2}]'
        Add-BearerMockRule -Mock $mock GET /object @{ a = @(1, @{ b = $null }) }
        Add-BearerMockRule -Mock $mock GET /text 'plain text'
        Add-BearerMockRule -Mock $mock GET /file -ResponseFile "$TestDrive/users.json" -ResponseHeaders @{ 'X-Total' = 2 }
        Add-BearerMockRule -Mock $mock DELETE /object -StatusCode 204

        (Invoke-BearerRequest /object -Token $mock.Token).a[1].PSObject.Properties.Name | Should -Be 'b'
        Invoke-BearerRequest /text -Token $mock.Token | Should -Be 'plain text'
        $response = Invoke-BearerRequest /file -Token $mock.Token -IncludeResponse
        $response.Headers['X-Total'] | Should -Be 2
        $response.Body.id | Should -Be 1, 2
        (Invoke-BearerRequest /object -Method Delete -Token $mock.Token -IncludeResponse).StatusCode | Should -Be 204
    }

    It 'match query, headers and body: a part by default, all with -Exact' {
        Add-BearerMockRule -Mock $mock POST '/orders?state=open' 'exact' -Body @{ amount = 5 } -Exact
        Add-BearerMockRule -Mock $mock POST '/orders?state=open' 'part' -Body @{ amount = 5 } -Headers @{ 'X-Tag' = 'a'; 'X-None' = $null } -Query @{ page = '*' }
        Add-BearerMockRule -Mock $mock POST /orders 'rest'
        $post = @{ Method = 'Post'; Token = $mock.Token }

        Invoke-BearerRequest '/orders?state=open' -Body @{ amount = 5 } @post | Should -Be 'exact'
        Invoke-BearerRequest '/orders?state=open&page=2' -Body @{ amount = 5; more = 1 } -Headers @{ 'X-Tag' = 'a' } @post | Should -Be 'part'
        Invoke-BearerRequest '/orders?state=open&page=2' -Body @{ amount = 6 } -Headers @{ 'X-Tag' = 'a' } @post | Should -Be 'rest'
        Invoke-BearerRequest '/orders?state=open&page=2' -Body @{ amount = 5 } -Headers @{ 'X-Tag' = 'a'; 'X-None' = 'x' } @post | Should -Be 'rest'
    }

    It 'match the fields of a form, and text' {
        Add-BearerMockRule -Mock $mock POST /form 'form' -Body @{ a = 1; b = 'x y' }
        Add-BearerMockRule -Mock $mock POST /text 'text' -Body 'whole text'

        Invoke-BearerRequest /form -Method Post -Body @{ a = 1; b = 'x y'; c = 3 } -ContentType application/x-www-form-urlencoded -Token $mock.Token |
            Should -Be 'form'
        Invoke-BearerRequest /text -Method Post -Body 'whole text' -Token $mock.Token | Should -Be 'text'
    }

    It 'ask a script block, which sees the variables of its script' {
        $limit = 100
        Add-BearerMockRule -Mock $mock POST /orders 'large' -Where { $_.Body.amount -gt $limit }
        Add-BearerMockRule -Mock $mock POST /orders 'small'

        60, 600 | Invoke-BearerRequest -Uri /orders -Method Post -Body { @{ amount = $_ } } -Token $mock.Token | Should -Be 'small', 'large'
    }

    It 'respond in turn, and repeat the last response' {
        Add-BearerMockRule -Mock $mock GET /turns -Sequence @{ n = 1 }, { @{ n = 2 } }, (New-BearerMockResponse 200 @{ n = 3 })

        (1..4 | Invoke-BearerRequest -Uri /turns -ThrottleLimit 1 -Token $mock.Token).n | Should -Be 1, 2, 3, 3
    }

    It 'are tried in their order, and -Verbose names those that overlap' {
        Add-BearerMockRule -Mock $mock GET /orders/7 'seven'
        $verbose = Add-BearerMockRule -Mock $mock GET '/orders/{id}' 'other' -Verbose 4>&1

        "$verbose" | Should -BeLike 'Rule 2 (GET /orders/{id}) overlaps with rule 1 (GET /orders/7)*'
        7, 8 | Invoke-BearerRequest -Uri { "/orders/$_" } -Token $mock.Token | Should -Be 'seven', 'other'
    }

    It 'that can never match are errors: <Reason>' -ForEach @(
        @{ Reason = 'another rule is before it'; Uri = '/orders/7'; Message = '*can never match: rule 1 (GET /orders/{id})*' }
        @{ Reason = 'the origin is another'; Uri = 'https://other.example.com/x'; Message = '*no request can match it*' }
        @{ Reason = 'a name occurs twice'; Uri = '/a/{id}/{id}'; Message = "*'id' occurs twice*" }
        @{ Reason = 'a part has no name'; Uri = '/a/{}'; Message = '*has no name*' }
    ) {
        Add-BearerMockRule -Mock $mock GET '/orders/{id}' 'any'

        { Add-BearerMockRule -Mock $mock GET $Uri 'x' } | Should -Throw $Message -ErrorId 'MockRuleInvalid*'
    }

    It 'that repeat the conditions of one before them, or contradict themselves, can never match' {
        Add-BearerMockRule -Mock $mock POST /a -Query @{ x = 1 } -Headers @{ 'X-Tag' = 'a' } -Body @{ item = 'tea' }

        { Add-BearerMockRule -Mock $mock POST '/a?x=1&y=2' -Headers @{ 'X-Tag' = 'a' } -Body @{ item = 'tea'; amount = 1 } } |
            Should -Throw '*can never match: rule 1 (POST /a -Query*' -ErrorId 'MockRuleInvalid*'
        { Add-BearerMockRule -Mock $mock GET '/a?x=1' -Query @{ x = $null } } | Should -Throw "*can never match: 'x' has to be in the query and has to be absent*"
        Add-BearerMockRule -Mock $mock POST '/a?x=2' -Headers @{ 'X-Tag' = 'a' } -Body @{ item = 'tea' }
        Add-BearerMockRule -Mock $mock POST '/a?x=1' -Headers @{ 'X-Tag' = 'a' } -Body @{ item = 'mate' }
        Add-BearerMockRule -Mock $mock POST /a 'any'
        @($mock.Rules).Count | Should -Be 4
    }

    It 'reject a number in a sequence that is not a status' {
        { Add-BearerMockRule -Mock $mock GET /a -Sequence 700 } | Should -Throw '700 in -Sequence is not a status*' -ErrorId 'MockRuleInvalid*'
    }

    It 'need quotation marks around braces, and say so' {
        { Add-BearerMockRule -Mock $mock GET /orders/{id} } | Should -Throw 'The address was split at the brace: /orders/ and {id}*' -ErrorId 'MockRuleInvalid*'
    }

    It 'fail a request that none matches, with the nearest rule and its condition' {
        Add-BearerMockRule -Mock $mock GET /users 'users'
        Add-BearerMockRule -Mock $mock POST /orders 'order' -Body @{ amount = 5 }

        { Invoke-BearerRequest /orders -Method Post -Body @{ amount = 6 } -Token $mock.Token } |
            Should -Throw '*matches POST /orders. The nearest is rule 2 (POST /orders), but in the body, $.amount is 6, not 5.*' -ErrorId 'MockUnmatched*'
        { Invoke-BearerRequest /users -Method Delete -Token $mock.Token } | Should -Throw '*the method is DELETE, not GET*'
        { Invoke-BearerRequest /none -Token (New-BearerMock).Token } | Should -Throw '*The mock has no rules*'
        (Get-BearerMockCall -Mock $mock -Unmatched).Method | Should -Be 'POST', 'DELETE'
    }

    It 'fail a request with an unmatched input among many, and none after it is sent' {
        Add-BearerMockRule -Mock $mock GET /a 'a'

        { '/a', '/b', '/a' | Invoke-BearerRequest -ThrottleLimit 1 -Token $mock.Token } | Should -Throw -ErrorId 'MockUnmatched*'
        $mock.CallCount | Should -Be 2
    }

    It 'report the error of a script block with its text' {
        Add-BearerMockRule -Mock $mock GET /a { throw 'wrong test' }

        { Invoke-BearerRequest /a -Token $mock.Token } | Should -Throw '*script block of -Response of rule 1 (*) failed*wrong test*' -ErrorId 'MockScriptFailed*'
    }

    It 'keep secrets in queries out of the error' {
        { Invoke-BearerRequest '/a?api_key=hidden-value&page=2' -Token $mock.Token } | Should -Throw '*GET /a?api_key=`*`*`*&page=2*'
    }
}

Describe 'A rule that cannot be used' {
    It 'is an error: <Because>' -ForEach @(
        @{ Because = 'the address is in the place of the method'; Code = 'Add-BearerMockRule -Mock $mock /orders GET'; Message = "'/orders' is not an HTTP method." }
        @{ Because = 'so it is in an assertion'; Code = 'Assert-BearerMockCall -Mock $mock /orders GET'; Message = "'/orders' is not an HTTP method*" }
        @{ Because = 'the mock replays a recording'; Code = 'Use-BearerMock -Replay "$TestDrive/a.json" { Add-BearerMockRule GET /a 1 }'; Message = 'The rule GET /a can never match: the mock for https://api.contoso.com/ responds from a recording only.' }
    ) {
        $mock = New-BearerMock
        Set-Content "$TestDrive/a.json" '{ "recordingVersion": 1, "baseUri": "https://api.contoso.com/", "entries": [ { "method": "get", "address": "/a", "status": 200, "responseJson": [1] } ] }'

        { Invoke-Expression $Code } | Should -Throw $Message -ErrorId 'MockRuleInvalid*'
    }
}

Describe 'A script block of a rule' {
    It 'that calls its own address is stopped at a small depth, with the rule named' {
        $mock = New-BearerMock
        $depth = @{ Count = 0 }
        Add-BearerMockRule -Mock $mock GET /first 1
        Add-BearerMockRule -Mock $mock GET /loop { $depth.Count++; Invoke-BearerRequest /loop -Token $mock.Token }

        $failure = { Invoke-BearerRequest /loop -Token $mock.Token } | Should -Throw -ErrorId 'MockRuleRecursive*' -PassThru

        "$failure" | Should -BeLike 'The script block of -Response of rule 2 (GET /loop) calls itself: *stopped at 8 levels*'
        $depth.Count | Should -Be 8
    }

    It 'may call another rule, in each of many requests' {
        $mock = New-BearerMock
        Add-BearerMockRule -Mock $mock GET '/inner/{id}' { [int] $_.Parts.id }
        Add-BearerMockRule -Mock $mock GET '/outer/{id}' { Invoke-BearerRequest "/inner/$($_.Parts.id)" -Token $mock.Token }

        1..20 | Invoke-BearerRequest -Uri { "/outer/$_" } -Token $mock.Token | Should -Be (1..20)
    }

    It 'that fails is named with its rule, in one sentence: <_>' -ForEach 'It is wrong.', 'It is wrong' {
        $mock = New-BearerMock
        $text = $_
        Add-BearerMockRule -Mock $mock GET /a { throw $text }

        { Invoke-BearerRequest /a -Token $mock.Token } |
            Should -Throw "The script block of -Response of rule 1 (GET /a) failed for GET $($mock.BaseUri)a: It is wrong." -ErrorId 'MockScriptFailed*'
    }
}
