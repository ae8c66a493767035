# Which errors end a command, what happens to the other requests then, and what the error says of them.

BeforeAll {
    $module = "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module $module
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    Import-Module "$PSScriptRoot/Support/Stopping.psm1"
    $sandbox = Start-Sandbox
    $command = 'BearerTools.Cmdlets.InvokeBearerRequestCommand'
    $soon = 10
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'A typed request that fails' {
    BeforeAll {
        $null = Connect-Sandbox $sandbox

        # What a script sees of an error, in a runspace of its own, because Pester runs tests within a try statement.
        function Get-Course([string] $Call) {
            $script = "
                try { $Call; 'went on in try' } catch { 'caught' }
                `$rows = $Call -ErrorVariable failures
                'went on'
                `$failures.Count
                `$failures[0].GetType().Name"
            $complete = Complete-Script (Start-Script $module $script)
            $complete -join ', '
        }
    }

    It 'is caught without -ErrorAction Stop' {
        try { Invoke-BearerRequest status/404 } catch { $caught = $_ }
        $caught.FullyQualifiedErrorId | Should -Be "HttpStatus404,$command"
        $caught.Exception.StatusCode | Should -Be 404
    }

    It 'takes the course of one of Invoke-RestMethod with -ErrorAction <_>' -ForEach 'Continue', 'SilentlyContinue', 'Ignore', 'Stop' {
        $theirs = Get-Course "Invoke-RestMethod $($sandbox.Address)/nowhere -ErrorAction $_"
        $ours = Get-Course "Invoke-BearerRequest status/404 -ErrorAction $_"

        $ours | Should -Be $theirs
        $ours | Should -BeLike 'caught*'
    }

    It 'has written the objects before the error: of <Name>' -ForEach @(
        @{ Name = 'pages'; Path = 'paged/link?next=%2Fapi%2Fstatus%2F404'; With = @{ FollowRelLink = $true }; Kept = 1..20 }
        @{ Name = 'one response'; Path = 'odd/bad-json'; With = @{}; Kept = 1..3 }
    ) {
        $failure = Get-TerminatingError { Invoke-BearerRequest $Path @With -OutVariable rows }
        $failure.FullyQualifiedErrorId | Should -Match "^(HttpStatus404|InvalidJson),$command"
        $rows.id | Should -Be $Kept
    }

    It 'says nothing of other inputs' {
        "$((Get-TerminatingError { Invoke-BearerRequest status/404 }).ErrorDetails)" | Should -Not -BeLike '*inputs*'
    }

    It 'is an error of its input when it comes down the pipeline' {
        ('status/404', 'items/1' | Invoke-BearerRequest -ErrorVariable failure -ErrorAction SilentlyContinue).id | Should -Be 1
        $failure.Count | Should -Be 1
    }
}

Describe 'An error that ends a run' {
    BeforeAll { $null = Connect-Sandbox $sandbox }
    BeforeEach { Reset-SandboxStats $sandbox }

    It 'lets requests in progress that change something finish, sends nothing new, and says what was sent: <Name>' -ForEach @(
        @{ Name = '-ErrorAction Stop'; With = @{ ErrorAction = 'Stop' } }
        @{ Name = '-MaximumFailureCount'; With = @{ MaximumFailureCount = 1 } }
        @{ Name = '-ErrorAction Stop, unordered'; With = @{ ErrorAction = 'Stop'; Unordered = $true } }
    ) {
        $failure = Get-TerminatingError {
            1..200 | Invoke-BearerRequest -Method Post -Uri { $_ -eq 10 ? 'status/422' : "slow?ms=300&n=$_" } -OutVariable rows @With
        }

        $failure.FullyQualifiedErrorId | Should -Be "HttpStatus422,$command"
        $stats = Get-SandboxStats $sandbox
        # The results of the others are written before the error.
        $rows.Count | Should -Be ($stats.requests - 1)
        $stats.effects | Should -Be $rows.Count
        $stats.requests | Should -BeLessOrEqual 26
        $failure.ErrorDetails.Message | Should -Match "The command ended: of \d+ inputs, $($stats.requests) were sent \(1 failed\) and \d+ were not sent\."
    }

    It 'cuts off requests that only read' {
        $seconds = Measure-Seconds {
            $script:failure = Get-TerminatingError { 1..40 | Invoke-BearerRequest -Uri { $_ -eq 10 ? 'status/404' : "slow?ms=60000&n=$_" } -Unordered -ErrorAction Stop }
        }
        $seconds | Should -BeLessThan $soon
        $failure.ErrorDetails.Message | Should -Match '\(1 failed, \d+ unfinished\) and \d+ were not sent'
    }

    It 'counts those that are complete behind the failed one as unfinished, because their results are not written' {
        $failure = Get-TerminatingError {
            1..4 | Invoke-BearerRequest -Uri { $_ -eq 1 ? 'status/503' : $_ -eq 4 ? 'slow?ms=60000' : "slow?ms=0&n=$_" } -MaximumRetryCount 1 -RetryIntervalSec 1 `
                -ErrorAction Stop -OutVariable rows
        }
        $failure.FullyQualifiedErrorId | Should -Be "HttpStatus503,$command"
        $rows | Should -BeNullOrEmpty
        $failure.ErrorDetails.Message | Should -BeLike '*of 4 inputs, 4 were sent (1 failed, 3 unfinished) and 0 were not sent.'
    }

    It 'waits no longer than -OperationTimeoutSeconds' {
        $seconds = Measure-Seconds {
            $script:failure = Get-TerminatingError {
                1..3 | Invoke-BearerRequest -Method Post -Uri { $_ -eq 1 ? 'status/404' : "slow?ms=60000&n=$_" } -ErrorAction Stop -OperationTimeoutSeconds 1
            }
        }
        $seconds | Should -BeLessThan 20
        $failure.ErrorDetails.Message | Should -Match 'of \d inputs, \d were sent \(1 failed, \d unfinished\) and \d were not sent\.'
    }

    It 'waits no longer than that for the inputs before the failed one: <Name>' -ForEach @(
        @{ Name = 'writes'; Method = 'Post' }
        @{ Name = 'reads'; Method = 'Get' }
    ) {
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $failure = Get-TerminatingError {
            1..4 | Invoke-BearerRequest -Method $Method -Uri { $_ -eq 4 ? 'status/404' : "slow?ms=$($_ -eq 2 ? 0 : 60000)&n=$_" } -ErrorAction Stop -OperationTimeoutSeconds 1 -OutVariable rows
        }
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 20
        $failure.FullyQualifiedErrorId | Should -Be "HttpStatus404,$command"
        $failure.ErrorDetails.Message | Should -Match 'of 4 inputs, 4 were sent \(1 failed, 2 unfinished\) and 0 were not sent\.'
        # The result of the one that is complete.
        $rows.Count | Should -Be 1
    }

    It 'counts an input that failed before anything was sent for it' {
        $failure = Get-TerminatingError {
            1..50 | Invoke-BearerRequest echo -Method Post -Body { if ($_ -eq 20) { throw 'mine' }; @{ n = $_ } } -ErrorAction Stop
        }
        $failure.ErrorDetails.Message -match 'of (\d+) inputs, (\d+) were sent, 1 failed before anything was sent and (\d+) were not sent\.' | Should -BeTrue
        [int] $Matches[2] + 1 + $Matches[3] | Should -Be $Matches[1]
    }

    It 'is cut short by Ctrl+C' {
        $run = Start-Script $module '1..4 | Invoke-BearerRequest -Method Post -Uri { $_ -eq 1 ? "status/404" : "slow?ms=60000&n=$_" } -ErrorAction Stop'
        Wait-Until { $stats = Get-SandboxStats $sandbox; $stats.requests -eq 4 -and $stats.failures -eq 1 }
        Stop-Script $run | Should -BeLessThan $soon
        (Get-SandboxStats $sandbox).effects | Should -Be 0
    }

    It 'lets requests finish when the command <where>' -ForEach @(
        @{ where = 'behind it throws'; script = { 1..4 | Invoke-BearerRequest -Method Post -Uri { "slow?ms=$($_ -eq 1 ? 200 : 700)&n=$_" } | ForEach-Object { throw 'mine' } } }
        @{ where = 'behind it has a terminating error'; script = { 1..4 | Invoke-BearerRequest -Method Post -Uri { "slow?ms=$($_ -eq 1 ? 200 : 700)&n=$_" } | ForEach-Object { Write-Error 'mine' -ErrorAction Stop } } }
        @{ where = 'behind it is a cmdlet that fails'; script = { 1..4 | Invoke-BearerRequest -Method Post -Uri { "slow?ms=$($_ -eq 1 ? 200 : 700)&n=$_" } | ForEach-Object { 'mine' } | Get-Item -ErrorAction Stop } }
        @{ where = 'before it throws'; script = { & { 1..4; Wait-Until { (Get-SandboxStats $sandbox).requests -eq 4 }; throw 'mine' } | Invoke-BearerRequest -Method Post -Uri { "slow?ms=500&n=$_" } } }
    ) {
        $script | Should -Throw '*mine*'
        (Get-SandboxStats $sandbox).effects | Should -Be 4
    }

    It 'comes at the failure that -MaximumFailureCount names; those before it are errors of their inputs' {
        $failure = Get-TerminatingError {
            1..100 | Invoke-BearerRequest -Uri { $_ % 10 ? "items/$_" : 'status/404' } -MaximumFailureCount 3 -ThrottleLimit 4 -OutVariable rows -ErrorVariable failures -ErrorAction SilentlyContinue
        }
        $failure.FullyQualifiedErrorId | Should -Be "HttpStatus404,$command"
        $failure.TargetObject | Should -Be 30
        # With the one that ended it.
        @($failures | ForEach-Object { $_.TargetObject ?? $_.ErrorRecord.TargetObject }) | Should -Be 10, 20, 30
        $rows.id | Should -Be (1..29 | Where-Object { $_ % 10 })
        $failure.ErrorDetails.Message | Should -Match '\(3 failed[^)]*\) and \d+ were not sent'
    }

    It 'comes after the errors of requests in progress that fail too' {
        $failure = Get-TerminatingError {
            1..60 | Invoke-BearerRequest -Uri { "status/409?n=$_" } -Method Post -MaximumFailureCount 2 -Unordered -ErrorVariable failures -ErrorAction SilentlyContinue
        }
        $inputs = @($failures | ForEach-Object { $_.TargetObject ?? $_.ErrorRecord.TargetObject } | Sort-Object -Unique)
        $failure.ErrorDetails.Message | Should -BeLike "*$($inputs.Count) were sent ($($inputs.Count) failed) and*"
        $inputs.Count | Should -Be (Get-SandboxStats $sandbox).requests
    }

    It 'counts inputs that cannot be requested at all' {
        $failure = Get-TerminatingError { 1..100 | Invoke-BearerRequest -Uri echo -Method Post -Body { throw "no $_" } -MaximumFailureCount 5 -ErrorAction SilentlyContinue }
        $failure.TargetObject | Should -Be 5
        (Get-SandboxStats $sandbox).requests | Should -Be 0
    }
}

Describe 'A token that the API rejects' {
    BeforeEach {
        Clear-BearerTokenCache
        $given = (Connect-Sandbox $sandbox).Token
        Reset-SandboxStats $sandbox
    }

    It 'ends the run after the requests in progress, with one error that says how many inputs were not sent' {
        Revoke-SandboxTokens $sandbox
        $failure = Get-TerminatingError {
            1..300 | Invoke-BearerRequest -Uri { "$($sandbox.Api)items/$_" } -Token $given -BaseUri $sandbox.Api -ErrorVariable failures -ErrorAction SilentlyContinue
        }

        $failure.FullyQualifiedErrorId | Should -Be "HttpStatus401,$command"
        @($failures).Count | Should -Be 1
        $stats = Get-SandboxStats $sandbox
        $stats.requests | Should -BeLessOrEqual 16
        $failure.ErrorDetails.Message | Should -Match "of \d+ inputs, $($stats.requests) were sent .* and \d+ were not sent"
    }

    It 'ends the run when a new token is rejected too' {
        $failure = Get-TerminatingError { 1..300 | Invoke-BearerRequest -Uri { "reject?n=$_" } -ErrorAction SilentlyContinue }

        $failure.FullyQualifiedErrorId | Should -Be "HttpStatus401,$command"
        (Get-SandboxStats $sandbox).tokenRequests | Should -BeLessOrEqual 2
        (Get-SandboxStats $sandbox).requests | Should -BeLessOrEqual 40
    }

    It 'in the middle of a run ends it too' {
        $failure = Get-TerminatingError {
            1..300 | ForEach-Object { if ($_ -eq 20) { Revoke-SandboxTokens $sandbox }; $_ } |
                Invoke-BearerRequest -Uri { "items/$_" } -Token $given -BaseUri $sandbox.Api -ThrottleLimit 4 -OutVariable rows -ErrorAction SilentlyContinue
        }
        $failure.FullyQualifiedErrorId | Should -Be "HttpStatus401,$command"
        $rows.Count | Should -BeLessOrEqual 19
        (Get-SandboxStats $sandbox).requests | Should -BeLessThan 50
    }

    It 'for some inputs only is an error of these inputs' {
        $rows = 1..40 | Invoke-BearerRequest -Uri { $_ % 2 ? 'status/401' : "items/$_" } -Token $given -BaseUri $sandbox.Api -ErrorVariable failures -ErrorAction SilentlyContinue
        $rows.Count | Should -Be 20
        $failures.Count | Should -Be 20
    }

    It 'ends nothing when it means "not permitted": <Name>' -ForEach @(
        @{ Name = 'three of four'; Refused = { $_ % 4 }; Count = 120; With = @{ Unordered = $true } }
        @{ Name = 'three of four, in order'; Refused = { $_ % 4 }; Count = 120; With = @{} }
        @{ Name = 'in the middle'; Refused = { $_ -ge 20 -and $_ -le 40 }; Count = 60; With = @{} }
        @{ Name = 'in the middle, one after the other'; Refused = { $_ -ge 20 -and $_ -le 40 }; Count = 60; With = @{ ThrottleLimit = 1 } }
        @{ Name = 'at the end'; Refused = { $_ -gt 50 }; Count = 60; With = @{} }
    ) {
        foreach ($identity in @{}, @{ Token = $given; BaseUri = $sandbox.Api }) {
            $rows = 1..$Count | Invoke-BearerRequest -Uri { (& $Refused) ? "status/401?n=$_" : "items/$_" } @identity @With -ErrorVariable failures -ErrorAction SilentlyContinue
            $permitted = @(1..$Count | Where-Object { -not (& $Refused) })
            ($rows.id | Sort-Object) | Should -Be $permitted
            $failures.Count | Should -Be ($Count - $permitted.Count)
        }
    }

    It 'at one origin does not end requests to another one that accepts it' {
        $other = Set-RawResponse $sandbox "HTTP/1.1 401 Unauthorized`r`nWWW-Authenticate: Bearer error=`"invalid_token`"`r`nContent-Length: 0`r`n`r`n" '/other'
        $origins = $sandbox.Api, $other | ForEach-Object { ([uri] $_).GetLeftPart('Authority') }
        $token = Get-BearerToken -Token $given -AllowedOrigin $origins
        $rows = 1..60 | Invoke-BearerRequest -Uri { $_ % 2 ? "$($sandbox.Api)items/$_" : "$other`?$_" } -Token $token -ThrottleLimit 4 -ErrorVariable failures -ErrorAction SilentlyContinue
        $rows.Count | Should -Be 30
        $failures.Count | Should -Be 30
    }

    It 'is no terminating error when nothing is left to send' {
        Revoke-SandboxTokens $sandbox
        1..5 | Invoke-BearerRequest -Uri { "items/$_" } -Token $given -BaseUri $sandbox.Api -ErrorVariable failures -ErrorAction SilentlyContinue
        $failures.TargetObject | Should -Be (1..5)
    }

    It 'ends a run whose inputs come slowly at the next input' {
        Revoke-SandboxTokens $sandbox
        $failure = Get-TerminatingError {
            1..9 | ForEach-Object { $n = $_; if ($n -gt 1) { Wait-Until { (Get-SandboxStats $sandbox).requests -ge 1 }; Start-Sleep -Milliseconds 300 }; $n } |
                Invoke-BearerRequest -Uri { "items/$_" } -Token $given -BaseUri $sandbox.Api -ErrorVariable failures -ErrorAction SilentlyContinue
        }
        $failure.FullyQualifiedErrorId | Should -Be "HttpStatus401,$command"
        $failure.ErrorDetails.Message | Should -BeLike '*Further input was not read.'
        (Get-SandboxStats $sandbox).requests | Should -Be 1
        $failure.TargetObject | Should -Be 1
    }

    It 'is a response like any other with -SkipHttpErrorCheck' {
        Revoke-SandboxTokens $sandbox
        @(1..40 | Invoke-BearerRequest -Uri { "items/$_" } -Token $given -BaseUri $sandbox.Api -SkipHttpErrorCheck -IncludeResponse).Count | Should -Be 40
    }
}
