# The twenty commonest failures of docs/troubleshooting.md, each provoked: the error or Test-BearerConnection names the true cause.

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    Import-Module "$PSScriptRoot/Support/FixedServer.psm1"
    $servers = [Collections.Generic.List[object]]::new()

    # A server with one response; its address is its name.
    function Start-Api([string[]] $Head, [string] $Body, $Certificate) {
        $server = Start-FixedServer $Head $Body $Certificate
        $servers.Add($server)
        $scheme = $Certificate ? 'https' : 'http'
        $server | Add-Member Address "${scheme}://127.0.0.1:$($server.Port)/" -PassThru
    }

    function New-Token([hashtable] $Claims = @{}) {
        $text = New-Jwt ($Claims + @{ sub = 'ada' })
        [BearerTools.AccessToken]::new(($text | ConvertTo-SecureString -AsPlainText -Force))
    }

    # The message of a request that fails.
    function Get-Message([string] $Address, [hashtable] $With = @{}, $Token = (New-Token)) {
        $with = @{ Token = $Token; MaximumRetryCount = 0 } + $With
        $failure = Get-TerminatingError { Invoke-BearerRequest $Address @with }
        "$($failure.FullyQualifiedErrorId.Split(',')[0]): $($failure.ErrorDetails.Message ?? $failure.Exception.Message)"
    }

    # The first broken step of a connection to one address, with its explanation.
    function Get-Diagnosis([string] $Address, [hashtable] $With = @{}, $Token = (New-Token)) {
        $step = (Test-BearerConnection -Token $Token -Path $Address @With).FailedStep
        "$($step.Step): $($step.Cause) $($step.NextStep)"
    }

    $json = 'Content-Type: application/json'
    $html = 'Content-Type: text/html; charset=utf-8'
}

AfterAll { $servers | ForEach-Object Dispose }

