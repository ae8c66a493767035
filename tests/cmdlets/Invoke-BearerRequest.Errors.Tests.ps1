BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox
    $api = $sandbox.Api
    $command = 'BearerTools.Cmdlets.InvokeBearerRequestCommand'
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'An input that fails' {
    BeforeAll {
        Clear-BearerTokenCache
        $null = Connect-Sandbox $sandbox
        $refusal = (Get-TerminatingError { Invoke-BearerRequest 'status/429?retryAfter=1&detail=Slower' -MaximumRetryCount 0 })[0]
    }

    It 'is one error in input order, and the other inputs get their responses' {
        $inputs = 'items/1', 'status/404', 'items/2', 'odd/bad-json', '//elsewhere/x', 'slow?ms=100', 'odd/reset', 'items/3'
        $all = $inputs | Invoke-BearerRequest 2>&1 | ForEach-Object { $_ -is [System.Management.Automation.ErrorRecord] ? $_.FullyQualifiedErrorId.Split(',')[0] : ($_.id ?? $_.ms) }

        $all | Should -Be 1, HttpStatus404, 2, 1, 2, 3, InvalidJson, UriRefused, 100, ConnectionFailed, 3
    }

    It 'is the target of its error, unchanged' {
        $row = [pscustomobject]@{ Code = 500 }
        $null = $row | Invoke-BearerRequest -Uri { "status/$($_.Code)" } -ErrorVariable failure -ErrorAction SilentlyContinue
        [object]::ReferenceEquals($failure[0].TargetObject, $row) | Should -BeTrue

        $null = 'status/500' | Invoke-BearerRequest -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].TargetObject | Should -Be 'status/500'
    }

    It 'repeats no secret that a server repeats, but keeps the body as it is' {
        $secret = "a1$(New-Guid)".Replace('-', '')
        $body = "{`"detail`":`"Invalid password: $secret`"}"
        $address = Set-RawResponse $sandbox "HTTP/1.1 400 Bad Request`r`nContent-Type: application/json`r`nContent-Length: $($body.Length)`r`n`r`n$body" -Path /repeats -End Keep
        $failure = { Invoke-BearerRequest $address -Token (Get-BearerToken) } | Should -Throw -PassThru -ErrorId 'HttpStatus400,*'
        $text = "$failure $($failure.ErrorDetails.Message) $($failure.Exception)"
        $text | Should -BeLike '*400 Bad Request: Invalid password: [*][*][*]*'
        $text | Should -Not -BeLike "*$secret*"
        $failure.Exception.Body, $failure.Exception.Problem.detail | Should -BeLike "*$secret*"
    }

    It 'is known by a stable id and a category: <Status> is <Id>, <Category>' -ForEach @(
        @{ Status = 400; Category = 'InvalidArgument' }
        @{ Status = 401; Category = 'AuthenticationError' }
        @{ Status = 403; Category = 'PermissionDenied' }
        @{ Status = 404; Category = 'ObjectNotFound' }
        @{ Status = 408; Category = 'OperationTimeout' }
        @{ Status = 410; Category = 'ObjectNotFound' }
        @{ Status = 418; Category = 'InvalidArgument' }
        @{ Status = 500; Category = 'InvalidResult' }
        @{ Status = 503; Category = 'InvalidResult' }
    ) {
        $failure = Get-TerminatingError { Invoke-BearerRequest "status/${Status}?detail=Because." }

        $failure[0].FullyQualifiedErrorId | Should -Be "HttpStatus$Status,$command"
        $failure[0].CategoryInfo.Category | Should -Be $Category
        $failure[0].ErrorDetails.Message | Should -BeLike "GET ${api}status/${Status}*: $Status*Because.*"
        $failure[0].Exception.StatusCode | Should -Be $Status
    }

    It 'has status, headers and body of the response on its exception' {
        $exception = $refusal.Exception

        $exception | Should -BeOfType ([BearerTools.BearerRequestException])
        $exception.StatusCode | Should -Be 429
        $exception.Headers['Retry-After'] | Should -Be '1'
        $exception.Headers['content-type'] | Should -Be 'application/problem+json'
        ($exception.Body | ConvertFrom-Json).detail | Should -Be 'Slower'
        $exception.Details | Should -Be 'Slower'
    }

    It 'has the response on its exception, as an error of Invoke-RestMethod has' {
        $response = $refusal.Exception.Response

        $response | Should -BeOfType ([System.Net.Http.HttpResponseMessage])
        $response.StatusCode | Should -Be TooManyRequests
        $response.StatusCode.value__ | Should -Be 429
        $response.ReasonPhrase | Should -Be 'Too Many Requests'
        $response.Headers.RetryAfter.Delta.TotalSeconds | Should -Be 1
        $response.Content.Headers.ContentType.MediaType | Should -Be 'application/problem+json'
        ($response.Content.ReadAsStringAsync().Result | ConvertFrom-Json).detail | Should -Be 'Slower'
    }

    It 'has no response on its exception if the server sent none' {
        (Get-TerminatingError { Invoke-BearerRequest odd/reset -MaximumRetryCount 0 }).Exception.Response | Should -BeNullOrEmpty
    }

    It 'names the next step when <Name>' -ForEach @(
        @{ Name = 'the token is rejected'; Path = 'status/401'; Id = 'HttpStatus401'; Category = 'AuthenticationError'; Says = '*audience and scopes*Update-BearerToken*' }
        @{ Name = 'the token may not'; Path = 'status/403'; Id = 'HttpStatus403'; Category = 'PermissionDenied'; Says = '*check the scopes and roles of the token*' }
        @{ Name = 'nothing listens'; Path = 'http://127.0.0.1:1/'; Id = 'HostUnreachable'; Category = 'ConnectionError'; Says = '*127.0.0.1:1*Check the address and its port*' }
        @{ Name = 'the connection breaks'; Path = 'odd/reset'; Id = 'ConnectionFailed'; Category = 'ConnectionError'; Says = '*the connection was lost*. Try again*' }
        @{ Name = 'the response is not JSON'; Path = 'odd/bad-json'; Id = 'InvalidJson'; Category = 'InvalidData'; Says = '*odd/bad-json*line 1*byte 28*-AsText*report it to the API''s owner*' }
        @{ Name = 'the address has a backslash'; Path = 'a\b'; Id = 'UriRefused'; Category = 'InvalidArgument'; Says = "*backslash*Write '/'*" }
    ) {
        if ($Path -like 'http:*') { $null = Connect-Sandbox $sandbox -With @{ AllowedOrigin = $Path } }
        $failure = Get-TerminatingError { Invoke-BearerRequest $Path }

        $failure[0].FullyQualifiedErrorId | Should -Be "$Id,$command"
        $failure[0].CategoryInfo.Category | Should -Be $Category
        $failure[0].ErrorDetails.Message | Should -BeLike $Says
    }

    It 'ends the command with -ErrorAction Stop, with the rows before it' {
        $rows = [Collections.Generic.List[object]]::new()
        { 'items/1', 'status/500', 'items/2' | Invoke-BearerRequest -ErrorAction Stop | ForEach-Object { $rows.Add($_) } } |
            Should -Throw -ErrorId "HttpStatus500,$command"
        $rows.id | Should -Be 1
    }

    It 'is caught by the type of its exception' {
        try { Invoke-BearerRequest status/409 -ErrorAction Stop }
        catch [BearerTools.BearerRequestException] { $caught = $_.Exception.StatusCode }
        $caught | Should -Be 409
    }

    It 'keeps the rows before the fault of a body: <Path>' -ForEach @(
        @{ Path = 'odd/bad-json'; Kept = 1, 2, 3; Id = 'InvalidJson' }
        @{ Path = 'odd/truncated'; Kept = 1, 2; Id = 'ConnectionFailed' }
    ) {
        $failure = Get-TerminatingError { Invoke-BearerRequest $Path -OutVariable rows }
        $rows.id | Should -Be $Kept
        $failure.FullyQualifiedErrorId | Should -Be "$Id,$command"
    }

    It 'reports where malformed JSON is: line, column and byte' {
        $failure = Get-TerminatingError { Invoke-BearerRequest odd/bad-json }
        $fault = $failure[0].Exception.InnerException
        $fault | Should -BeOfType ([BearerTools.JsonFormatException])
        $fault.ByteOffset | Should -Be '[{"id":1},{"id":2},{"id":3},'.Length
        $failure[0].ErrorDetails.Message | Should -BeLike "*line 1, column 29, byte 28*"
    }

    It 'does not stop the other inputs when its body cannot be JSON: the error says where' {
        $circle = @{ name = 'x' }
        $circle.self = $circle
        $bodies = $circle, @{ fine = 1 } | Invoke-BearerRequest -Uri { 'echo' } -Method Post -Body { $_ } -ErrorVariable failure -ErrorAction SilentlyContinue

        $bodies.body | Should -BeExactly '{"fine":1}'
        $failure[0].FullyQualifiedErrorId | Should -Be "BodyNotJson,$command"
        $failure[0].CategoryInfo.Category | Should -Be InvalidArgument
        $failure[0].Exception.Path | Should -Be '$.self'
        [object]::ReferenceEquals($failure[0].TargetObject, $circle) | Should -BeTrue
    }

    It 'is one whose script block throws' {
        $rows = 1, 0, 2 | Invoke-BearerRequest -Uri { "items/$(4 / $_)" } -ErrorVariable failure -ErrorAction SilentlyContinue
        $rows.id | Should -Be 4, 2
        $failure.TargetObject | Should -Be 0
    }

    It 'is a relative address without a base, beside others that are in full' {
        Connect-BearerApi -Authority $sandbox.Address -ClientId $sandbox.ClientId -SecretFrom "file:$($sandbox.SecretFile)" -Scope no.base -AllowedOrigin $sandbox.Address
        $rows = 'items/1', "${api}items/2" | Invoke-BearerRequest -ErrorVariable failure -ErrorAction SilentlyContinue
        $null = Connect-Sandbox $sandbox

        $rows.id | Should -Be 2
        $failure.FullyQualifiedErrorId | Should -Be "RelativeUriWithoutBase,$command"
        $failure.CategoryInfo.Category | Should -Be InvalidArgument
        $failure.ErrorDetails.Message | Should -BeLike '*Use -BaseUri here or with Connect-BearerApi*'
    }

    It 'is none without a scheme, if nothing is connected to a base and the host is this machine' {
        $open = $sandbox.Address -replace '^http://'
        $secret = ConvertTo-SecureString (New-Guid) -AsPlainText -Force
        (Invoke-BearerRequest "$open/open/echo" -Token $secret).headers.Host | Should -Be $open
        $failure = Get-TerminatingError { Invoke-BearerRequest 'api.contoso.com/users' -Token $secret }
        $failure[0].FullyQualifiedErrorId | Should -Be "RelativeUriWithoutBase,$command"
        # Data is no consent.
        "$open/open/echo" | Invoke-BearerRequest -Token $secret -ErrorVariable failure -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failure.FullyQualifiedErrorId | Should -BeLike 'OriginNotAllowed,*'
    }

    It 'is one with a header that is refused: <Name>' -ForEach @(
        @{ Name = 'Authorization'; Headers = @{ Authorization = 'Bearer x' }; Says = '*-Token*' }
        @{ Name = 'a line break'; Headers = @{ 'X-A' = "a`r`nX-B: b" }; Says = '*line break*' }
    ) {
        $failure = Get-TerminatingError { Invoke-BearerRequest echo -Headers $Headers }
        $failure[0].FullyQualifiedErrorId | Should -Be "HeaderRefused,$command"
        $failure[0].ErrorDetails.Message | Should -BeLike $Says
    }
}

