# How requests travel, beside Invoke-RestMethod: versions, headers, proxies, certificates, sockets, time.

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $socket = [IO.Path]::Combine([IO.Path]::GetTempPath(), "bearertools-$PID-api.sock")
    $sandbox = Start-Sandbox -UnixSocket $socket
    $other = Start-Sandbox
    $secure = Start-Sandbox -Tls
    $open = "$($sandbox.Address)/open/echo"
    $secureOpen = "$($secure.Address)/open/echo"
    $token = Connect-Sandbox $sandbox
    # For what is not asked whose token it is.
    $loose = ConvertTo-SecureString (New-Guid) -AsPlainText -Force
    $careless = @{ Token = $loose; SkipCertificateCheck = $true }
    $mine = 'BearerTools.Cmdlets.InvokeBearerRequestCommand'

    # Sends the request with both, and returns both responses.
    function Invoke-Both([string] $Uri, [hashtable] $With = @{}) {
        Invoke-BearerRequest $Uri @With -Token $loose
        Invoke-RestMethod $Uri @With -Authentication Bearer -Token $loose -AllowUnencryptedAuthentication
    }
}

AfterAll {
    $sandbox, $other, $secure | ForEach-Object { Stop-Sandbox $_ }
    Remove-Item $socket -ErrorAction Ignore
}

