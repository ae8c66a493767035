# -WebSession and -SessionVariable, to and fro between Invoke-BearerRequest and Invoke-RestMethod.

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox
    $other = Start-Sandbox
    $api = $sandbox.Api
    $token = Connect-Sandbox $sandbox
    $open = "$($sandbox.Address)/open"
}

AfterAll { $sandbox, $other | ForEach-Object { Stop-Sandbox $_ } }

Describe 'A session that Invoke-BearerRequest made' {
    It 'is one of Invoke-RestMethod, there before the first request' {
        $null = Get-TerminatingError { Invoke-BearerRequest 'http://127.0.0.1:1/' -SessionVariable made }
        $made.GetType().FullName | Should -Be 'Microsoft.PowerShell.Commands.WebRequestSession'
        (Get-Command Invoke-BearerRequest).ResolveParameter('SV').Name | Should -Be 'SessionVariable'
    }

    It 'keeps the cookies of responses, on redirects too, for itself and for Invoke-RestMethod' {
        $null = Invoke-BearerRequest 'cookies?sid=one&to=/api/cookies%3Fsecond=two' -SessionVariable made

        (Invoke-BearerRequest echo -WebSession $made).headers.Cookie | Should -Be 'sid=one; second=two'
        (Invoke-RestMethod "$open/echo" -WebSession $made).headers.Cookie | Should -Be 'sid=one; second=two'
        (Invoke-BearerRequest echo).headers.Cookie | Should -BeNullOrEmpty
    }

    It 'keeps headers, user agent and limits that were typed, as one of Invoke-RestMethod does' {
        $with = @{ Headers = @{ 'X-Mine' = 'yes'; 'X-None' = $null }; UserAgent = 'Nightly/1.0'; MaximumRedirection = 3; SessionVariable = 'made' }
        $null = Invoke-BearerRequest echo @with
        $mine = $made
        $null = Invoke-RestMethod "$open/echo" @with
        $theirs = $made

        foreach ($session in $mine, $theirs) {
            $session.Headers['X-Mine'] | Should -Be 'yes'
            $session.Headers.Keys | Should -Not -Contain 'X-None'
            $session.UserAgent | Should -Be 'Nightly/1.0'
            $session.MaximumRedirection | Should -Be 3
        }
        foreach ($session in $mine, $theirs) {
            foreach ($echo in (Invoke-RestMethod "$open/echo" -WebSession $session), (Invoke-BearerRequest echo -WebSession $session)) {
                $echo.headers.'X-Mine' | Should -Be 'yes'
                $echo.headers.'User-Agent' | Should -Be 'Nightly/1.0'
            }
        }
    }

    It 'never gets the token' {
        $null = Invoke-BearerRequest echo -SessionVariable made
        $plain = ConvertTo-Plain $token.Token

        $made.Headers.Keys | Should -Not -Contain 'Authorization'
        $made | ConvertTo-Json -Depth 4 -WarningAction Ignore | Should -Not -BeLike "*$plain*"
        (Invoke-RestMethod "$open/echo" -WebSession $made).sensitiveHeaders | Should -Not -Contain 'Authorization'
    }

    It 'does not keep headers of single inputs' {
        $null = 'a', 'b' | Invoke-BearerRequest -Uri echo -Headers { @{ 'X-Id' = $_ } } -SessionVariable made
        $made.Headers.Count | Should -Be 0
    }

    It 'serves many requests at once' {
        $null = Invoke-BearerRequest 'cookies?sid=one' -SessionVariable made
        $echoes = 1..200 | Invoke-BearerRequest -Uri { "echo?n=$_" } -WebSession $made -ThrottleLimit 16
        @($echoes.headers.Cookie | Sort-Object -Unique) | Should -Be 'sid=one'
    }
}

