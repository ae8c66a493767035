BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    Import-Module "$PSScriptRoot/Support/FixedServer.psm1"
    $sandbox = Start-Sandbox

    function Get-Step($Test, [string] $Name) { $Test.Steps | Where-Object Step -eq $Name }
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'Test-BearerConnection' {
    BeforeEach { Disconnect-BearerApi; Clear-BearerTokenCache }

    It 'passes each step of a connection that works, and changes nothing' {
        $null = Connect-Sandbox $sandbox -Scope api.read
        $before = Get-BearerConnection
        Reset-SandboxStats $sandbox
        $test = Test-BearerConnection -Path items

        $test.Result | Should -BeTrue
        $test.FailedStep | Should -BeNullOrEmpty
        ($test.Steps | Where-Object Status -eq Passed).Step | Should -Be Connection, TCP, Clock, Discovery, Token, Audience, Scopes, Header, Request
        (Get-Step $test Token).Found | Should -BeLike "$($before.Fingerprint), cached, expires in 00:5*"
        (Get-Step $test Scopes).Found | Should -Be api.read
        (Get-Step $test Request).Found | Should -BeLike '200 OK, application/json, in * ms'
        (Get-BearerConnection).Fingerprint | Should -Be $before.Fingerprint
        (Get-SandboxStats $sandbox).tokenRequests | Should -Be 0
    }

    It 'removes and renews no token that the API rejects' {
        $null = Connect-Sandbox $sandbox
        $before = Get-BearerConnection
        Revoke-SandboxTokens $sandbox
        Reset-SandboxStats $sandbox
        $test = Test-BearerConnection -Path items

        $test.FailedStep.Step | Should -Be Request
        $test.FailedStep.ErrorId | Should -Be HttpStatus401
        (Get-BearerConnection).Fingerprint | Should -Be $before.Fingerprint
        (Get-SandboxStats $sandbox).tokenRequests | Should -Be 0
        (Invoke-BearerRequest items/1).id | Should -Be 1
    }

    It 'shows a checklist with the first broken step explained, on one screen of 80 columns' {
        $screen = Test-BearerConnection -Uri http://127.0.0.1:1/ | Out-String -Width 80
        $lines = $screen.Trim() -split '\r?\n'

        $lines.Count | Should -BeLessThan 24
        ($lines | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual 80
        $lines[0] | Should -Be 'GET http://127.0.0.1:1/ without a token'
        $lines | Should -Contain '-        Proxy       none is used'
        $screen | Should -Match '(?m)^FAILED   TCP         Connecting to 127.0.0.1:1 failed'
        $lines | Should -Contain '-        Request     not reached'
        $screen | Should -Match '(?m)^What to do: Check the address'
    }

    It 'returns $true or $false with -Quiet, and the steps with -Detailed' {
        $null = Connect-Sandbox $sandbox
        Test-BearerConnection -Path items -Quiet | Should -BeExactly $true
        Test-BearerConnection -Path nowhere -Quiet | Should -BeExactly $false
        $steps = Test-BearerConnection -Path items -Detailed
        $steps.Count | Should -Be 12
        ($steps | Where-Object Step -eq Discovery).Details.TokenEndpoint | Should -Be "$($sandbox.Address)/token"
        ($steps | Where-Object Step -eq Request).Details.Status | Should -Be 200
        { Test-BearerConnection -Detailed -Quiet } | Should -Throw -ErrorId 'ParameterConflict,*'
    }

    It 'says that nothing is connected' {
        $failed = (Test-BearerConnection).FailedStep
        $failed.Step | Should -Be Connection
        $failed.ErrorId | Should -Be NotConnected
        $failed.NextStep | Should -BeLike '*Connect-BearerApi*'
    }

    It 'tests the path to a profile''s API even if its secret is missing, and then says so' {
        $place = $env:XDG_CONFIG_HOME
        $folder = Join-Path $place ($IsWindows ? 'BearerTools' : 'bearertools')
        $null = New-Item $folder -ItemType Directory -Force
        $file = Join-Path $folder profiles.json
        @{ profiles = @{
                broken = @{ Authority = $sandbox.Address; ClientId = 'ops'; SecretFrom = 'env:BEARERTOOLS_NO_SUCH'; BaseUri = $sandbox.Api }
                wrong  = @{ Nonsense = 1 }
            }
        } | ConvertTo-Json -Depth 5 | Set-Content $file
        if (-not $IsWindows) { chmod 700 $folder; chmod 600 $file }

        $test = Test-BearerConnection -Profile broken
        (Get-Step $test TCP).Status | Should -Be Passed
        $test.FailedStep.Step | Should -Be Token
        $test.FailedStep.Cause | Should -BeLike '*BEARERTOOLS_NO_SUCH*'
        $test.Uri | Should -Be $sandbox.Api

        $failed = (Test-BearerConnection -Profile wrong).FailedStep
        $failed.Step | Should -Be Connection
        $failed.Cause | Should -BeLike "*Nonsense*"
        (Test-BearerConnection -Profile none).FailedStep.ErrorId | Should -Be ProfileNotFound
        Remove-Item $file
    }

    It 'sends the token to no origin that the connection does not allow' {
        $server = Start-FixedServer 'HTTP/1.1 200 OK', 'Content-Type: application/json' '{}'
        $null = Connect-Sandbox $sandbox
        $failed = (Test-BearerConnection -Path "http://127.0.0.1:$($server.Port)/").FailedStep

        $failed.Step | Should -Be Request
        $failed.ErrorId | Should -Be OriginNotAllowed
        $server.Authorized | Should -Be 0
        $server.Dispose()
    }

    It 'sends no token to a bare address' {
        $null = Connect-Sandbox $sandbox
        $server = Start-FixedServer 'HTTP/1.1 401 Unauthorized', 'WWW-Authenticate: Bearer' ''
        $test = Test-BearerConnection -Uri "http://127.0.0.1:$($server.Port)/"

        $test.Result | Should -BeTrue
        (Get-Step $test Request).Found | Should -Be '401 Unauthorized: reached; it requires a token'
        $server.Requests | Should -Be 2
        $server.Authorized | Should -Be 0
        $server.Dispose()
    }

    It 'ends at -TimeoutSec when the server does not respond' {
        $server = Start-FixedServer
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $failed = (Test-BearerConnection -Uri "http://127.0.0.1:$($server.Port)/" -TimeoutSec 2).FailedStep

        $watch.Elapsed.TotalSeconds | Should -BeLessThan 30
        $failed.Step | Should -Be Request
        $failed.Found | Should -Be 'no result within 2 s'
        $server.Dispose()
    }

    It 'says what part of the time limit a connection had' {
        $server = Start-FixedServer
        $failed = (Test-BearerConnection -Uri "https://127.0.0.1:$($server.Port)/" -TimeoutSec 1).FailedStep
        $failed.Step | Should -Be TLS
        # Half of what is left when the connection begins.
        $failed.Found | Should -BeLike 'no connection within 0.* s, half of -TimeoutSec'
        $server.Dispose()
    }

    It 'says what to do about the status <_>' -ForEach 400, 404, 500, 502, 503 {
        $null = Connect-Sandbox $sandbox
        $failed = (Test-BearerConnection -Path "status/$_").FailedStep
        $failed.ErrorId | Should -Be "HttpStatus$_"
        $failed.NextStep | Should -Not -BeNullOrEmpty
    }

    It 'explains an address without a scheme by the parameter that was typed' {
        $failure = { Test-BearerConnection -Uri localhost:5000/v1 } | Should -Throw -PassThru -ErrorId 'UriRefused,*'
        "$failure" | Should -BeLike "*'localhost:5000/v1' is not an absolute address: it has no scheme*"
        $failure.ErrorDetails.Message | Should -Not -BeLike '*-BaseUri*'
    }

    It 'asks no user to sign in' {
        Set-BearerProfile person -Authority $sandbox.Address -ClientId ops -Interactive -BaseUri $sandbox.Api
        $failed = (Test-BearerConnection -Profile person).FailedStep

        $failed.Step | Should -Be Token
        $failed.ErrorId | Should -BeIn LoginRequired, NotInteractive
        Remove-BearerProfile person
    }

    It 'tests a mock without the network' {
        Use-BearerMock https://api.contoso.com/ {
            Add-BearerMockRule GET /users @{ id = 1 }
            Connect-BearerApi -Authority https://id.contoso.com -ClientId ops -SecretFrom env:BEARERTOOLS_NO_SUCH -BaseUri https://api.contoso.com/
            $test = Test-BearerConnection -Path users
        }

        $test.Result | Should -BeTrue
        (Get-Step $test DNS).Found | Should -Be 'a mock responds'
        (Get-Step $test Request).Status | Should -Be Passed
    }

    It 'shows no secret' {
        $secret = "$(New-Guid)"
        $server = Start-FixedServer 'HTTP/1.1 401 Unauthorized', "WWW-Authenticate: Bearer error=`"$secret`"", "X-Echo: $secret" "the token $secret is wrong"
        $token = [BearerTools.AccessToken]::new(($secret | ConvertTo-SecureString -AsPlainText -Force))
        $test = Test-BearerConnection -Token $token -Path "http://127.0.0.1:$($server.Port)/?key=$secret"

        ($test | ConvertTo-Json -Depth 6) + ($test | Out-String) + ($test.Steps | Format-List * | Out-String) | Should -Not -BeLike "*$secret*"
        $server.Dispose()
    }
}
