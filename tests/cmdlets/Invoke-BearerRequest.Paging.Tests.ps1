# Lists that come in pages: to their end, or to an error that says why not.

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox
    $other = Start-Sandbox
    $null = Connect-Sandbox $sandbox
    $command = 'BearerTools.Cmdlets.InvokeBearerRequestCommand'
    $all = 1..25
}

AfterAll { $sandbox, $other | ForEach-Object { Stop-Sandbox $_ } }

Describe 'The pages of a list' {
    BeforeEach { Reset-SandboxStats $sandbox }

    It 'come one after the other: <Name>' -ForEach @(
        @{ Name = 'links in headers'; Path = 'paged/link'; With = @{ FollowRelLink = $true } }
        @{ Name = 'OData'; Path = 'paged/odata'; With = @{ FollowRelLink = $true; ItemsPath = 'value' } }
        @{ Name = 'OData by its path'; Path = 'paged/odata'; With = @{ NextLinkPath = '@odata.nextLink'; ItemsPath = 'value' } }
        @{ Name = 'links in the body'; Path = 'paged/body'; With = @{ NextLinkPath = 'links.next'; ItemsPath = 'items' } }
        @{ Name = 'cursors'; Path = 'paged/cursor'; With = @{ CursorPath = 'meta.cursor'; CursorParameter = 'after'; ItemsPath = 'items' } }
        @{ Name = 'offsets'; Path = 'paged/offset'; With = @{ OffsetParameter = 'skip' } }
        @{ Name = 'offsets with a size'; Path = 'paged/offset'; With = @{ OffsetParameter = 'skip'; PageSize = 7; PageSizeParameter = 'take' } }
        @{ Name = 'pages'; Path = 'paged/page'; With = @{ PageParameter = 'page'; PageSize = 10 } }
        @{ Name = 'pages with a total'; Path = 'paged/counted'; With = @{ PageParameter = 'page'; TotalPath = 'total'; ItemsPath = 'items' } }
        @{ Name = 'pages as hashtables'; Path = 'paged/page'; With = @{ PageParameter = 'page'; AsHashtable = $true } }
    ) {
        (Invoke-BearerRequest $Path @With -Query @{ kind = 'a b' }).id | Should -Be $all
    }

    It 'are one array each with -NoEnumerate, whose items are counted' {
        $pages = @(Invoke-BearerRequest paged/offset -OffsetParameter skip -NoEnumerate -PageSize 10 | ForEach-Object { , $_ })
        $pages.ForEach{ $_.Count } | Should -Be 10, 10, 5
    }

    It 'are one response each with -IncludeResponse' {
        $pages = Invoke-BearerRequest paged/odata -FollowRelLink -ItemsPath value -IncludeResponse
        $pages.ForEach{ $_.Body.Count } | Should -Be 10, 10, 5
        $pages.Uri.Query | Should -Be '', '?at=1', '?at=2'
        @(Invoke-BearerRequest paged/page -PageParameter page -PageSize 10 -IncludeResponse).Count | Should -Be 3
    }

    It 'are as many as -MaximumFollowRelLink says, as Invoke-RestMethod counts them: <_>' -ForEach 1, 2, 9 {
        # Theirs does not send a token to the second page.
        $theirs = Invoke-RestMethod "$($sandbox.Address)/open/paged/link" -FollowRelLink -MaximumFollowRelLink $_ | ForEach-Object { $_ }

        (Invoke-BearerRequest "$($sandbox.Address)/open/paged/link" -FL -ML $_).id | Should -Be $theirs.id
        $theirs.Count | Should -Be ([Math]::Min(25, 10 * $_))
    }

    It 'set the variables of each page before its first row' {
        $seen = Invoke-BearerRequest paged/link -FollowRelLink -ResponseHeadersVariable headers | ForEach-Object { if ($_.id % 10 -eq 1) { "$($headers.Link)" } }
        $seen.Count | Should -Be 3
        $seen[0] | Should -BeLike '*at=1>*'
        $seen[2] | Should -Not -BeLike '*"next"*'
    }

    It 'of one input come before those of the next' {
        $ids = (1..6 | Invoke-BearerRequest -Uri { "paged/link?n=$_&ms=$(if ($_ % 2) { 30 } else { 0 })" } -FollowRelLink).id
        $ids | Should -Be (1..6 | ForEach-Object { $all })
    }

    It 'are sent the token and the headers of the first' {
        $null = Invoke-BearerRequest paged/link -FollowRelLink -Headers @{ 'X-Mine' = '1' }
        (Get-SandboxStats $sandbox).unauthorized | Should -Be 0
    }

    It 'end when the pipeline needs no more' {
        (Invoke-BearerRequest 'paged/link?total=100000' -FollowRelLink | Select-Object -First 15).id | Should -Be (1..15)
        (Get-SandboxStats $sandbox).requests | Should -BeLessThan 20
    }

    It 'outlive their token' {
        $ids = Invoke-BearerRequest 'paged/link?ms=150' -FollowRelLink | ForEach-Object { if ($_.id -eq 1) { Revoke-SandboxTokens $sandbox }; $_.id }
        $ids | Should -Be $all
        (Get-SandboxStats $sandbox).unauthorized | Should -BeGreaterThan 0
    }
}