Describe 'Server text in errors' {
    BeforeAll { Clear-BearerTokenCache; $null = Connect-Sandbox $sandbox }

    It 'is shown without characters that steer a terminal (<_>)' -ForEach 'odd/control-characters', 'odd/control-characters?json' {
        $failure = Get-TerminatingError { Invoke-BearerRequest $_ }
        $shown = $failure[0].ErrorDetails.Message, $failure[0].Exception.Message, $failure[0].Exception.Body
        $shown[0] | Should -BeLike '*red*forged*'
        $shown | Should -Not -Match '[\u0000-\u001f\u007f-\u009f]'
    }

    It 'is not shown when it is a web page, but is available on the exception' {
        $failure = Get-TerminatingError { Invoke-BearerRequest odd/html-error }
        $failure[0].ErrorDetails.Message ?? "$($failure[0])" | Should -Not -BeLike '*<*'
        $failure[0].Exception.Body | Should -BeLike '*Internal Server Error*'
    }
}

Describe 'An API that rejects the token' {
    BeforeEach { Clear-BearerTokenCache; $null = Connect-Sandbox $sandbox; Reset-SandboxStats $sandbox }

    It 'gets no second request when another token would not help: <Challenge>' -ForEach @(
        @{ Challenge = 'Bearer error="insufficient_scope", scope="admin"'; Says = '*scope that the API requires*' }
        @{ Challenge = 'Bearer error="invalid_request"'; Says = '*' }
    ) {
        $failure = Get-TerminatingError { Invoke-BearerRequest "unauthorized?challenge=$([uri]::EscapeDataString($Challenge))" }

        $failure[0].FullyQualifiedErrorId | Should -Be "HttpStatus401,$command"
        $failure[0].ErrorDetails.Message | Should -BeLike $Says
        $stats = Get-SandboxStats $sandbox
        $stats.requests | Should -Be 1
        $stats.tokenRequests | Should -Be 0
    }

    It 'gets one more request with a new token, when the challenge allows it: <_>' -ForEach 'Bearer', 'Bearer error="invalid_token"', 'Basic realm="x"', '' {
        $failure = Get-TerminatingError { Invoke-BearerRequest "unauthorized?challenge=$([uri]::EscapeDataString($_))" }
        $failure.Count | Should -Be 1
        $stats = Get-SandboxStats $sandbox
        $stats.requests | Should -Be 2
        $stats.tokenRequests | Should -Be 1
    }

    It 'gets no second request with a token that the script supplied and that cannot be renewed' {
        $given = (Get-BearerToken).Token
        Revoke-SandboxTokens $sandbox
        $failure = Get-TerminatingError { Invoke-BearerRequest "${api}items/1" -Token $given }
        $failure.Exception.StatusCode | Should -Be 401
        (Get-SandboxStats $sandbox).tokenRequests | Should -Be 0
    }

    It 'gets a replayable body a second time, and the error says so when a body cannot be replayed' {
        Revoke-SandboxTokens $sandbox
        (Invoke-BearerRequest echo -Method Post -Body ([IO.MemoryStream]::new([byte[]](65, 66)))).body | Should -BeExactly 'AB'

        Revoke-SandboxTokens $sandbox
        $pipe = [IO.Compression.DeflateStream]::new([IO.MemoryStream]::new(), [IO.Compression.CompressionMode]::Decompress)
        $failure = Get-TerminatingError { Invoke-BearerRequest echo -Method Post -Body $pipe }
        $failure.FullyQualifiedErrorId | Should -Be "BodyNotReplayable,$command"
        $failure.ErrorDetails.Message | Should -BeLike '*Update-BearerToken*'
    }
}