Describe 'A session that Invoke-RestMethod made' {
    BeforeEach { $null = Invoke-RestMethod "$open/cookies?sid=theirs" -SessionVariable session -Headers @{ 'X-Theirs' = 1 } -UserAgent 'Theirs/1.0' }

    It 'gives its cookies, headers and user agent' {
        $headers = (Invoke-BearerRequest echo -WebSession $session).headers

        $headers.Cookie | Should -Be 'sid=theirs'
        $headers.'X-Theirs' | Should -Be '1'
        $headers.'User-Agent' | Should -Be 'Theirs/1.0'
    }

    It 'is overridden by what is typed, and by headers of single inputs' {
        $headers = ('a' | Invoke-BearerRequest -Uri echo -WebSession $session -Headers { @{ 'x-theirs' = $_ } } -UserAgent 'Mine/1.0').headers

        $headers.'X-Theirs' | Should -Be 'a'
        $headers.'User-Agent' | Should -Be 'Mine/1.0'
        $session.Headers['X-Theirs'] | Should -Be '1'
        $session.UserAgent | Should -Be 'Mine/1.0'
    }

    It 'does not send the token that Invoke-RestMethod left in it' {
        $old = ConvertTo-SecureString (New-Guid) -AsPlainText -Force
        $null = Invoke-RestMethod "$open/echo" -WebSession $session -Authentication Bearer -Token $old -AllowUnencryptedAuthentication

        (Invoke-BearerRequest echo -WebSession $session).tokenFingerprint | Should -Be (Get-EchoedFingerprint (ConvertTo-Plain $token.Token))
    }

    It 'gives its limit of redirects, unless another is typed' {
        $session.MaximumRedirection = 1
        $failure = Get-TerminatingError { Invoke-BearerRequest redirects/2 -WebSession $session }
        $failure.FullyQualifiedErrorId | Should -BeLike 'TooManyRedirects,*'

        (Invoke-BearerRequest redirects/2 -WebSession $session -MaximumRedirection 2).arrived | Should -BeTrue
        $session.MaximumRedirection | Should -Be 2
    }

    It 'gives its proxy, and takes another' {
        $session.Proxy = [Net.WebProxy]::new($other.Address)
        Reset-SandboxStats $other
        $null = Invoke-BearerRequest "$open/echo" -WebSession $session
        (Get-SandboxStats $other).requests | Should -Be 1

        $null = Invoke-BearerRequest "$open/echo" -WebSession $session -NoProxy
        (Get-SandboxStats $other).requests | Should -Be 1
        $session.Proxy | Should -BeNullOrEmpty

        $null = Invoke-BearerRequest "$open/echo" -WebSession $session -Proxy $other.Address
        $null = Invoke-RestMethod "$open/echo" -WebSession $session
        (Get-SandboxStats $other).requests | Should -Be 3
    }

    It 'does not follow to another origin' {
        $echo = Invoke-BearerRequest "redirect?to=$($other.Address)/open/echo" -WebSession $session

        $echo.sensitiveHeaders | Should -BeNullOrEmpty
        $echo.headers.PSObject.Properties.Name | Should -Not -Contain 'X-Theirs'
        $echo.headers.'User-Agent' | Should -Be 'Theirs/1.0'
    }

    It 'is made of a hashtable of its properties too' {
        (Invoke-BearerRequest echo -WebSession @{ UserAgent = 'Mine/2.0' }).headers.'User-Agent' | Should -Be 'Mine/2.0'
    }
}

Describe 'A value that is not a session' {
    It 'is refused' {
        { Invoke-BearerRequest echo -WebSession 5 } | Should -Throw -ErrorId 'SessionRefused,*'
        { Invoke-BearerRequest echo -WebSession ([Microsoft.PowerShell.Commands.WebRequestSession]::new()) -SessionVariable made } | Should -Throw -ErrorId 'ParameterConflict,*'
    }

    It 'is refused as the name of a variable: <Name>' -ForEach @{ Name = '' }, @{ Name = 'true' }, @{ Name = 'env:' }, @{ Name = 'a:b' }, @{ Name = 'variable:' } {
        { Invoke-BearerRequest echo -SessionVariable $Name } | Should -Throw -ErrorId 'ParameterConflict,*'
    }
}