Describe 'A failure of the token' {
    It 'says that it has expired' {
        $old = New-Token @{ exp = [DateTimeOffset]::UtcNow.AddHours(-1).ToUnixTimeSeconds() }
        Get-Message http://127.0.0.1:1/ -Token $old | Should -BeLike 'TokenExpired: The token has expired:*expired at*Get a new token*'

        $api = Start-Api 'HTTP/1.1 200 OK', $json '{}'
        Get-Diagnosis $api.Address -Token $old | Should -BeLike 'Token: The token has expired:*expired at*Get a new token*'
        $api.Authorized | Should -Be 0
    }

    It 'says that it is for another API' {
        $api = Start-Api 'HTTP/1.1 401 Unauthorized', 'WWW-Authenticate: Bearer error="invalid_token"', $json '{"error":"invalid_token"}'
        $foreign = New-Token @{ aud = 'https://graph.microsoft.com' }
        Get-Diagnosis $api.Address -Token $foreign | Should -BeLike 'Audience: The token is for https://graph.microsoft.com, and the API at 127.0.0.1 rejected it. Get a token for this API*'
        Get-Message $api.Address -Token $foreign | Should -BeLike 'HttpStatus401:*Check that the token is for this API*'
    }

    It 'does not call an audience wrong that is a name, or that the API accepts' {
        $no = Start-Api 'HTTP/1.1 401 Unauthorized', 'WWW-Authenticate: Bearer', $json '{}'
        Get-Diagnosis $no.Address -Token (New-Token @{ aud = 'api://orders' }) | Should -BeLike 'Request: *'
        $yes = Start-Api 'HTTP/1.1 200 OK', $json '{}'
        $test = Test-BearerConnection -Token (New-Token @{ aud = 'https://graph.microsoft.com' }) -Path $yes.Address
        $test.Result | Should -BeTrue
        ($test.Steps | Where-Object Step -eq Audience).Status | Should -Be Passed
    }

    It 'names the scope that it lacks' {
        $api = Start-Api 'HTTP/1.1 403 Forbidden', 'WWW-Authenticate: Bearer error="insufficient_scope", scope="orders.write"', $json '{"error":"insufficient_scope"}'
        Get-Message $api.Address | Should -BeLike "HttpStatus403:*The token is good, but lacks a scope. Get one with the scope 'orders.write' from where it came."
        Get-Diagnosis $api.Address -Token (New-Token @{ scope = 'orders.read' }) |
            Should -BeLike 'Scopes: The API requires the scope orders.write. The token has orders.read. Get a token with the scope from where this one came.*'
    }

    It 'does not call a token good that a 403 says nothing about' {
        $api = Start-Api 'HTTP/1.1 403 Forbidden', $json '{"message":"blocked"}'
        Get-Message $api.Address | Should -BeLike 'HttpStatus403:*403 Forbidden: blocked*If the API''s message does not say why, check the scopes and roles of the token*'
    }

    It 'names the scheme that the API asks for' {
        $api = Start-Api 'HTTP/1.1 401 Unauthorized', 'WWW-Authenticate: SSWS realm="x"', $json '{}'
        Get-Message $api.Address | Should -BeLike 'HttpStatus401:*asks for the scheme SSWS, not Bearer.*-TokenScheme SSWS*'
        Get-Diagnosis $api.Address | Should -BeLike 'Header: The token is sent as Authorization: Bearer, but the API asks for the scheme SSWS.*-TokenScheme SSWS*'
    }

    It 'advises for what was sent: <Sent>, <Challenge>' -ForEach @(
        @{ Sent = 'Credential'; Challenge = 'Bearer error="invalid_token"'; Status = '400 No'; Says = '*The API asks for the scheme Bearer, not Basic. Send a token instead of -Credential: connect with Connect-BearerApi.' }
        @{ Sent = 'Credential'; Challenge = 'Bearer error="insufficient_scope"'; Status = '403 Forbidden'; Says = '*scheme Bearer, not Basic. Send a token*' }
        @{ Sent = 'Credential'; Challenge = 'Basic realm="x"'; Status = '401 No'; Says = '*Check the user name and the password.' }
        @{ Sent = 'Credential'; Challenge = 'Negotiate'; Status = '401 No'; Says = '*Windows authentication*Invoke-RestMethod*-UseDefaultCredentials.' }
        @{ Sent = 'Token'; Challenge = 'Negotiate'; Status = '401 No'; Says = '*scheme Negotiate, not Bearer.*Windows authentication*-UseDefaultCredentials.' }
        @{ Sent = 'Token'; Challenge = 'Digest realm="x"'; Status = '401 No'; Says = '*scheme Digest, not Bearer.*use Invoke-RestMethod * -Credential NAME.' }
        @{ Sent = 'Token'; Challenge = 'Bearer error="invalid_token"'; Status = '400 No'; Says = '*The API says that the token is invalid: check its audience, or get a new one where it came from*' }
        @{ Sent = 'Token'; Challenge = 'Bearer error="invalid_token", error_description="expired"'; Status = '401 No'; Says = '*has expired: get a new one where it came from, and connect with it or pass it with -Token.*' }
        @{ Sent = 'Header'; Challenge = 'Bearer'; Status = '401 No'; Says = '*sent as X-Auth, and the API asks for the scheme Bearer.*connect without -SendTokenInHeader. Otherwise, check*' }
        @{ Sent = 'Header'; Challenge = 'Basic realm="x"'; Status = '401 No'; Says = '*sent as X-Auth, and the API asks for the scheme Basic.*-Authentication Basic -Credential NAME. Otherwise*' }
        @{ Sent = 'Scheme'; Challenge = 'Bearer'; Status = '401 No'; Says = '*sent as Authorization: Token, and the API asks for the scheme Bearer.*connect without -TokenScheme.*' }
        @{ Sent = 'Place'; Challenge = 'Bearer error="invalid_token", error_description="expired"'; Status = '401 No'; Says = '*has expired: see that env:BEARERTOOLS_TEST_ADVICE has a new one, and run Update-BearerToken*' }
    ) {
        $api = Start-Api "HTTP/1.1 $Status", "WWW-Authenticate: $Challenge", $json '{}'
        $text = ConvertTo-SecureString ([guid]::NewGuid().ToString('n')) -AsPlainText -Force
        $env:BEARERTOOLS_TEST_ADVICE = [guid]::NewGuid().ToString('n')
        try {
            $with = switch ($Sent) {
                Credential { @{ Credential = [pscredential]::new('ann', $text) } }
                Token { @{ Token = $text } }
                Header { @{ Token = Get-BearerToken -Token $text -BaseUri $api.Address -SendTokenInHeader X-Auth } }
                Scheme { @{ Token = Get-BearerToken -Token $text -BaseUri $api.Address -TokenScheme Token } }
                Place { @{ Token = Get-BearerToken -TokenFrom env:BEARERTOOLS_TEST_ADVICE -BaseUri $api.Address } }
            }
            $failure = Get-TerminatingError { Invoke-BearerRequest $api.Address -MaximumRetryCount 0 @with }
            $failure.ErrorDetails.Message | Should -BeLike $Says
        }
        finally {
            $env:BEARERTOOLS_TEST_ADVICE = $null
        }
    }

    It 'takes a scope that the body alone calls missing for the cause' {
        $api = Start-Api 'HTTP/1.1 403 Forbidden', $json '{"error":"insufficient_scope","error_description":"need orders.write"}'
        Get-Message $api.Address | Should -BeLike 'HttpStatus403:*need orders.write* The token is good, but lacks a scope. Get one with the scope that the API requires*'
    }

    It 'compares the clocks itself when it tests a connection' {
        $api = Start-Api 'HTTP/1.1 401 Unauthorized', 'WWW-Authenticate: Bearer error="invalid_token", error_description="expired"', $json '{}'
        Get-Diagnosis $api.Address | Should -BeLike 'Request: *has expired*look at the step Clock.'
    }

    It 'names a status without a reason phrase as the standard does: <Status>' -ForEach @(
        @{ Status = 404; Says = '*: 404 Not Found: no*' }
        @{ Status = 418; Says = '*: 418: no*' }
    ) {
        $api = Start-Api "HTTP/1.1 $Status ", $json '{"message":"no"}'
        Get-Message $api.Address | Should -BeLike $Says
    }

    It 'shows each error of a list, and the explanation of a fault' {
        Get-Message (Start-Api 'HTTP/1.1 409 Conflict', $json '[{"message":"first"},{"message":"second"}]').Address |
            Should -BeLike '*409 Conflict: first; second*'
        Get-Message (Start-Api 'HTTP/1.1 409 Conflict', $json '{"fault":{"faultstring":"Policy failed","detail":{"errorcode":"x.y"}}}').Address |
            Should -BeLike '*409 Conflict: Policy failed (errorcode: x.y)*'
    }

    It 'says that objects of a body that breaks off were returned, and does not doubt the address' {
        $api = Start-Api 'HTTP/1.1 200 OK', 'Content-Type: application/x-ndjson', 'Transfer-Encoding: chunked' "8`r`n{`"a`": 1}`r`n1`r`n`n`r`n"
        Get-Message $api.Address | Should -BeLike 'ConnectionFailed:*Objects before that point were returned. Try again. If the error persists, report it*'
    }

    It 'says that the clock is off' {
        $date = [DateTimeOffset]::UtcNow.AddMinutes(11).ToString('R')
        $api = Start-Api 'HTTP/1.1 401 Unauthorized', "Date: $date", 'WWW-Authenticate: Bearer error="invalid_token"', $json '{}'
        Get-Diagnosis $api.Address | Should -BeLike "Clock: This machine's clock is 00:1?:?? behind the clock of 127.0.0.1.*rejected the token*Set this machine's clock*"

        $fine = Start-Api 'HTTP/1.1 200 OK', "Date: $date", $json '{}'
        $test = Test-BearerConnection -Token (New-Token) -Path $fine.Address
        $test.Result | Should -BeTrue
        ($test.Steps | Where-Object Step -eq Clock).Status | Should -Be Warning
    }
}