Describe 'An error that concerns all inputs' {
    BeforeEach { Clear-BearerTokenCache; Reset-SandboxStats $sandbox }

    It 'ends the command when there is no token, and says how to get one' {
        $failure = { 'a', 'b' | Invoke-BearerRequest -ErrorAction SilentlyContinue } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Be "NotConnected,$command"
        $failure.CategoryInfo.Category | Should -Be InvalidArgument
        $failure.ErrorDetails.Message | Should -BeLike '*Nothing is connected here*Connect-BearerApi*-Token $using:token*'
    }

    It 'ends the command when the token cannot be renewed, after one try' {
        Get-Content $sandbox.SecretFile -Raw | Set-Content TestDrive:/secret.txt -NoNewline
        Connect-BearerApi -Authority $sandbox.Address -ClientId $sandbox.ClientId -SecretFrom file:TestDrive:/secret.txt -BaseUri $api
        New-Guid | Set-Content TestDrive:/secret.txt
        Revoke-SandboxTokens $sandbox
        Reset-SandboxStats $sandbox

        $failure = { 1..200 | Invoke-BearerRequest -Uri { "items/$_" } -ErrorAction SilentlyContinue -ThrottleLimit 4 } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Be "InvalidClient,$command"
        (Get-SandboxStats $sandbox).requests | Should -BeLessThan 200
    }

    It 'ends the command when the base address is invalid' {
        $null = Connect-Sandbox $sandbox
        { Invoke-BearerRequest items/1 -BaseUri /v1 } | Should -Throw -ErrorId "UriRefused,$command"
    }
}

