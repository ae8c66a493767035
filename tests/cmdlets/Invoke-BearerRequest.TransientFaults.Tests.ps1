# Transient faults as a user sees them: one error for one input, responses to the others in input order, and a stop that ends
# every kind of wait.

BeforeAll {
    $module = (Resolve-Path "$PSScriptRoot/../../BearerTools.psd1").Path
    $support = "$PSScriptRoot/Support/Sandbox.psm1"
    Import-Module $module
    Import-Module $support
    Import-Module "$PSScriptRoot/Support/Stopping.psm1"
    $sandbox = Start-Sandbox
    $token = Connect-Sandbox $sandbox
    $command = 'BearerTools.Cmdlets.InvokeBearerRequestCommand'

    # From the stop to the end it may be a second; the rest is for machines that have other things to do.
    $soon = 10
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'Transient faults' {
    BeforeDiscovery {
        $faults = @(
            @{ Fault = 'refused-later'; Id = 'ConnectionFailed'; Category = 'ConnectionError'; Says = '*the connection was lost*. Try again*' }
            @{ Fault = 'cut-headers'; Id = 'ConnectionFailed'; Category = 'ConnectionError'; Says = '*the connection was lost*. Try again*' }
            @{ Fault = 'cut-body'; Id = 'ConnectionFailed'; Category = 'ConnectionError'; Says = '*the connection was lost*. Try again*' }
            @{ Fault = 'reset'; Id = 'ConnectionFailed'; Category = 'ConnectionError'; Says = '*the connection was lost*. Try again*' }
            @{ Fault = 'chunks'; Id = 'MalformedResponse'; Category = 'InvalidData'; Says = "*not valid HTTP*chunk header*report the error to the owner of the API*" }
            @{ Fault = 'no-http'; Id = 'MalformedResponse'; Category = 'InvalidData'; Says = '*not valid HTTP*Check that the server speaks http at that address and port*' }
            @{ Fault = 'no-gzip'; Id = 'MalformedResponse'; Category = 'InvalidData'; Says = '*not encoded as its Content-Encoding header says*' }
            @{ Fault = 'no-brotli'; Id = 'MalformedResponse'; Category = 'InvalidData'; Says = '*not encoded as its Content-Encoding header says*' }
            @{ Fault = 'headers'; Id = 'HeadersTooLarge'; Category = 'InvalidData'; Says = '*headers of the response are too large*Report it to the owner of the API*' }
        )
    }

    BeforeAll {
        $json = "HTTP/1.1 200 OK`r`nContent-Type: application/json`r`n"
        $sent = @{
            'refused-later' = ''
            'cut-headers'   = "HTTP/1.1 200 OK`r`nContent-Le"
            'cut-body'      = "${json}Content-Length: 1000`r`n`r`n[{`"id`":"
            'cut-rows'      = "${json}Content-Length: 1000`r`n`r`n[{`"id`":101},{`"id`":102},{`"id`":"
            'chunks'        = "${json}Transfer-Encoding: chunked`r`n`r`nzz`r`n[1]`r`n0`r`n`r`n"
            'no-http'       = "SSH-2.0-OpenSSH_9.6`r`n"
            'no-gzip'       = "${json}Content-Encoding: gzip`r`nContent-Length: 10`r`n`r`n~~~~~~~~~~"
            'no-brotli'     = "${json}Content-Encoding: br`r`nContent-Length: 10`r`n`r`n~~~~~~~~~~"
            'headers'       = "${json}X-Long: $('x' * 10MB)`r`n`r`n{}"
        }
        $sent.Keys | ForEach-Object { $null = Set-RawResponse $sandbox $sent[$_] -Path "/$_" }
        1..8 | ForEach-Object { $null = Set-RawResponse $sandbox "${json}Connection: close`r`n`r`n{`"id`":$_}" -Path "/$_" }
        $null = Set-RawResponse $sandbox $json -Path /reset -End Reset
        $here = @{ Token = $token; BaseUri = (Get-RawServer $sandbox).addresses[0]; MaximumRetryCount = 0 }
        $inputs = 1, 'refused-later', 2, 3, 'cut-headers', 'cut-body', 4, 'cut-rows', 5, 'reset', 'chunks', 6, 'no-http', 'no-gzip', 'no-brotli', 7, 'headers', 8
        $all = $inputs | Invoke-BearerRequest -Uri { "$_" } @here 2>&1
        $errors = $all | Where-Object { $_ -is [Management.Automation.ErrorRecord] }
    }

    It 'are one error for each input that they hit, in input order among the responses to the others' {
        $all | ForEach-Object { $_ -is [Management.Automation.ErrorRecord] ? $_.TargetObject : $_.id } |
            Should -Be 1, refused-later, 2, 3, cut-headers, cut-body, 4, 101, 102, cut-rows, 5, reset, chunks, 6, no-http, no-gzip, no-brotli, 7, headers, 8
    }

    It 'have a stable id, a category and a next step: <Fault> is <Id>' -ForEach $faults {
        $failure = $errors | Where-Object TargetObject -EQ $Fault

        $failure.FullyQualifiedErrorId | Should -Be "$Id,$command"
        $failure.CategoryInfo.Category | Should -Be $Category
        $failure.ErrorDetails.Message | Should -BeLike $Says
        # An error that fills the screen does not help.
        $failure.ErrorDetails.Message.Length | Should -BeLessThan 1000
    }

    It 'end the command at the input that they hit with -ErrorAction Stop' {
        $rows = [Collections.Generic.List[object]]::new()
        { 1, 2, 'reset', 3 | Invoke-BearerRequest -Uri { "$_" } @here -ErrorAction Stop | ForEach-Object { $rows.Add($_.id) } } |
            Should -Throw -ErrorId "ConnectionFailed,$command"
        $rows | Should -Be 1, 2
    }

    It 'do not leave a part of a response as a complete file' {
        $file = Join-Path $TestDrive cut.json
        $failure = Get-TerminatingError { Invoke-BearerRequest cut-rows @here -OutFile $file }
        $failure.Count | Should -Be 1
        Test-Path $file | Should -BeFalse
        (Get-Item "$file.bearertools-part").Length | Should -BeGreaterThan 0
        $failure.ErrorDetails.Message | Should -BeLike '*bytes are saved in*-Resume*'
    }

    It 'may be 1000 redirects where the user allows that' {
        (Invoke-BearerRequest redirects/1000 -MaximumRedirection 1000).arrived | Should -BeTrue
    }
}

Describe 'A stop' {
    BeforeAll { [IO.File]::WriteAllBytes("$TestDrive/large.bin", [byte[]]::new(64MB)) }
    BeforeEach { Reset-SandboxStats $sandbox }

    It 'ends <What>, and nothing continues' -ForEach @(
        @{ What = 'the wait for headers'; Script = 'Invoke-BearerRequest "slow?ms=60000"'; Requests = 1 }
        @{ What = 'the wait for the rest of a body'; Script = 'Invoke-BearerRequest stall'; Requests = 1 }
        @{ What = 'the wait for a complete response'; Script = 'Invoke-BearerRequest stall -IncludeResponse'; Requests = 1 }
        @{ What = 'a download that stalls'; Script = 'Invoke-BearerRequest "files/x?size=9000000&at=3000000&fault=stall" -OutFile "$folder/stopped.bin"'; Requests = 1 }
        @{ What = 'the wait for another try'; Script = 'Invoke-BearerRequest status/500 -RetryIntervalSec 600'; Requests = 1 }
        @{ What = 'the wait for its turn at the rate'; Script = '1..5 | Invoke-BearerRequest -Uri { "items/$_" } -RateLimit 1/m'; Requests = 1 }
        @{ What = 'the wait for work that goes on'; Script = 'Invoke-BearerRequest "made/1?by=location&polls=1000&retryAfter=600" -Method Post -Wait'; Requests = 1 }
        @{ What = 'the wait for a page'; Script = 'Invoke-BearerRequest "paged/link?ms=500&size=1&total=1000" -FollowRelLink'; Requests = 2 }
    ) {
        $run = Start-Script $module $Script @{ folder = $TestDrive }
        Wait-Until { (Get-SandboxStats $sandbox).requests -ge $Requests }

        Stop-Script $run | Should -BeLessThan $soon
        Wait-Until { (Get-SandboxStats $sandbox).concurrent -eq 0 } -Seconds 5
        $requests = (Get-SandboxStats $sandbox).requests
        Start-Sleep -Milliseconds 600
        (Get-SandboxStats $sandbox).requests | Should -Be $requests
    }

    It 'ends <What>, and closes the connection' -ForEach @(
        @{ What = 'a handshake that gets no response'; Script = 'Invoke-BearerRequest "https://127.0.0.1:$port/" -Token $token' }
        @{ What = 'an upload that is not read'; Script = 'Invoke-BearerRequest "http://127.0.0.1:$port/" -Token $token -Method Put -InFile "$folder/large.bin"' }
    ) {
        $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
        $listener.Start()
        try {
            $run = Start-Script $module $Script @{ folder = $TestDrive; port = $listener.LocalEndpoint.Port; token = $token }
            Wait-Until { $listener.Pending() }

            Stop-Script $run | Should -BeLessThan $soon
            $socket = $listener.AcceptSocket()
            # Less than the five seconds for which .NET goes on connecting.
            $socket.ReceiveTimeout = 4000
            $buffer = [byte[]]::new(1MB)
            # To the end, be it an orderly one or not; one that does not come is a time-out.
            try { while ($socket.Receive($buffer) -gt 0) { } }
            catch [Net.Sockets.SocketException] { $_.Exception.SocketErrorCode | Should -Be ConnectionReset }
            $listener.Pending() | Should -BeFalse
        }
        finally { $listener.Stop(); ${socket}?.Dispose() }
    }
}

Describe 'Jobs' {
    BeforeEach { Clear-BearerTokenCache; Reset-SandboxStats $sandbox }
    AfterAll { $null = Connect-Sandbox $sandbox }

    It 'of Start-ThreadJob share one token, and each has its results in order and its own errors' {
        $jobs = 1..4 | ForEach-Object {
            Start-ThreadJob -ThrottleLimit 4 -ArgumentList $module, $support, $sandbox, ($_ * 100) {
                param($module, $support, $sandbox, $first)
                Import-Module $module, $support
                $null = Connect-Sandbox $sandbox
                $first..($first + 24) | Invoke-BearerRequest -Uri { $_ % 100 -eq 7 ? 'status/404' : "items/$_" }
            }
        }
        foreach ($number in 1..4) {
            $ids = ($jobs[$number - 1] | Receive-Job -Wait -ErrorVariable failure -ErrorAction SilentlyContinue).id
            $ids | Should -Be (0..24 | Where-Object { $_ -ne 7 } | ForEach-Object { $number * 100 + $_ })
            @($failure.FullyQualifiedErrorId) | Should -Be "HttpStatus404,$command"
        }
        $jobs | Remove-Job
        (Get-SandboxStats $sandbox).tokenRequests | Should -Be 1
    }

    It 'of ForEach-Object -Parallel -AsJob share one token, and each has its results in order' {
        $results = 1..4 | ForEach-Object -AsJob -Parallel {
            Import-Module $using:module, $using:support
            $null = Connect-Sandbox $using:sandbox
            $first = $_ * 100
            [pscustomobject]@{ First = $first; Ids = ($first..($first + 24) | Invoke-BearerRequest -Uri { "items/$_" }).id }
        } | Receive-Job -Wait -AutoRemoveJob

        $results.Count | Should -Be 4
        foreach ($result in $results) { $result.Ids | Should -Be ($result.First..($result.First + 24)) }
        (Get-SandboxStats $sandbox).tokenRequests | Should -Be 1
    }

    It 'that are stopped leave nothing behind' {
        $job = Start-ThreadJob -ArgumentList $module, $support, $sandbox {
            param($module, $support, $sandbox)
            Import-Module $module, $support
            $null = Connect-Sandbox $sandbox
            1..8 | Invoke-BearerRequest -Uri { "slow?ms=60000&n=$_" }
        }
        Wait-Until { (Get-SandboxStats $sandbox).concurrent -eq 8 }

        Measure-Seconds { Stop-Job $job } | Should -BeLessThan $soon
        Wait-Until { (Get-SandboxStats $sandbox).concurrent -eq 0 } -Seconds 5
        Remove-Job $job
    }
}