Describe 'A failure of the network' {
    It 'names a host that cannot be resolved' {
        Get-Message https://nowhere.invalid/ | Should -BeLike 'HostNotFound:*nowhere.invalid could not be resolved*spelling*VPN*'
        Get-Diagnosis https://nowhere.invalid/ | Should -BeLike 'DNS: The host name nowhere.invalid could not be resolved.*'
    }

    It 'names an address that refuses connections' {
        Get-Message http://127.0.0.1:1/ | Should -BeLike 'HostUnreachable: GET http://127.0.0.1:1/:*refused*Check the address and its port*'
        Get-Diagnosis http://127.0.0.1:1/ | Should -BeLike 'TCP: Connecting to 127.0.0.1:1 failed:*refused*'
    }

    It 'names a proxy that is dead, and not the API' {
        $proxy = @{ Proxy = 'http://127.0.0.1:1' }
        Get-Message https://api.contoso.com/ $proxy | Should -BeLike 'ProxyFailed:*the proxy http://127.0.0.1:1 cannot be reached*-NoProxy*'
        Get-Diagnosis https://api.contoso.com/ $proxy | Should -BeLike 'Proxy: The proxy http://127.0.0.1:1 cannot be reached*-NoProxy*'
    }

    It 'quotes the page of a proxy' {
        $page = '<html><head><title>ERROR: blocked</title><style>p {}</style></head><body><!-- x --><h1>Access&nbsp;denied</h1><p>Category: storage.</p><script>y()</script></body></html>'
        $proxy = Start-Api 'HTTP/1.1 503 Service Unavailable', $html $page
        $api = Start-Api 'HTTP/1.1 200 OK', $json '{}'
        $with = @{ Proxy = $proxy.Address }
        Get-Message $api.Address $with | Should -BeLike 'HttpStatus503:*503 Service Unavailable: a page that says "ERROR: blocked: Access denied Category: storage."*'
        Get-Diagnosis $api.Address $with | Should -BeLike "Request:*a page that says*may come from the proxy $($proxy.Address.TrimEnd('/')) instead of the API*"
        $api.Requests | Should -Be 0
    }

    It 'says that a certificate is not trusted' {
        $api = Start-Api 'HTTP/1.1 200 OK', $json '{}' (New-TestCertificate localhost)
        $address = "https://localhost:$($api.Port)/"
        Get-Message $address | Should -BeLike 'CertificateNotTrusted:*its certificate is not trusted: it is self-signed.*add that CA*'
        Get-Diagnosis $address | Should -BeLike 'TLS: Its certificate is not trusted: it is self-signed.*'
        $api.Authorized | Should -Be 0
    }

    It 'says that a certificate has expired' {
        $until = [DateTimeOffset]::Now.AddDays(-3)
        $api = Start-Api 'HTTP/1.1 200 OK', $json '{}' (New-TestCertificate localhost -Until $until)
        $address = "https://localhost:$($api.Port)/"
        $day = $until.ToString('yyyy-MM-dd')
        Get-Message $address | Should -BeLike "CertificateExpired:*its certificate expired at $day*has to renew it*clock*"
        Get-Diagnosis $address | Should -BeLike "TLS: Its certificate expired at $day*"
    }

    It 'says that a certificate is for another host' {
        $api = Start-Api 'HTTP/1.1 200 OK', $json '{}' (New-TestCertificate other.contoso.com)
        $address = "https://localhost:$($api.Port)/"
        Get-Message $address | Should -BeLike 'CertificateNameMismatch:*its certificate is for other.contoso.com, not for localhost.*Check the host in the address*'
        Get-Diagnosis $address | Should -BeLike 'TLS: Its certificate is for other.contoso.com, not for localhost.*'
    }
}