Describe 'https' {
    BeforeAll { $tls = Start-Sandbox -Tls }
    AfterAll { Stop-Sandbox $tls }

    It 'is refused when the certificate is not trusted, and the other inputs get their responses' {
        Clear-BearerTokenCache
        $null = Connect-Sandbox $sandbox -With @{ AllowedOrigin = $tls.Address }
        $rows = "$($tls.Address)/open/echo", 'items/1' | Invoke-BearerRequest -ErrorVariable failure -ErrorAction SilentlyContinue

        $rows.id | Should -Be 1
        $failure.FullyQualifiedErrorId | Should -Be "CertificateNotTrusted,$command"
        $failure.CategoryInfo.Category | Should -Be ConnectionError
        $failure.ErrorDetails.Message | Should -BeLike '*certificate is not trusted*. If you trust its issuer, add*'
    }

    # Elsewhere there is no variable that makes a process trust one more certificate.
    if ($IsLinux) {
        It 'carries tokens and requests when the certificate is trusted' {
            $session = {
                Import-Module "$($args[0])/../../BearerTools.psd1"
                Connect-BearerApi -Authority $args[1] -ClientId $args[2] -SecretFrom "file:$($args[3])" -BaseUri "$($args[1])/api/"
                (1..3 | Invoke-BearerRequest -Uri { "items/$_" }).id -join ' '
            }
            $engine, $first = Get-Engine
            $env:SSL_CERT_FILE = $tls.CertificateFile
            try { & $engine $first -NoProfile -NonInteractive -Command $session -args $PSScriptRoot, $tls.Address, $tls.ClientId, $tls.SecretFile | Should -Be '1 2 3' }
            finally { $env:SSL_CERT_FILE = $null }
        }
    }
}

