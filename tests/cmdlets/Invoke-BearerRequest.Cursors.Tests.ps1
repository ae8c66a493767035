# Cursors in headers, bodies and rows; flags of the last page; links to a host behind a gateway.

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox
    $null = Connect-Sandbox $sandbox
    $command = 'BearerTools.Cmdlets.InvokeBearerRequestCommand'
    # The objects before an error that ends the command, and the error.
    function Get-Failure([scriptblock] $Script) { try { & $Script } catch { $_ } }
    $all = 1..25
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'The pages of a list' {
    BeforeEach { Reset-SandboxStats $sandbox }

    It 'end without an error: <Name>' -ForEach @(
        @{ Name = 'end_of_stream beside a cursor'; Path = 'cursors/stream'; With = @{ CursorPath = 'after'; CursorParameter = 'after'; ItemsPath = 'rows' } }
        @{ Name = 'has_more beside a cursor'; Path = 'cursors/more'; With = @{ CursorPath = 'meta.next'; CursorParameter = 'after'; ItemsPath = 'rows' } }
        @{ Name = '-HasMorePath'; Path = 'cursors/more'; With = @{ CursorPath = 'meta.next'; CursorParameter = 'after'; ItemsPath = 'rows'; HasMorePath = 'meta.again' } }
        @{ Name = 'a cursor in a header'; Path = 'cursors/header'; With = @{ CursorHeader = 'X-MS-ContinuationToken'; CursorParameter = 'after'; ItemsPath = 'rows' } }
        @{ Name = 'a cursor from header to header'; Path = 'cursors/header'; With = @{ CursorHeader = 'x-ms-continuationtoken'; CursorIn = 'Header'; ItemsPath = 'rows' } }
        @{ Name = 'the id of the last row'; Path = 'cursors/rows'; With = @{ CursorPath = 'data[-1].id'; CursorParameter = 'after'; ItemsPath = 'data' } }
        @{ Name = 'the id of the last row and a flag'; Path = 'cursors/rows'; With = @{ CursorPath = 'data[-1].id'; CursorParameter = 'after'; ItemsPath = 'data'; HasMorePath = 'has_more' } }
        @{ Name = 'links behind a gateway'; Path = 'cursors/gateway'; With = @{ NextLinkPath = 'next'; RewriteNextLink = $true; ItemsPath = 'rows' } }
        @{ Name = 'page numbers with a flag'; Path = 'cursors/rows'; With = @{ OffsetParameter = 'after'; ItemsPath = 'data'; HasMorePath = 'has_more' } }
    ) {
        $failure = $null
        (Invoke-BearerRequest $Path @With -ErrorVariable failure -WarningVariable warning -WarningAction SilentlyContinue).id | Should -Be $all
        $failure | Should -BeNullOrEmpty
        $warning | Should -BeNullOrEmpty
        (Get-SandboxStats $sandbox).requests | Should -Be 3
    }

    It 'are named with -Verbose where -RewriteNextLink rewrites their address' {
        $lines = Invoke-BearerRequest cursors/gateway -NextLinkPath next -RewriteNextLink -ItemsPath rows -Verbose 4>&1 | Where-Object { $_ -is [Management.Automation.VerboseRecord] }
        "$lines" | Should -Match "Page 1 links to its next page at https?://\S+; with -RewriteNextLink, it is requested at $([regex]::Escape($sandbox.Address))\."
    }

    It 'come with a cursor in the body, which keeps its other members' {
        $with = @{ Method = 'Post'; CursorPath = 'next'; CursorIn = 'Body'; CursorParameter = 'paging.after' }
        $pages = Invoke-BearerRequest cursors/body @with -Body ([ordered]@{ filter = 'ü<'; paging = @{ size = 5 } })
        $pages.rows.id | Should -Be $all
        $pages.sent | Should -Be '{"filter":"ü<","paging":{"size":5}}', '{"filter":"ü<","paging":{"size":5,"after":1}}', '{"filter":"ü<","paging":{"size":5,"after":2}}'
        (Invoke-BearerRequest cursors/body @with).sent | Should -Be '', '{"paging":{"after":1}}', '{"paging":{"after":2}}'
    }

    It 'come with a cursor in a form' {
        $with = @{ Method = 'Post'; CursorPath = 'next'; CursorIn = 'Body'; CursorParameter = 'after'; ContentType = 'application/x-www-form-urlencoded' }
        $pages = Invoke-BearerRequest cursors/body @with -Body @{ filter = 'a b' }
        $pages.rows.id | Should -Be $all
        $pages.sent | Should -Be 'filter=a+b', 'filter=a+b&after=page%201', 'filter=a+b&after=page%202'
    }

    It 'come with a cursor that is an array or an object: <Name>' -ForEach @(
        @{ Name = 'the sort values of the last row'; With = @{ CursorPath = 'hits[-1].sort'; CursorParameter = 'search_after' }; Sent = '{"size":10,"search_after":[20,"ü\"<",{}]}' }
        @{ Name = 'the last key'; With = @{ CursorPath = 'LastEvaluatedKey'; CursorParameter = 'ExclusiveStartKey' }; Sent = '{"size":10,"ExclusiveStartKey":{"id":{"N":"20"}}}' }
    ) {
        $with = $With + @{ Method = 'Post'; CursorIn = 'Body'; Body = @{ size = 10 } }
        (Invoke-BearerRequest cursors/containers @with -ItemsPath hits -MaximumFollowRelLink 3).id | Should -Be $all
        (Invoke-BearerRequest cursors/containers @with -MaximumFollowRelLink 3)[2].sent | Should -Be $Sent
    }

    It 'are an error where the cursor is an array or an object, and not sent in JSON: <Name>' -ForEach @(
        @{ Name = 'in the query'; Id = 'NextPageNotText'; Says = '*cursor at ''LastEvaluatedKey'' is an object or an array*-CursorIn Body*'; With = @{} }
        @{ Name = 'in a header'; Id = 'NextPageNotText'; Says = '*-CursorIn Body*'; With = @{ CursorIn = 'Header' } }
        @{ Name = 'in a form'; Id = 'CursorNotInBody'; Says = '*Give the body as an object*'; With = @{ CursorIn = 'Body'; ContentType = 'application/x-www-form-urlencoded' } }
    ) {
        $failure = Get-Failure { Invoke-BearerRequest cursors/containers -Method Post -CursorPath LastEvaluatedKey -CursorParameter a @With }
        $failure[-1].FullyQualifiedErrorId | Should -Be "$Id,$command"
        "$($failure[-1])" | Should -BeLike $Says
    }

    It 'are an error where the cursor cannot be added to the body' {
        $body = [uri]::EscapeDataString('{"next":"x"}')
        $failure = Get-Failure { Invoke-BearerRequest "mirror?body=$body" -Method Post -Body '[1]' -CursorPath next -CursorIn Body -CursorParameter a }
        $failure[-1].FullyQualifiedErrorId | Should -Be "CursorNotInBody,$command"
    }

    It 'are one page where the link is empty' {
        $next = [uri]::EscapeDataString('Link: <>; rel="next"')
        $failure = $null
        (Invoke-BearerRequest "mirror?body=[{`"id`":1}]&header=$next" -FollowRelLink -ErrorVariable failure).id | Should -Be 1
        $failure | Should -BeNullOrEmpty
    }

    It 'are an error where more are promised and there is no cursor' {
        $body = [uri]::EscapeDataString('{"more":true,"rows":[1]}')
        (Get-Failure { Invoke-BearerRequest "mirror?body=$body" -CursorPath next -CursorParameter a -HasMorePath more -ItemsPath rows })[-1].FullyQualifiedErrorId |
            Should -Be "NextPageMissing,$command"
    }
}

Describe 'A path that the first page does not have' {
    It 'is a warning that names what it has: <Name>' -ForEach @(
        @{ Name = 'a cursor'; With = @{ CursorPath = 'nextcursor'; CursorParameter = 'after' } }
        @{ Name = 'a link'; With = @{ NextLinkPath = 'nextcursor' } }
    ) {
        $body = [uri]::EscapeDataString('{"rows":[{"id":1}],"next_cursor":"x"}')
        $null = 1..3 | Invoke-BearerRequest -Uri { "mirror?body=$body&n=$_" } @With -ItemsPath rows -WarningVariable warning -WarningAction SilentlyContinue
        $warning.Count | Should -Be 1
        "$warning" | Should -BeLike "*'nextcursor'*'rows', 'next_cursor'*"
    }

    It 'is a warning where the cursor should be in a header, which names those that may have it' {
        $path = "mirror?body=$([uri]::EscapeDataString('[{"id":1}]'))&header=$([uri]::EscapeDataString('X-Next-Cursor: abc'))"
        $null = 1..2 | Invoke-BearerRequest -Uri { "$path&n=$_" } -CursorHeader X-Wrong -CursorParameter after -WarningVariable warning -WarningAction SilentlyContinue
        $warning.Count | Should -Be 1
        "$warning" | Should -BeLike '*no header X-Wrong*It has X-Next-Cursor.*'
    }

    It 'is no warning where no header looks like a cursor, as on the only page of a list' {
        $path = "mirror?body=$([uri]::EscapeDataString('[{"id":1}]'))&header=$([uri]::EscapeDataString('X-Next-Page: '))"
        (Invoke-BearerRequest $path -CursorHeader x-ms-continuationtoken -CursorParameter after -WarningVariable warning).id | Should -Be 1
        $warning | Should -BeNullOrEmpty
    }

    It 'is a warning where it should say whether there are more' {
        $null = Invoke-BearerRequest paged/cursor -CursorPath meta.cursor -CursorParameter after -ItemsPath items -HasMorePath meta.hasmor -WarningVariable warning -WarningAction SilentlyContinue
        "$warning" | Should -BeLike "*'meta.hasmor'*-HasMorePath has no effect*'cursor'*"
    }

    It 'is a warning that names the link of the body where a Link header was expected: <_>' -ForEach @(
        '{"rows":[1],"next":"https://api.example/x?page=2"}', '{"nextLink":"/x?page=2","rows":[1]}', '{"rows":[1],"_links":{"next":{"href":"?page=2"}}}', '{"rows":[1],"paging":{"next":"/2"}}'
        '{"rows":[1],"nextRecordsUrl":"/services/data/v60.0/query/01g-2000"}', '{"rows":[1],"nextPageUrl":"https://api.example/x?page=2"}', '{"rows":[1],"next_page":"/x?page=2"}'
        '{"rows":[1],"pagination":{"next_url":"/x?page=2"}}'
    ) {
        $null = Invoke-BearerRequest "mirror?body=$([uri]::EscapeDataString($_))" -FollowRelLink -ItemsPath rows -WarningVariable warning -WarningAction SilentlyContinue
        $warning.Count | Should -Be 1
        "$warning" | Should -Match "no Link header.*-NextLinkPath '(next|nextLink|_links\.next\.href|paging\.next|nextRecordsUrl|nextPageUrl|next_page|pagination\.next_url)'"
    }

    It 'is a warning that names the number of the next page' {
        $body = [uri]::EscapeDataString('{"rows":[1],"next_page":2}')
        $null = Invoke-BearerRequest "mirror?body=$body" -FollowRelLink -ItemsPath rows -WarningVariable warning -WarningAction SilentlyContinue
        "$warning" | Should -BeLike "*no Link header*'next_page' is 2*-CursorPath 'next_page' and -CursorParameter*"
    }

    It 'is a warning for the link of OData 2' {
        $body = [uri]::EscapeDataString('{"d":{"results":[1],"__next":"https://api.example/x?$skiptoken=2"}}')
        $null = Invoke-BearerRequest "mirror?body=$body" -FollowRelLink -ItemsPath d.results -WarningVariable warning -WarningAction SilentlyContinue
        "$warning" | Should -BeLike "*-NextLinkPath 'd.__next'*"
    }

    It 'is a warning where the Link header cannot be read' {
        $link = [uri]::EscapeDataString('Link: /x?page=2; rel="next"')
        (Invoke-BearerRequest "mirror?body=[{`"id`":1}]&header=$link" -FollowRelLink -WarningVariable warning -WarningAction SilentlyContinue).id | Should -Be 1
        "$warning" | Should -BeLike '*Link header of page 1 cannot be read*'
    }

    It 'is no warning: <Name>' -ForEach @(
        @{ Name = 'a parent that is null'; Body = '{"rows":[1],"next":null}'; With = @{ CursorPath = 'next.cursor.id'; CursorParameter = 'a' } }
        @{ Name = 'a link whose parent is null'; Body = '{"rows":[1],"links":{"next":null}}'; With = @{ NextLinkPath = 'links.next.href' } }
        @{ Name = 'a cursor of the body for Link headers'; Body = '{"rows":[1],"next":"abc"}'; With = @{ FollowRelLink = $true } }
        @{ Name = 'no next page number'; Body = '{"rows":[1],"next_page":null}'; With = @{ FollowRelLink = $true } }
        @{ Name = 'the number of the first page'; Body = '{"rows":[1],"next_page":1}'; With = @{ FollowRelLink = $true } }
        @{ Name = 'no next link in the body'; Body = '{"rows":[1],"next":null}'; With = @{ FollowRelLink = $true } }
        @{ Name = 'no member for more pages on the only page'; Body = '{"rows":[1],"next":null}'; With = @{ CursorPath = 'next'; CursorParameter = 'a'; HasMorePath = 'more' } }
        @{ Name = 'an empty list'; Body = '{"rows":[]}'; With = @{ CursorPath = 'next'; CursorParameter = 'a' } }
        @{ Name = 'a cursor that is null'; Body = '{"rows":[1],"next":null}'; With = @{ CursorPath = 'next'; CursorParameter = 'a' } }
        @{ Name = 'a flag'; Body = '{"rows":[1],"has_more":false}'; With = @{ CursorPath = 'next'; CursorParameter = 'a' } }
        @{ Name = 'OData'; Body = '{"rows":[1]}'; With = @{ NextLinkPath = '@odata.nextLink' } }
        @{ Name = 'links in headers'; Body = '{"rows":[1]}'; With = @{ FollowRelLink = $true } }
    ) {
        $null = Invoke-BearerRequest "mirror?body=$([uri]::EscapeDataString($Body))" @With -ItemsPath rows -WarningVariable warning -WarningAction SilentlyContinue
        $warning | Should -BeNullOrEmpty
    }
}

Describe 'Parameters of cursors' {
    It 'cannot be combined: <Name>' -ForEach @(
        @{ Name = 'two cursors'; With = @{ CursorPath = 'a'; CursorHeader = 'b'; CursorParameter = 'c' } }
        @{ Name = 'a header without a name'; With = @{ CursorHeader = 'a' } }
        @{ Name = 'a place without a cursor'; With = @{ CursorIn = 'Header' } }
        @{ Name = 'a body for a GET'; With = @{ CursorPath = 'a'; CursorParameter = 'b'; CursorIn = 'Body' } }
        @{ Name = 'a flag alone'; With = @{ HasMorePath = 'a' } }
        @{ Name = 'rewriting without links'; With = @{ RewriteNextLink = $true } }
    ) {
        { Invoke-BearerRequest paged/link @With } | Should -Throw -ErrorId "ParameterConflict,$command"
    }
}
