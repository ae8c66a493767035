BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox
    $other = Start-Sandbox
    $api = $sandbox.Api
}

AfterAll { $sandbox, $other | ForEach-Object { Stop-Sandbox $_ } }

Describe 'The origin that Invoke-BearerRequest sends the token to' {
    BeforeEach {
        Clear-BearerTokenCache
        Reset-SandboxStats $other
        $token = Connect-Sandbox $sandbox
    }

    It 'is the session''s token''s base and nowhere else' {
        $failure = Get-TerminatingError { Invoke-BearerRequest "$($other.Address)/open/echo" -OutVariable rows }
        $rows | Should -BeNullOrEmpty

        $failure.FullyQualifiedErrorId | Should -Be 'OriginNotAllowed,BearerTools.Cmdlets.InvokeBearerRequestCommand'
        $failure.CategoryInfo.Category | Should -Be SecurityError
        $failure.ErrorDetails.Message | Should -BeLike "*is for $($sandbox.Address) and is not sent to $($other.Address)*-AllowedOrigin $($other.Address)*"
        (Get-SandboxStats $other).requests | Should -Be 0
    }

    It 'is what -AllowedOrigin adds, as the error says' {
        $null = Connect-Sandbox $sandbox -With @{ AllowedOrigin = $other.Address }
        (Invoke-BearerRequest "$($other.Address)/open/echo").sensitiveHeaders | Should -Be 'Authorization'
    }

    It 'is an address that is typed beside -Token, and not one from the pipeline' {
        $failure = $null
        "$($other.Address)/open/echo" | Invoke-BearerRequest -Token $token -ErrorVariable failure -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failure.FullyQualifiedErrorId | Should -Be 'OriginNotAllowed,BearerTools.Cmdlets.InvokeBearerRequestCommand'

        (Invoke-BearerRequest "$($other.Address)/open/echo" -Token $token).sensitiveHeaders | Should -Be 'Authorization'
    }

    It 'is, for a token without origins, only an address that is typed' {
        $loose = ConvertTo-SecureString (New-Guid) -AsPlainText -Force
        $failure = $null
        "$($other.Address)/open/echo" | Invoke-BearerRequest -Token $loose -ErrorVariable failure -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failure.FullyQualifiedErrorId | Should -Be 'OriginNotAllowed,BearerTools.Cmdlets.InvokeBearerRequestCommand'

        (Invoke-BearerRequest "$($other.Address)/open/echo" -Token $loose).sensitiveHeaders | Should -Be 'Authorization'
    }

    It 'is the login''s origin, for the token of a login without a base' {
        Connect-BearerApi -LoginUri "$($sandbox.Address)/login" -Credential (Get-Login $sandbox)
        $responses = "$($other.Address)/open/echo", "${api}items/1" | Invoke-BearerRequest -ErrorAction SilentlyContinue
        $responses.id | Should -Be 1
    }

    It 'is never plain http to another machine' {
        $failure = Get-TerminatingError { Invoke-BearerRequest http://192.0.2.1/x -Token $token }
        $failure.FullyQualifiedErrorId | Should -Be 'UnencryptedAuthentication,BearerTools.Cmdlets.InvokeBearerRequestCommand'
        $failure.ErrorDetails.Message | Should -BeLike '*without https*Use https*-AllowUnencryptedAuthentication*'
    }

    It 'is not set by a column Token of a CSV' {
        $echo = "Uri,Token`necho,hijacked" | ConvertFrom-Csv | Invoke-BearerRequest
        $echo.tokenFingerprint | Should -Be (Get-EchoedFingerprint (ConvertTo-Plain $token.Token))
    }

    It 'is the typed base of addresses that a script block makes' {
        $loose = $token.Token
        (1..2 | Invoke-BearerRequest -Uri { "items/$_" } -Token $loose -BaseUri $api).id | Should -Be 1, 2
        $failure = $null
        1 | Invoke-BearerRequest -Uri { "${api}items/$_" } -Token $loose -ErrorVariable failure -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failure.FullyQualifiedErrorId | Should -Be 'OriginNotAllowed,BearerTools.Cmdlets.InvokeBearerRequestCommand'
    }

    It 'is the token that -Token names, though another is connected' {
        $mine = Connect-Sandbox $sandbox mine
        $null = Connect-Sandbox $sandbox theirs

        (Invoke-BearerRequest "${api}echo" -Token $mine).tokenFingerprint | Should -Be (Get-EchoedFingerprint (ConvertTo-Plain $mine.Token))
        (Invoke-BearerRequest "${api}echo" -Token $mine.Token).tokenFingerprint | Should -Be (Get-EchoedFingerprint (ConvertTo-Plain $mine.Token))
    }

    It 'refuses a deceptive address: <_>' -ForEach '//evil.example.com/x', '/../x', 'a/../../x', '%2e%2e/x', 'x\y', 'https://me@api.example.com/', 'ftp://api.example.com/', 'file:///etc/hosts' {
        $responses = $_, 'items/1' | Invoke-BearerRequest -ErrorVariable failure -ErrorAction SilentlyContinue

        $responses.id | Should -Be 1
        $failure.FullyQualifiedErrorId | Should -Be 'UriRefused,BearerTools.Cmdlets.InvokeBearerRequestCommand'
        $failure.TargetObject | Should -Be $_
    }

    It 'follows a redirect within the origin with the token, headers and a body that has to go along' {
        $echo = Invoke-BearerRequest 'redirect?to=/api/echo&status=307' -Method Post -Body @{ a = 1 } -Headers @{ 'X-Mine' = 1 }
        $echo.method | Should -Be 'POST'
        $echo.body | Should -BeExactly '{"a":1}'
        $echo.headers.'X-Mine' | Should -Be '1'
        $echo.sensitiveHeaders | Should -Be 'Authorization'
    }

    It 'follows a POST''s 302 with a GET' {
        (Invoke-BearerRequest 'redirect?to=/api/echo' -Method Post -Body @{ a = 1 }).method | Should -Be 'GET'
    }

    It 'follows a redirect to another origin without the token and the caller''s headers' {
        $echo = Invoke-BearerRequest "redirect?to=$($other.Address)/open/echo" -Headers @{ 'X-Api-Key' = 'k'; 'X-Mine' = 1 }
        $echo.sensitiveHeaders | Should -BeNullOrEmpty
        $echo.headers.PSObject.Properties.Name | Should -Not -Contain 'X-Mine'
    }

    It 'does not give the token back when a redirect comes home' {
        $back = [uri]::EscapeDataString("${api}echo")
        $failure = Get-TerminatingError { Invoke-BearerRequest "redirect?to=$([uri]::EscapeDataString("$($other.Address)/open/redirect?to=$back"))" }
        $failure.Exception.StatusCode | Should -Be 401
    }

    It 'refuses a redirect when <Name>' -ForEach @(
        @{ Name = 'a body would go to another origin'; To = { "$($other.Address)/open/echo" }; With = @{ Method = 'Post'; Body = @{ a = 1 } }; Status = 307; Id = 'RedirectRefused'; Says = '*send the body to another origin*' }
        @{ Name = 'it leaves https and this machine'; To = { 'http://api.example.com/' }; With = @{}; Status = 302; Id = 'RedirectRefused'; Says = '*leads to http://api.example.com*not encrypted*' }
        @{ Name = 'it leads to another scheme'; To = { 'file:///etc/hosts' }; With = @{}; Status = 302; Id = 'RedirectRefused'; Says = '*not followed*' }
    ) {
        $failure = Get-TerminatingError { Invoke-BearerRequest "redirect?status=$Status&to=$([uri]::EscapeDataString((& $To)))" @With }

        $failure.FullyQualifiedErrorId | Should -Be "$Id,BearerTools.Cmdlets.InvokeBearerRequestCommand"
        $failure.ErrorDetails.Message | Should -BeLike $Says
        (Get-SandboxStats $other).requests | Should -Be 0
    }
}

Describe 'Links of a response that came from another origin' {
    BeforeEach { $null = Connect-Sandbox $sandbox }

    It 'are requested without the token: <Name>' -ForEach @(
        @{ Name = 'the next page'; Head = "200 OK`r`nContent-Type: application/json`r`nLink: <{0}echo>; rel=`"next`"`r`nContent-Length: 2`r`n`r`n[]"; With = @{ FollowRelLink = $true } }
        @{ Name = 'the state of an operation'; Head = "202 Accepted`r`nLocation: {0}echo`r`nContent-Length: 0`r`n`r`n"; With = @{ Wait = $true } }
    ) {
        $foreign = Set-RawResponse $sandbox ("HTTP/1.1 " + ($Head -f $sandbox.Api)) -Path "/foreign/$(New-Guid)"
        $query = "to=$([uri]::EscapeDataString("$foreign"))&status=302"

        $failure = Get-TerminatingError { Invoke-BearerRequest "redirect?$query" @With -Headers @{ 'X-Mine' = 'mine' } }
        $failure.Exception.StatusCode | Should -Be 401
    }

    It 'do not get the caller''s headers when an operation continues at an allowed origin' {
        $start = Set-RawResponse $sandbox "HTTP/1.1 202 Accepted`r`nLocation: $($other.Address)/open/echo`r`nContent-Length: 0`r`n`r`n" -Path /start
        $token = Get-BearerToken -Token (ConvertTo-SecureString "$(New-Guid)" -AsPlainText -Force) -BaseUri $start -AllowedOrigin $other.Address

        $echo = Invoke-BearerRequest $start -Token $token -Method Post -Wait -Headers @{ 'X-Mine' = 'mine' }
        $echo.headers.PSObject.Properties.Name | Should -Not -Contain 'X-Mine'
        $echo.sensitiveHeaders | Should -Be 'Authorization'
    }
}

Describe 'An address or origin that is not usable' {
    BeforeAll {
        $command = 'BearerTools.Cmdlets.InvokeBearerRequestCommand'
        $env:ORIGINS_TEST = New-Guid
    }

    AfterAll { Remove-Item env:ORIGINS_TEST }

    BeforeEach {
        Clear-BearerTokenCache
        $null = Connect-Sandbox $sandbox
        Reset-SandboxStats $sandbox
    }

    It 'is refused with its reason when it is the <What>' -ForEach @(
        @{ What = 'base address ftp://files.contoso.com'; With = @{ BaseUri = 'ftp://files.contoso.com' }; Says = "*'ftp' is not a web scheme*https://api.contoso.com/v1/*" }
        @{ What = 'base address /v1'; With = @{ BaseUri = '/v1' }; Says = '*a base address must be an absolute address*' }
        @{ What = 'origin *'; With = @{ AllowedOrigin = '*' }; Says = '*an origin must be an absolute address*https://files.contoso.com*' }
        @{ What = 'origin with a path'; With = @{ AllowedOrigin = 'https://files.contoso.com/a' }; Says = '*an origin has no path*' }
        @{ What = 'origin with a query'; With = @{ AllowedOrigin = 'https://files.contoso.com?a=1' }; Says = '*an origin has no path, query*' }
    ) {
        { Connect-BearerApi -TokenFrom env:ORIGINS_TEST @With } | Should -Throw -ErrorId 'UriRefused,*' -PassThru |
            ForEach-Object { $_.ErrorDetails.Message } | Should -BeLike $Says
    }

    It 'is not taken for the base address when a variable is empty' {
        { Invoke-BearerRequest '' -Method Delete -ErrorAction Stop } | Should -Throw -ErrorId "UriRefused,$command"
        @('', ' ') | Invoke-BearerRequest -Method Delete -ErrorVariable failures -ErrorAction SilentlyContinue

        $failures.FullyQualifiedErrorId | Should -Be @("UriRefused,$command", "UriRefused,$command")
        (Get-SandboxStats $sandbox).requests | Should -Be 0
    }

    It 'is not replaced by what is connected when a token is piped in' {
        $token = Get-BearerToken -TokenFrom env:ORIGINS_TEST
        $token | Invoke-BearerRequest echo -ErrorVariable failure -ErrorAction SilentlyContinue

        $failure.FullyQualifiedErrorId | Should -Be "TokenPiped,$command"
        (Get-SandboxStats $sandbox).requests | Should -Be 0
    }
}
