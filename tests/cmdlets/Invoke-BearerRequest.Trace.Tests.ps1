BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox -Tls
    $plain = Start-Sandbox
    $null = Connect-Sandbox $plain
    function Get-Debug([scriptblock] $Script) { & $Script 5>&1 | Where-Object { $_ -is [System.Management.Automation.DebugRecord] } | ForEach-Object Message }
}

AfterAll { $sandbox, $plain | ForEach-Object { Stop-Sandbox $_ } }

Describe 'Invoke-BearerRequest -Debug' {
    It 'shows the heads of request and response as on the wire, without secrets' {
        $sent, $received, $more = Get-Debug { Invoke-BearerRequest '/status/200?page=2&code=hidden' -Headers @{ 'X-Own' = 'hidden' } -Debug }
        $lines = $sent -split "`n"
        $lines[0] | Should -BeExactly '> GET /api/status/200?page=2&code=REDACTED HTTP/1.1'
        $lines | Should -Contain "> Host: $(([uri]$plain.Address).Authority)"
        $lines | Should -Contain '> Authorization: REDACTED'
        $lines | Should -Contain '> X-Own: REDACTED'
        $lines | Should -Contain '> Accept-Encoding: gzip, br'
        ($received -split "`n")[0] | Should -BeExactly '< HTTP/1.1 200 OK'
        $received | Should -Match '(?m)^< Content-Type: application/problem\+json'
        $more | Should -BeNullOrEmpty
    }

    It 'shows bodies with -TraceBody, without the values of names such as password' {
        $parts = Get-Debug { Invoke-BearerRequest /echo -Method Post -Body ([ordered]@{ name = 'ada'; password = 'hidden1' }) -Debug -TraceBody -SkipHttpErrorCheck }
        $parts.Count | Should -Be 4
        $parts[0] | Should -Match '(?m)^> Content-Length: \d+'
        $parts[1] | Should -BeExactly ">`n{`"name`":`"ada`",`"password`":`"REDACTED`"}"
        $parts[2] | Should -Match '^< HTTP/1.1'
        $parts[3] | Should -Match '^<\n'
        "$parts" | Should -Not -Match hidden1
    }

    It 'shows each message of retries and redirects' {
        $address = Set-RawResponse $plain "HTTP/1.1 302 Found`r`nLocation: /end?code=hidden&page=2`r`nContent-Length: 0`r`nSet-Cookie: sid=hidden; Path=/`r`n`r`n" -Path /begin -End Keep
        $null = Set-RawResponse $plain "HTTP/1.1 200 OK`r`nContent-Type: application/json`r`nContent-Length: 2`r`n`r`n{}" -Path /end -End Keep
        $parts = Get-Debug { Invoke-BearerRequest $address -Token (Get-BearerToken) -Debug }
        $parts.Count | Should -Be 4
        $parts[1] | Should -Match '(?m)^< Location: /end\?code=REDACTED&page=2$'
        $parts[1] | Should -Match '(?m)^< Set-Cookie: sid=REDACTED; Path=/$'
        $parts[2] | Should -Match '^> GET /end\?code=REDACTED&page=2 HTTP/1.1'
    }

    It 'shows the lines of -Verbose only with -Verbose' {
        Invoke-BearerRequest /status/200 -Debug 5>$null 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] } | Should -BeNullOrEmpty
        Get-Debug { Invoke-BearerRequest /status/200 -Verbose 4>$null } | Should -BeNullOrEmpty
    }
}

Describe 'The trace' {
    BeforeEach { Clear-BearerTrace }

    It 'shows values of a query under the names of -TraceQuery, of a command or a connection' {
        $null = Invoke-BearerRequest '/status/200?customer=7&code=8' -TraceQuery Customer
        (Get-BearerTrace).Uri | Should -BeLike '*?customer=7&code=REDACTED'
        Set-BearerProfile traced -Token (Get-BearerToken).Token -BaseUri $plain.Api -TraceQuery customer, code
        try {
            $null = Invoke-BearerRequest '/status/200?customer=7&code=8' -Profile traced
            (Get-BearerTrace -Last 1).Uri | Should -BeLike '*?customer=7&code=8'
        }
        finally { Remove-BearerProfile traced }
    }

    It 'joins the requests of one input' {
        'a', 'b' | Invoke-BearerRequest -Uri { "/status/503?page=$_" } -MaximumRetryCount 1 -RetryIntervalSec 1 -ErrorAction SilentlyContinue
        $groups = Get-BearerTrace | Where-Object Kind -EQ Request | Group-Object Input
        $groups.Count | Should -Be 2
        foreach ($group in $groups) { @($group.Group.Uri | Sort-Object -Unique).Count | Should -Be 1; $group.Group.Attempt | Should -Be 1, 2 }
    }

    It 'joins the pages of one input, and says which page a request was for' {
        $null = Invoke-BearerRequest '/paged/link?total=30&size=10' -FollowRelLink
        $entries = Get-BearerTrace | Where-Object Kind -EQ Request
        $entries.Count | Should -Be 3
        @($entries.Input | Sort-Object -Unique).Count | Should -Be 1
        $entries[0].Reason | Should -BeNullOrEmpty
        $entries[1..2].Reason | Should -Be 'page 2', 'page 3'
    }

    It 'shows a redirect that is refused as a failure' {
        $address = Set-RawResponse $plain "HTTP/1.1 302 Found`r`nLocation: ftp://a.example/`r`nContent-Length: 0`r`n`r`n" -Path /refused -End Keep
        { Invoke-BearerRequest $address -Token (Get-BearerToken) } | Should -Throw -ErrorId 'RedirectRefused,*'
        $entry = Get-BearerTrace -Failed
        $entry.Status | Should -Be 302
        $entry.Error | Should -BeExactly 'The redirect was not followed.'
    }

    It 'keeps heads and bodies only with -TraceBody' {
        $null = Invoke-BearerRequest /items/1
        $null = Invoke-BearerRequest /items/1 -TraceBody
        $without, $with = Get-BearerTrace
        $without.RequestHead, $without.ResponseBody | Should -Be $null, $null
        $with.RequestHead | Should -Match '^GET /api/items/1 HTTP/1.1\n(.*\n)*Authorization: REDACTED'
        ($with.ResponseBody | ConvertFrom-Json).id | Should -Be 1
        $with.RequestBody | Should -BeNullOrEmpty
    }

    It 'shows the bytes that were sent, and TLS apart from the rest of connecting' {
        $token = Get-BearerToken -Token (ConvertTo-SecureString (New-Guid) -AsPlainText -Force) -BaseUri $sandbox.Api
        $null = Invoke-BearerRequest /status/200 -Token $token -Method Post -Body '{"a":1}' -SkipCertificateCheck -SkipHttpErrorCheck
        $null = Invoke-BearerRequest /status/200 -Token $token -SkipCertificateCheck -SkipHttpErrorCheck
        $first, $second = Get-BearerTrace | Where-Object Kind -EQ Request
        $first.BytesSent, $second.BytesSent | Should -Be 7, 0
        $first.Tls | Should -BeGreaterThan ([timespan]::Zero)
        $first.Tls | Should -BeLessOrEqual $first.Connect
        $second.IsConnectionReused | Should -BeTrue
        $second.Tls | Should -Be ([timespan]::Zero)
    }

    It 'shows a body that broke off as a failure' {
        $address = Set-RawResponse $plain "HTTP/1.1 200 OK`r`nContent-Type: application/json`r`nContent-Length: 100`r`n`r`n[1," -Path /broken
        { Invoke-BearerRequest $address -Token (Get-BearerToken) -MaximumRetryCount 0 } | Should -Throw
        $entry = Get-BearerTrace -Failed
        $entry.Status | Should -Be 200
        $entry.Error | Should -BeExactly 'The connection broke off while the response was read.'
        $entry.Bytes | Should -Be 3
    }

    It 'shows a body that is not valid as a failure' {
        $address = Set-RawResponse $plain "HTTP/1.1 200 OK`r`nContent-Type: application/json`r`nContent-Length: 4`r`n`r`n[1,x" -Path /invalid
        { Invoke-BearerRequest $address -Token (Get-BearerToken) -MaximumRetryCount 0 } | Should -Throw
        (Get-BearerTrace -Failed).Error | Should -BeExactly 'The body of the response is not valid.'
    }

    It 'shows a pause that an API asks for' {
        $busy = Set-RawResponse $plain "HTTP/1.1 429 Slow`r`nRetry-After: 1`r`nContent-Length: 0`r`n`r`n" -Path /busy -End Keep
        { Invoke-BearerRequest $busy -Token (Get-BearerToken) -MaximumRetryCount 0 } | Should -Throw
        $pause = Get-BearerTrace | Where-Object Kind -EQ Pause
        $pause.Message | Should -BeLike 'The API asked to wait 1*s.'
        $pause.Uri | Should -Be ([uri]$busy).GetLeftPart('Authority')
        $pause.Duration.TotalSeconds | Should -BeGreaterThan 0.9
        $pause.IsFailure | Should -BeFalse
        ($pause | Out-String -Width 120) -replace '\x1b\[[0-9;]*m' | Should -Match 'pause .*The API asked to wait'
    }

    It 'shows how long a token request took' {
        $null = Update-BearerToken
        (Get-BearerTrace | Where-Object { $_.Message -like 'Got token*' }).Duration | Should -BeGreaterThan ([timespan]::Zero)
    }
}