Describe 'The exceptions, in the tests of other projects' {
    It 'can be thrown by a mock' {
        Mock Invoke-BearerRequest { throw [BearerTools.BearerRequestException]::new('gone', 404) }
        try { Invoke-BearerRequest x } catch [BearerTools.BearerRequestException] { $status = $_.Exception.StatusCode }
        $status | Should -Be 404
    }

    It 'can be made with headers and a body' {
        $headers = [Collections.Generic.Dictionary[string, Collections.Generic.IReadOnlyList[string]]]::new()
        $headers['Retry-After'] = [string[]]'5'
        $exception = [BearerTools.BearerRequestException]::new('slower', 429, $headers, '{"detail":"x"}')
        $exception.Headers['Retry-After'] | Should -Be '5'
        $exception.Body | Should -Be '{"detail":"x"}'
    }

    It 'can be made for tokens, with the fields of OAuth' {
        $exception = [BearerTools.BearerTokenException]::new('no', 'invalid_client', 'Wrong.', 401)
        $exception.Error, $exception.ErrorDescription, $exception.Details | Should -Be 'invalid_client', 'Wrong.', 'invalid_client: Wrong.'
    }

    It 'lets a token be made for a mock' {
        Mock Get-BearerToken { [BearerTools.AccessToken]::new((ConvertTo-SecureString 'mocked' -AsPlainText -Force), [DateTimeOffset]::Now.AddHours(1)) }
        ConvertTo-Plain (Get-BearerToken).Token | Should -Be 'mocked'
    }
}