Describe 'Pages that cannot be followed' {
    It 'are an error of their input after the rows of good pages: <Name>' -ForEach @(
        @{ Name = 'a page that fails'; Path = 'paged/link?fail=3'; Good = 20; Id = 'HttpStatus500'; Says = '*This page cannot be read.*' }
        @{ Name = 'another scheme'; Path = 'paged/link?next=file:///etc/hosts'; Good = 20; Id = 'FollowedAddressRefused'; Says = '*not followed*' }
        @{ Name = 'a circle'; Path = 'paged/link?next=%23again'; Good = 20; Id = 'PageLoop'; Says = '*already been requested*' }
    ) {
        $failure = $null
        $responses = $Path, 'items/99' | Invoke-BearerRequest -FollowRelLink -ErrorVariable failure -ErrorAction SilentlyContinue

        $failure.FullyQualifiedErrorId | Should -Be "$Id,$command"
        $failure.ErrorDetails.Message | Should -BeLike $Says
        $failure.TargetObject | Should -Be $Path
        $responses.id | Should -Be (@(1..$Good) + 99)
    }

    It 'at another origin get no token, and are an error that says how they may' {
        Reset-SandboxStats $other
        $next = [uri]::EscapeDataString("$($other.Address)/open/echo")
        $failure = Get-TerminatingError { Invoke-BearerRequest "paged/link?next=$next" -FollowRelLink -OutVariable rows }

        $rows.id | Should -Be (1..20)
        $failure.FullyQualifiedErrorId | Should -Be "OriginNotAllowed,$command"
        $failure.ErrorDetails.Message | Should -BeLike "*Page 2 links*$($other.Address)*-RewriteNextLink*-AllowedOrigin $($other.Address)*"
        (Get-SandboxStats $other).requests | Should -Be 0
    }

    It 'at an http address of another host are an error that names the page and -RewriteNextLink: <Name>' -ForEach @(
        @{ Name = 'in a header'; Path = 'paged/link?next='; With = @{ FollowRelLink = $true }; Page = 2 }
        @{ Name = 'in the body'; Path = 'paged/odata?next='; With = @{ NextLinkPath = '@odata.nextLink'; ItemsPath = 'value' }; Page = 2 }
    ) {
        $failure = Get-TerminatingError { Invoke-BearerRequest "$Path$([uri]::EscapeDataString('http://192.0.2.1:8080/x'))" @With -OutVariable rows }
        $failure.FullyQualifiedErrorId | Should -Be "UnencryptedAuthentication,$command"
        $failure.ErrorDetails.Message | Should -BeLike "*Page $Page links to its next page at http://192.0.2.1:8080*-RewriteNextLink requests them at $($sandbox.Address)*"
    }

    It 'end with a link that says that it has no results' {
        $link = [uri]::EscapeDataString('Link: </api/status/500>; rel="next"; results="false"; cursor="0:100:0"')
        (Invoke-BearerRequest "mirror?body=[{`"id`":1}]&header=$link" -FollowRelLink).id | Should -Be 1
        $link = [uri]::EscapeDataString('Link: </api/items/2>; rel="next"; results="true"')
        (Invoke-BearerRequest "mirror?body=[{`"id`":1}]&header=$link" -FollowRelLink).id | Should -Be 1, 2
    }

    It 'whose cursor was sent before are an error that names -HasMorePath' {
        $body = [uri]::EscapeDataString('{"rows":[1],"next":"x"}')
        $failure = Get-TerminatingError { Invoke-BearerRequest "mirror?body=$body" -CursorPath next -CursorParameter after -ItemsPath rows }
        $failure.FullyQualifiedErrorId | Should -Be "PageLoop,$command"
        $failure.ErrorDetails.Message | Should -BeLike "*cursor in 'next'*already been sent*-HasMorePath*"
    }

    It 'whose counter the API does not know are not asked for without an end' {
        $failure = Get-TerminatingError { Invoke-BearerRequest paged/page -PageParameter seite }
        $failure.FullyQualifiedErrorId | Should -Be "PageRepeats,$command"
    }

    It 'end the command at once when it is asked for wrongly: <Name>' -ForEach @(
        @{ Name = 'two ways'; With = @{ FollowRelLink = $true; PageParameter = 'p' } }
        @{ Name = 'both counters'; With = @{ OffsetParameter = 'o'; PageParameter = 'p' } }
        @{ Name = 'a cursor without a name'; With = @{ CursorPath = 'c' } }
        @{ Name = 'a name without a cursor'; With = @{ CursorParameter = 'c' } }
        @{ Name = 'a size of nothing'; With = @{ PageSize = 3 } }
        @{ Name = 'a name of no size'; With = @{ PageParameter = 'p'; PageSizeParameter = 's' } }
        @{ Name = 'a total of nothing'; With = @{ TotalPath = 't' } }
    ) {
        { Invoke-BearerRequest paged/link @With } | Should -Throw -ErrorId "ParameterConflict,$command"
    }
}

Describe 'What -Verbose says of pages' {
    It 'is why the last page was the last: <Says>' -ForEach @(
        @{ Path = 'paged/link'; With = @{ FollowRelLink = $true }; Says = '*Page 3 is the last: it has no link to the next page*' }
        @{ Path = 'paged/body'; With = @{ NextLinkPath = 'nosuch' }; Says = "*Page 1 is the last: it has no 'nosuch'*" }
        @{ Path = 'paged/page'; With = @{ PageParameter = 'page'; PageSize = 10 }; Says = '*Page 3 is the last: it has fewer than 10 items*' }
        @{ Path = 'paged/link'; With = @{ FollowRelLink = $true; MaximumFollowRelLink = 1 }; Says = '*Page 1 is not the last, but -MaximumFollowRelLink allows no more pages*' }
    ) {
        (Invoke-BearerRequest $Path @With -Verbose 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }) -join "`n" | Should -BeLike $Says
    }
}