Describe 'A failure of the request' {
    It 'recognises a redirect to a login page, and quotes it' {
        $login = Start-Api 'HTTP/1.1 200 OK', $html '<title>Sign in to Contoso</title><form><input type=password></form>'
        $api = Start-Api 'HTTP/1.1 302 Found', "Location: $($login.Address)login"
        Get-Message $api.Address | Should -BeLike 'SignInPage:*sign-in page, not data: "Sign in to Contoso"*may not accept this token*'
        Get-Diagnosis $api.Address | Should -BeLike 'Request:*sign-in page, not data: "Sign in to Contoso"*'
        $login.Authorized | Should -Be 0
    }

    It 'recognises a sign-in page with status 203' {
        $api = Start-Api 'HTTP/1.1 203 Non-Authoritative Information', $html '<title>Azure DevOps Services | Sign In</title>'
        Get-Message $api.Address | Should -BeLike 'SignInPage:*203*"Azure DevOps Services | Sign In"*'
        Get-Diagnosis $api.Address | Should -BeLike 'Request:*203*sign-in page*'
    }

    It 'points at the base address when something else than the API says 404' {
        $api = Start-Api 'HTTP/1.1 404 Not Found', $html '<h1>404</h1><p>nginx</p>'
        Get-Message "$($api.Address)users" | Should -BeLike 'HttpStatus404:*/users: 404 Not Found: a page that says "404 nginx"*base address*/api/v1/*'
        Get-Diagnosis "$($api.Address)users" | Should -BeLike 'Request:*404 Not Found*Check the address*'

        $own = Start-Api 'HTTP/1.1 404 Not Found', $json '{"message":"no such user"}'
        Get-Message "$($own.Address)users/1" | Should -Not -BeLike '*base address*'
    }

    It 'says that requests are throttled' {
        $api = Start-Api 'HTTP/1.1 429 Too Many Requests', 'Retry-After: 0', $json '{"message":"slow down"}'
        Get-Message $api.Address | Should -BeLike 'HttpStatus429:*slow down*Send fewer requests*-RateLimit*'
        Get-Diagnosis $api.Address | Should -BeLike 'Request:*429 Too Many Requests: slow down*-RateLimit*'
    }

    It 'says that a quota is exhausted' {
        $reset = [DateTimeOffset]::UtcNow.AddSeconds(1).ToUnixTimeSeconds()
        $api = Start-Api 'HTTP/1.1 403 Forbidden', 'X-RateLimit-Limit: 5000', 'X-RateLimit-Remaining: 0', "X-RateLimit-Reset: $reset", $json '{"message":"API rate limit exceeded"}'
        Get-Message $api.Address | Should -BeLike 'HttpStatus403:*API rate limit exceeded*Send fewer requests*'
    }

    It 'says that the body is too large' {
        $api = Start-Api 'HTTP/1.1 413 Payload Too Large', $html '<h1>413 Request Entity Too Large</h1>'
        Get-Message $api.Address @{ Method = 'Post'; Body = 'x' } | Should -BeLike 'HttpStatus413:*The body is larger than the API accepts*'
    }

    It 'says that the media type of the body is wrong' {
        $api = Start-Api 'HTTP/1.1 415 Unsupported Media Type', $json '{}'
        Get-Message $api.Address @{ Method = 'Post'; Body = 'a=1'; ContentType = 'text/plain' } |
            Should -BeLike 'HttpStatus415:*does not accept a body of the type text/plain*-ContentType*'
    }

    It 'says where JSON is malformed' {
        $api = Start-Api 'HTTP/1.1 200 OK', $json '{"id":1,'
        Get-Message $api.Address | Should -BeLike 'InvalidJson:*not valid JSON*'
        $step = (Test-BearerConnection -Token (New-Token) -Path $api.Address).Steps[-1]
        $step.Status | Should -Be Warning
        $step.Cause | Should -BeLike '*declared as application/json, but is not valid JSON*'
    }
}

