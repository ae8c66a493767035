# What -MaximumRedirection and the other parameters for redirects do, beside Invoke-RestMethod.

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox
    $other = Start-Sandbox
    $api = $sandbox.Api
    $token = Connect-Sandbox $sandbox
    $rest = @{ Authentication = 'Bearer'; Token = $token.Token; AllowUnencryptedAuthentication = $true }
    function Get-Redirect([string] $To, [string] $Query = '') { "${api}redirect?to=$([uri]::EscapeDataString($To))$Query" }
}

AfterAll { $sandbox, $other | ForEach-Object { Stop-Sandbox $_ } }

Describe 'Redirects of Invoke-BearerRequest' {
    It 'follow as many as Invoke-RestMethod does, and no more' {
        (Invoke-RestMethod "$($sandbox.Address)/open/redirects/50").arrived | Should -BeTrue
        (Invoke-BearerRequest redirects/50).arrived | Should -BeTrue

        { Invoke-RestMethod "$($sandbox.Address)/open/redirects/51" } | Should -Throw '*302*'
        $failure = Get-TerminatingError { Invoke-BearerRequest redirects/51 }
        $failure.FullyQualifiedErrorId | Should -Be 'TooManyRedirects,BearerTools.Cmdlets.InvokeBearerRequestCommand'
        $failure.Exception.StatusCode | Should -Be 302
    }

    It 'follow as many as -MaximumRedirection says' {
        (Invoke-BearerRequest redirects/2 -MaximumRedirection 2).arrived | Should -BeTrue
        $failure = Get-TerminatingError { Invoke-BearerRequest redirects/3 -MaximumRedirection 2 }
        $failure.ErrorDetails.Message | Should -BeLike '*exceeds the limit of 2*-MaximumRedirection*'
    }

    It 'are errors with -MaximumRedirection 0, as for Invoke-RestMethod' {
        { Invoke-RestMethod "${api}redirects/1" @rest -MaximumRedirection 0 } | Should -Throw '*302*'

        $failure = Get-TerminatingError { Invoke-BearerRequest redirects/1 -MaximumRedirection 0 }
        $failure.Exception.StatusCode | Should -Be 302
        $failure.Exception.Headers['Location'] | Should -Be '/api/redirects/0'
    }

    It 'are responses with -MaximumRedirection 0 and -SkipHttpErrorCheck, without the error that Invoke-RestMethod adds' {
        $response = Invoke-BearerRequest redirects/1 -MaximumRedirection 0 -SkipHttpErrorCheck -IncludeResponse -ResponseHeadersVariable headers -StatusCodeVariable status -ErrorVariable failure

        $failure | Should -BeNullOrEmpty
        $response.StatusCode | Should -Be 302
        $status | Should -Be 302
        $headers['Location'] | Should -Be '/api/redirects/0'
        { Invoke-RestMethod "${api}redirects/1" @rest -MaximumRedirection 0 -SkipHttpErrorCheck -ErrorAction Stop } | Should -Throw -ErrorId 'MaximumRedirectExceeded*'
    }

    It 'keep the method with -PreserveHttpMethodOnRedirect, and the body too' {
        $mine = Invoke-BearerRequest (Get-Redirect /api/echo) -Method Post -Body @{ a = 1 } -PreserveHttpMethodOnRedirect
        $theirs = Invoke-RestMethod (Get-Redirect /open/echo) @rest -Method Post -Body '{"a":1}' -PreserveHttpMethodOnRedirect

        $mine.method, $theirs.method | Should -Be 'POST', 'POST'
        $mine.body | Should -BeExactly '{"a":1}'
    }

    It 'make a GET of it without' {
        (Invoke-BearerRequest (Get-Redirect /api/echo) -Method Post -Body @{ a = 1 }).method | Should -Be 'GET'
        (Invoke-RestMethod (Get-Redirect /open/echo) @rest -Method Post -Body '{"a":1}').method | Should -Be 'GET'
    }

    It 'keep the token within the origin, where Invoke-RestMethod drops it unless -PreserveAuthorizationOnRedirect is given' {
        (Invoke-BearerRequest (Get-Redirect /open/echo)).sensitiveHeaders | Should -Be 'Authorization'
        (Invoke-RestMethod (Get-Redirect /open/echo) @rest).sensitiveHeaders | Should -BeNullOrEmpty
        (Invoke-RestMethod (Get-Redirect /open/echo) @rest -PreserveAuthorizationOnRedirect).sensitiveHeaders | Should -Be 'Authorization'
    }

    Context 'with -PreserveAuthorizationOnRedirect' {
        It 'do not take the token to an origin that it is not for' {
            Reset-SandboxStats $other
            $failure = Get-TerminatingError { Invoke-BearerRequest (Get-Redirect "$($other.Address)/open/echo") -PreserveAuthorizationOnRedirect }

            $failure.FullyQualifiedErrorId | Should -Be 'OriginNotAllowed,BearerTools.Cmdlets.InvokeBearerRequestCommand'
            $failure.ErrorDetails.Message | Should -BeLike "*-AllowedOrigin $($other.Address)*"
            (Get-SandboxStats $other).requests | Should -Be 0
        }

        It 'take the token to another origin that it is for, and leave the headers behind' {
            $both = Connect-Sandbox $sandbox both @{ AllowedOrigin = $other.Address }
            $to = Get-Redirect "$($other.Address)/open/echo"

            (Invoke-BearerRequest $to -Token $both -PreserveAuthorizationOnRedirect -Headers @{ 'X-Api-Key' = 'k' }).sensitiveHeaders | Should -Be 'Authorization'
            (Invoke-BearerRequest $to -Token $both).sensitiveHeaders | Should -BeNullOrEmpty
        }
    }
}

Describe 'Redirects out of https' {
    BeforeAll {
        $secure = Start-Sandbox -Tls
        $away = "$($secure.Address)/open/redirect?to=http://api.example.com/open/echo"
        $loose = ConvertTo-SecureString (New-Guid) -AsPlainText -Force
    }

    AfterAll { Stop-Sandbox $secure }

    It 'are refused, as by Invoke-RestMethod' {
        { Invoke-RestMethod $away -SkipCertificateCheck -MaximumRedirection 1 } | Should -Throw -ErrorId 'InsecureRedirection*'
        $failure = Get-TerminatingError { Invoke-BearerRequest $away -Token $loose -SkipCertificateCheck }

        $failure.FullyQualifiedErrorId | Should -Be 'RedirectRefused,BearerTools.Cmdlets.InvokeBearerRequestCommand'
        $failure.ErrorDetails.Message | Should -BeLike '*leads from https*-AllowInsecureRedirect*'
    }

    It 'are followed with -AllowInsecureRedirect, without the token' {
        $engine, $first = Get-Engine
        $script = "Import-Module '$PSScriptRoot/../../BearerTools.psd1'; `$t = ConvertTo-SecureString x -AsPlainText -Force
            `$echo = Invoke-BearerRequest '$away' -Token `$t -SkipCertificateCheck -AllowInsecureRedirect -Headers @{ 'X-Api-Key' = 'k' }
            `$echo.headers.Host; `"sensitive: `$(`$echo.sensitiveHeaders)`"
            (Invoke-RestMethod '$away' -SkipCertificateCheck -AllowInsecureRedirect).headers.Host"
        # A proxy stands in for the host beyond this machine: for http only, and not for this machine.
        $env:http_proxy = $other.Address
        try { $said = & $engine $first -NoProfile -NonInteractive -Command $script } finally { $env:http_proxy = $null }

        $said | Should -Be 'api.example.com', 'sensitive: ', 'api.example.com'
    }
}