Describe 'The request line and the headers of Invoke-BearerRequest' {
    It 'have any method, in capitals, as for Invoke-RestMethod' {
        (Invoke-Both $open @{ CustomMethod = 'purge' }).method | Should -BeExactly 'PURGE', 'PURGE'
        (Invoke-Both $open @{ CM = 'Query'; Body = '{"q":1}' }).body | Should -BeExactly '{"q":1}', '{"q":1}'
        (Invoke-Both $open @{ Method = 'Merge' }).method | Should -BeExactly 'MERGE', 'MERGE'
    }

    It 'take a piped object for the body of a method that has one' {
        (@{ q = 1 } | Invoke-BearerRequest echo -CustomMethod QUERY).body | Should -BeExactly '{"q":1}'
    }

    It 'refuse an invalid method, and two methods' {
        { Invoke-BearerRequest echo -CustomMethod 'A B' } | Should -Throw -ErrorId "ParameterConflict,$mine"
        { Invoke-BearerRequest echo -CustomMethod PURGE -Method Get } | Should -Throw -ErrorId "ParameterConflict,$mine"
    }

    It 'ask before a custom method that may change something' {
        Reset-SandboxStats $sandbox
        Invoke-BearerRequest echo -CustomMethod PURGE -WhatIf
        (Get-SandboxStats $sandbox).requests | Should -Be 0
        (Invoke-BearerRequest echo -CustomMethod QUERY -WhatIf).method | Should -Be 'QUERY'
    }

    It 'name the client in User-Agent' {
        (Invoke-BearerRequest echo).headers.'User-Agent' | Should -Match '^BearerTools/\d+\.\d+\.\d+ \((Linux|Macintosh|Windows NT \d+\.\d+); \w+\) PowerShell/7'
        (Invoke-Both $open @{ UserAgent = 'Nightly/1.0' }).headers.'User-Agent' | Should -Be 'Nightly/1.0', 'Nightly/1.0'
        (Invoke-Both $open @{ UserAgent = 'Nightly/1.0'; Headers = @{ 'User-Agent' = 'Own/2.0' } }).headers.'User-Agent' | Should -Be 'Own/2.0', 'Own/2.0'
    }

    It 'have the version that is asked for' {
        (Invoke-Both $open @{ HttpVersion = '1.0' }).protocol | Should -Be 'HTTP/1.0', 'HTTP/1.0'
        (Invoke-Both $secureOpen @{ HttpVersion = '2.0'; SkipCertificateCheck = $true }).protocol | Should -Be 'HTTP/2', 'HTTP/2'
        (Invoke-Both $secureOpen @{ HttpVersion = 2; SkipCertificateCheck = $true }).protocol | Should -Be 'HTTP/2', 'HTTP/2'
        $number = 2.0
        (Invoke-BearerRequest $secureOpen @careless -HttpVersion $number).protocol | Should -Be 'HTTP/2'
        (Invoke-BearerRequest $secureOpen @careless -HttpVersion 1.1).protocol | Should -Be 'HTTP/1.1'
    }

    It 'refuse a version that does not exist' {
        { Invoke-BearerRequest echo -HttpVersion 7 } | Should -Throw -ErrorId "ParameterConflict,$mine"
    }

    It 'refuse a value of a list, and say what serves instead: -<Name> <Value>' -ForEach @(
        @{ Name = 'Method'; Value = 'Purge'; Says = '*Post*Patch*use -CustomMethod.*' }
        @{ Name = 'Authentication'; Value = 'None'; Says = '*Basic*use Invoke-RestMethod.*' }
    ) {
        $with = @{ $Name = $Value }
        { Invoke-BearerRequest echo @with } | Should -Throw $Says
    }

    It 'refuse what is no method, and name -CustomMethod: <_>' -ForEach '', ' ', $null, 7, '7', ([pscustomobject]@{}), @{} {
        { Invoke-BearerRequest echo -Method $_ } | Should -Throw '*use -CustomMethod.*'
    }

    It 'are taken by the names of other enumerations: <_>' -ForEach ([Microsoft.PowerShell.Commands.WebRequestMethod]::Put), ([System.Net.Http.HttpMethod]::Put) {
        (Invoke-BearerRequest echo -Method $_ -Authentication ([Microsoft.PowerShell.Commands.WebAuthenticationType]::Bearer)).method | Should -Be PUT
    }

    It 'are taken by the beginning of their names, as PowerShell does' {
        (Invoke-BearerRequest echo -Method pos -Authentication bear).method | Should -Be POST
    }

    It 'say what is wrong with a value: <Says>' -ForEach @(
        @{ With = @{ Proxy = 'http://u:p@127.0.0.1:1' }; Says = 'The proxy address must not contain a user name or password.*-ProxyCredential*' }
        @{ With = @{ WebSession = 5 }; Says = '-WebSession is a value of the type Int32, not a web session.*' }
        @{ With = @{ AsText = $true; AsBytes = $true }; Says = '-AsText cannot be combined with -AsBytes. Use only one of them.' }
        @{ With = @{ AsText = $true; ItemsPath = 'x' }; Says = '-AsText cannot be combined with -ItemsPath. Omit -AsText*' }
    ) {
        (Get-TerminatingError { Invoke-BearerRequest echo @With }).ErrorDetails.Message | Should -BeLike $Says
    }

    It 'complete the versions that exist' {
        $line = 'Invoke-BearerRequest /x -HttpVersion '
        $mine = (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText
        $line = $line.Replace('Invoke-BearerRequest', 'Invoke-RestMethod')
        $mine | Should -Be @((TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Sort-Object)
    }

    It 'are checked, and an invalid one does not affect other inputs' {
        { Invoke-RestMethod $open -Headers @{ 'If-Match' = 'not quoted' } } | Should -Throw
        $responses = 'not quoted', '"quoted"' | Invoke-BearerRequest -Uri echo -Headers { @{ 'If-Match' = $_ } } -ErrorVariable failure -ErrorAction SilentlyContinue

        $responses.headers.'If-Match' | Should -Be '"quoted"'
        $failure.FullyQualifiedErrorId | Should -Be "HeaderRefused,$mine"
        $failure.TargetObject | Should -Be 'not quoted'
        $failure.Exception.Message | Should -Be "The format of value 'not quoted' is invalid."
        $failure.ErrorDetails.Message | Should -BeLike '*If-Match*-SkipHeaderValidation*'
    }

    It 'are an error for more than one value of a header that is sent once: <_>' -ForEach 'Content-Type', 'content-length', 'Content-Location', 'Host', 'If-Modified-Since', 'Referer' {
        $failure = { Invoke-BearerRequest echo -Method Post -Body x -Headers @{ $_ = 'a/b', 'c/d' } } | Should -Throw -ErrorId "HeaderRefused,$mine" -PassThru
        $failure.ErrorDetails.Message | Should -BeLike "*$_ can be sent only once*Give one value*"
        { Invoke-BearerRequest echo -Method Post -Body x -Headers @{ $_ = 'a/b', 'c/d' } -SkipHeaderValidation } | Should -Throw -ErrorId "HeaderRefused,$mine"
        { Set-BearerProfile once -TokenFrom env:PATH -Headers @{ $_ = 'a/b', 'c/d' } } | Should -Throw -ErrorId 'HeaderRefused,*'
    }

    It 'of a body keep all values of a list' {
        $echo = Invoke-BearerRequest echo -Method Post -Body x -Headers @{ 'Content-Language' = 'de', 'en'; 'Content-Type' = , 'text/x' }
        $echo.headers.'Content-Language' | Should -BeIn 'de, en', 'de,en'
        $echo.contentType | Should -BeLike 'text/x*'
    }

    It 'are sent unchanged with -SkipHeaderValidation' {
        $with = @{ Headers = @{ 'If-Match' = 'not quoted' }; UserAgent = 'Odd ('; ContentType = 'json'; Method = 'Post'; Body = '{}'; SkipHeaderValidation = $true }
        foreach ($echo in Invoke-Both $open $with) {
            $echo.headers.'If-Match' | Should -Be 'not quoted'
            $echo.headers.'User-Agent' | Should -Be 'Odd ('
            $echo.contentType | Should -Be 'json'
        }
    }

    It 'are not sent when they are $null' {
        foreach ($echo in Invoke-Both $open @{ Headers = @{ 'X-None' = $null; 'X-Some' = 1 } }) {
            $echo.headers.PSObject.Properties.Name | Should -Not -Contain 'X-None'
            $echo.headers.'X-Some' | Should -Be '1'
        }
    }

    It 'that cannot be sent in any form are named, and -SkipHeaderValidation is not advised: <Name>' -ForEach @(
        @{ Name = 'a space'; With = @{ Headers = @{ 'X N' = 1 } }; Says = "The name of the header 'X…' contains a space. Use letters*" }
        @{ Name = 'a colon and a value'; With = @{ Headers = @{ 'X-Key: hidden' = '' } }; Says = "The name of the header 'X-Key…' contains a colon. *" }
        @{ Name = 'another letter'; With = @{ Headers = @{ 'X-é' = 1 } }; Says = "The name of the header 'X-…' contains a character other than ASCII. *" }
        @{ Name = 'no name'; With = @{ Headers = @{ '' = 1 } }; Says = 'A header has no name. *' }
        @{ Name = 'a line break'; With = @{ Headers = @{ 'X-A' = "hidden`r`nX-B: 1" } }; Says = 'The value of the header X-A contains a line break. *' }
        @{ Name = 'a null character'; With = @{ Headers = @{ 'X-A' = "hidden`0" } }; Says = 'The value of the header X-A contains a null character. *' }
        @{ Name = 'a user agent'; With = @{ UserAgent = "hidden`r`nX: 1" }; Says = 'The value of the header User-Agent contains a line break. *' }
        @{ Name = 'a media type'; With = @{ ContentType = "text/hidden`nX: 1"; Method = 'Post'; Body = 'x' }; Says = 'The value of the header Content-Type contains a line break. *' }
    ) {
        foreach ($skip in $false, $true) {
            $failure = { Invoke-BearerRequest echo @With -SkipHeaderValidation:$skip } | Should -Throw -ErrorId "HeaderRefused,$mine" -PassThru
            $failure.ErrorDetails.Message | Should -BeLike $Says
            $failure.ErrorDetails.Message | Should -Not -BeLike '*hidden*'
            $failure.ErrorDetails.Message | Should -Not -BeLike '*SkipHeaderValidation*'
        }
    }

    It 'that cannot be sent in any form do not get into a profile or a session: <Name>' -ForEach @(
        @{ Name = 'a character other than ASCII'; With = @{ Headers = @{ 'X-C' = 'Grüße' } } }
        @{ Name = 'a name with a space'; With = @{ Headers = @{ 'X N' = 1 } } }
        @{ Name = 'a user agent'; With = @{ UserAgent = 'Grüße' } }
    ) {
        { Set-BearerProfile refused -TokenFrom env:PATH @With } | Should -Throw -ErrorId 'HeaderRefused,*'
        Get-BearerProfile refused -ErrorAction Ignore | Should -BeNullOrEmpty
        { Invoke-BearerRequest echo @With -SessionVariable global:refused } | Should -Throw -ErrorId "HeaderRefused,$mine"
        Get-Variable refused -Scope Global -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'refuse an invalid <Name> at once' -ForEach @(
        @{ Name = 'user agent'; With = @{ UserAgent = 'Odd (' } }
        @{ Name = 'media type'; With = @{ ContentType = 'json'; Method = 'Post'; Body = '{}' } }
    ) {
        { Invoke-BearerRequest echo @With } | Should -Throw -ErrorId "HeaderRefused,$mine"
    }

    It 'close the connection with -DisableKeepAlive' {
        (Invoke-Both $open @{ DisableKeepAlive = $true }).headers.Connection | Should -Be 'close', 'close'
    }

    It 'use no connection twice with -DisableKeepAlive or a header Connection: close: <Name>' -ForEach @(
        @{ Name = '-DisableKeepAlive'; With = @{ DisableKeepAlive = $true }; IsReused = $false }
        @{ Name = 'a header'; With = @{ Headers = @{ connection = 'Close' } }; IsReused = $false }
        @{ Name = 'another header'; With = @{ Headers = @{ Connection = 'keep-alive' } }; IsReused = $true }
    ) {
        # A server that would keep the connection open.
        $address = Set-RawResponse $sandbox "HTTP/1.1 200 OK`r`nContent-Type: application/json`r`nContent-Length: 2`r`n`r`n{}" -Path /kept -End Keep
        $explained = 1..3 | Invoke-BearerRequest -Uri { 'kept' } -BaseUri ([uri]::new([uri]$address, '/')) -Token $loose -ThrottleLimit 1 -Explain @With 6>&1 4>&1 3>&1 | Out-String
        $explained -match 'connection to \S+ \(HTTP/1\.1\) is reused' | Should -Be $IsReused
    }

    It 'send the body in chunks with -TransferEncoding' {
        foreach ($echo in Invoke-Both $open @{ TransferEncoding = 'chunked'; Method = 'Post'; Body = 'text' }) {
            $echo.headers.'Transfer-Encoding' | Should -Be 'chunked'
            $echo.headers.PSObject.Properties.Name | Should -Not -Contain 'Content-Length'
            $echo.body | Should -BeExactly 'text'
        }
        { Invoke-BearerRequest echo -TransferEncoding zip } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
    }

    It 'accept what a call of Invoke-RestMethod states about the token: -Authentication <_>' -ForEach 'Bearer', 'OAuth' {
        (Invoke-BearerRequest echo -Authentication $_ -Token $token -UseBasicParsing).tokenFingerprint | Should -Be (Get-EchoedFingerprint (ConvertTo-Plain $token.Token))
    }

    It 'list the values of -Authentication' {
        { Invoke-BearerRequest echo -Authentication Digest } | Should -Throw '*Bearer, OAuth or Basic*'
    }
}

Describe 'Proxies of Invoke-BearerRequest' {
    BeforeEach { Reset-SandboxStats $other }

    It 'take the requests that -Proxy sends there' {
        (Invoke-BearerRequest http://api.example.com/open/echo -Token $loose -Proxy $other.Address -AllowUnencryptedAuthentication).headers.Host | Should -Be 'api.example.com'
        (Invoke-RestMethod http://api.example.com/open/echo -Proxy $other.Address).headers.Host | Should -Be 'api.example.com'
    }

    It 'of the environment are bypassed with -NoProxy, and by requests to this machine' {
        $engine, $first = Get-Engine
        $script = "Import-Module '$PSScriptRoot/../../BearerTools.psd1'; `$t = ConvertTo-SecureString x -AsPlainText -Force
            (Invoke-BearerRequest http://api.invalid/open/echo -Token `$t -AllowUnencryptedAuthentication).headers.Host
            try { Invoke-BearerRequest http://api.invalid/open/echo -Token `$t -AllowUnencryptedAuthentication -NoProxy } catch { `$_.FullyQualifiedErrorId }
            (Invoke-BearerRequest $open -Token `$t).headers.Host"
        $env:http_proxy = $other.Address
        try { $said = & $engine $first -NoProfile -NonInteractive -Command $script } finally { $env:http_proxy = $null }

        $said | Should -Be 'api.invalid', "HostNotFound,$mine", ([uri]$sandbox.Address).Authority
    }

    It 'are named when they cannot be reached' {
        $failure = Get-TerminatingError { Invoke-BearerRequest https://api.example.com/ -Token $loose -Proxy http://127.0.0.1:1 }
        $failure.FullyQualifiedErrorId | Should -Be "ProxyFailed,$mine"
        $failure.ErrorDetails.Message | Should -BeLike '*the proxy http://127.0.0.1:1 cannot be reached*Check the proxy*-NoProxy*'
    }

    It 'are refused with <Name>' -ForEach @(
        @{ Name = 'credentials and no address'; With = @{ ProxyUseDefaultCredentials = $true } }
        @{ Name = 'two kinds of credentials'; With = @{ Proxy = 'http://p'; ProxyUseDefaultCredentials = $true; ProxyCredential = [pscredential]::new('a', [securestring]::new()) } }
        @{ Name = '-NoProxy'; With = @{ Proxy = 'http://p'; NoProxy = $true } }
        @{ Name = 'a socket'; With = @{ Proxy = 'http://p'; UnixSocket = '/tmp/x' } }
    ) {
        { Invoke-BearerRequest echo @With } | Should -Throw -ErrorId "ParameterConflict,$mine"
    }
}

Describe 'TLS of Invoke-BearerRequest' {
    BeforeAll {
        $key = [Security.Cryptography.ECDsa]::Create()
        $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=BearerTools client', $key, 'SHA256')
        $certificate = $request.CreateSelfSigned([DateTimeOffset]::Now.AddDays(-1), [DateTimeOffset]::Now.AddDays(1))
        # Windows speaks TLS only with a key that went through a file.
        $certificate = [Security.Cryptography.X509Certificates.X509Certificate2]::new($certificate.Export('Pfx'))
    }

    It 'does not check certificates with -SkipCertificateCheck, for that call only' {
        (Invoke-Both $secureOpen @{ SkipCertificateCheck = $true }).method | Should -Be 'GET', 'GET'
        $failure = Get-TerminatingError { Invoke-BearerRequest $secureOpen -Token $loose }
        $failure.FullyQualifiedErrorId | Should -Be "CertificateNotTrusted,$mine"
    }

    It 'still checks the certificate of an authority' {
        $expiring = ConvertTo-SecureString 'x' -AsPlainText -Force
        { Get-BearerToken -TokenEndpoint "$($secure.Address)/token" -ClientId ops -ClientSecret $expiring } | Should -Throw -ErrorId 'CertificateNotTrusted,*'
        $null = Invoke-BearerRequest $secureOpen @careless
        { Get-BearerToken -TokenEndpoint "$($secure.Address)/token" -ClientId ops -ClientSecret $expiring } | Should -Throw -ErrorId 'CertificateNotTrusted,*'
        { Get-BearerToken -SkipCertificateCheck } | Should -Throw -ErrorId 'NamedParameterNotFound,*'
    }

    It 'presents -Certificate, and never without it' {
        (Invoke-Both $secureOpen @{ SkipCertificateCheck = $true; Certificate = $certificate }).clientCertificate | Should -Be $certificate.Thumbprint, $certificate.Thumbprint
        (Invoke-BearerRequest $secureOpen @careless).clientCertificate | Should -BeNullOrEmpty
    }

    It 'keeps the certificate in a session, and leaves it behind at another origin' {
        $null = Invoke-BearerRequest $secureOpen @careless -Certificate $certificate -SessionVariable session
        (Invoke-BearerRequest $secureOpen @careless -WebSession $session).clientCertificate | Should -Be $certificate.Thumbprint
        (Invoke-RestMethod $secureOpen -SkipCertificateCheck -WebSession $session).clientCertificate | Should -Be $certificate.Thumbprint

        $away = "$($sandbox.Address)/open/redirect?to=$secureOpen"
        (Invoke-BearerRequest $away @careless -WebSession $session).clientCertificate | Should -BeNullOrEmpty
    }

    It 'refuses a certificate without its key, and a thumbprint that is not in the store' {
        $bare = [Security.Cryptography.X509Certificates.X509Certificate2]::new($certificate.RawData)
        { Invoke-BearerRequest $secureOpen -Token $loose -Certificate $bare } | Should -Throw -ErrorId "CertificateRefused,$mine"
        { Invoke-BearerRequest $secureOpen -Token $loose -CertificateThumbprint ('0' * 40) } | Should -Throw -ErrorId "CertificateRefused,$mine"
    }

    It 'finds a certificate by its thumbprint in the store' -Skip:$IsMacOS {
        $store = [Security.Cryptography.X509Certificates.X509Store]::new('My', 'CurrentUser')
        $store.Open('ReadWrite')
        try {
            $store.Add($certificate)
            (Invoke-Both $secureOpen @{ SkipCertificateCheck = $true; CertificateThumbprint = $certificate.Thumbprint }).clientCertificate |
                Should -Be $certificate.Thumbprint, $certificate.Thumbprint
        }
        finally { $store.Remove($certificate); $store.Dispose() }
    }

    It 'uses -SslProtocol <_>' -ForEach 'Default', 'Tls', 'Tls12', 'Tls13', 'Tls12, Tls13' {
        (Invoke-Both $secureOpen @{ SkipCertificateCheck = $true; SslProtocol = $_ }).method | Should -Be 'GET', 'GET'
    }

    It 'names the versions as Invoke-RestMethod does' {
        [Enum]::GetNames([BearerTools.WebSslProtocol]) | Should -Be ([Enum]::GetNames([Microsoft.PowerShell.Commands.WebSslProtocol]))
        foreach ($name in [Enum]::GetNames([BearerTools.WebSslProtocol])) { [int][BearerTools.WebSslProtocol]$name | Should -Be ([int][Microsoft.PowerShell.Commands.WebSslProtocol]$name) }
    }
}

Describe 'Unix sockets of Invoke-BearerRequest' {
    It 'are used for all hosts, without a warning about encryption' {
        (Invoke-Both 'http://engine/open/echo' @{ UnixSocket = $socket }).headers.Host | Should -Be 'engine', 'engine'
    }

    It 'are named when they do not exist' {
        $failure = Get-TerminatingError { Invoke-BearerRequest http://engine/ -Token $loose -UnixSocket "$socket.none" }
        $failure.FullyQualifiedErrorId | Should -Be "HostUnreachable,$mine"
        $failure.ErrorDetails.Message | Should -BeLike "*the Unix socket '$socket.none' does not exist*Check the path of -UnixSocket*"
    }
}

Describe 'Time-outs of Invoke-BearerRequest' {
    It 'end a response that does not begin: -<_>' -ForEach 'ConnectionTimeoutSeconds', 'TimeoutSec' {
        $with = @{ $_ = 1 }
        $failure = Get-TerminatingError { Invoke-BearerRequest slow?ms=30000 @with }
        $failure.FullyQualifiedErrorId | Should -Be "ResponseTimeout,$mine"
        $failure.CategoryInfo.Category | Should -Be 'OperationTimeout'
        $failure.ErrorDetails.Message | Should -BeLike '*no response within 1 s*-ConnectionTimeoutSeconds*'
    }

    It 'end a response that stalls, after the complete rows' {
        $failure = Get-TerminatingError { Invoke-BearerRequest stall -OperationTimeoutSeconds 1 -OutVariable rows }
        $rows.id | Should -Be 1
        $failure.FullyQualifiedErrorId | Should -Be "OperationTimeout,$mine"
        $failure.CategoryInfo.Category | Should -Be 'OperationTimeout'
        $failure.ErrorDetails.Message | Should -BeLike '*no data for 1 s*-OperationTimeoutSeconds*'
    }

    It 'are infinite at 0' {
        (Invoke-Both $open @{ ConnectionTimeoutSeconds = 0; OperationTimeoutSeconds = 0 }).method | Should -Be 'GET', 'GET'
        (Invoke-BearerRequest echo -ConnectionTimeoutSeconds ([int]::MaxValue) -OperationTimeoutSeconds ([int]::MaxValue)).method | Should -Be 'GET'
    }
}