Describe 'An error' {
    It 'has the response, its text and its problem' {
        $body = '{"title":"Out of stock","detail":"Item 7 is gone.","errors":{"qty":["too many"]}}'
        $api = Start-Api 'HTTP/1.1 422 Unprocessable Content', 'Content-Type: application/problem+json', 'X-Request-Id: 42' $body
        $token = New-Token
        $failure = Get-TerminatingError { Invoke-BearerRequest $api.Address -Token $token }

        $failure.Exception.Message | Should -BeLike '*422*Out of stock: Item 7 is gone. (qty: too many)*'
        $failure.Exception.Response.StatusCode | Should -Be 422
        $failure.Exception.Response.ReasonPhrase | Should -Be 'Unprocessable Content'
        $failure.Exception.Response.Headers.GetValues('X-Request-Id') | Should -Be 42
        $failure.Exception.Body | Should -Be $body
        $failure.Exception.Problem.detail | Should -Be 'Item 7 is gone.'
        $failure.Exception.Problem.errors.qty | Should -Be 'too many'
    }

    It 'has no problem if its text is no JSON' {
        foreach ($text in '<p>no</p>', '{"a":', '') {
            $api = Start-Api 'HTTP/1.1 500 Internal Server Error', 'Content-Type: application/json' $text
            (Get-TerminatingError { Invoke-BearerRequest $api.Address -Token (New-Token) -MaximumRetryCount 0 }).Exception.Problem | Should -BeNullOrEmpty
        }
    }

    It 'quotes a login that is refused with status 200' {
        $login = Start-Api 'HTTP/1.1 200 OK', $json '{"success":false,"message":"The account is locked."}'
        $person = [pscredential]::new('ada', ("$(New-Guid)" | ConvertTo-SecureString -AsPlainText -Force))
        $failure = Get-TerminatingError { Get-BearerToken -LoginUri "$($login.Address)login" -Credential $person }

        $failure.Exception.Message | Should -BeLike '*The account is locked.*'
    }

    It 'names the profile where there are several' {
        $api = Start-Api 'HTTP/1.1 403 Forbidden', $json '{"message":"no"}'
        $env:BEARERTOOLS_TEST_TOKEN = New-Guid
        Get-BearerProfile | Remove-BearerProfile -Confirm:$false
        Clear-BearerTokenCache -Confirm:$false
        Set-BearerProfile east -TokenFrom env:BEARERTOOLS_TEST_TOKEN -BaseUri $api.Address
        (Get-TerminatingError { Invoke-BearerRequest / -Profile east }).Exception.Message | Should -Not -BeLike '*east*'
        Set-BearerProfile west -TokenFrom env:BEARERTOOLS_TEST_TOKEN -BaseUri $api.Address
        (Get-TerminatingError { Invoke-BearerRequest / -Profile west }).Exception.Message | Should -BeLike '*403 Forbidden: no (profile west)'
        Remove-BearerProfile east, west
        Remove-Item env:BEARERTOOLS_TEST_TOKEN
    }
}
