# Requests with a user name and a password instead of a token.

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1" -Force
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1" -Force

    # Returns the Authorization header of each request; /moved redirects to the other server, /refused and /none are 401.
    function Start-Server([string] $Other) {
        $name = $IsWindows ? 'localhost' : '127.0.0.1'
        foreach ($try in 1..20) {
            $address = "http://${name}:$(Get-Random -Minimum 20000 -Maximum 60000)/"
            $listener = [Net.HttpListener]::new()
            $listener.Prefixes.Add($address)
            try { $listener.Start(); break } catch [Net.HttpListenerException] { $listener = $null }
        }
        $shell = [powershell]::Create().AddScript({
                param($listener, $other)
                while ($listener.IsListening) {
                    try { $http = $listener.GetContext() } catch { return }
                    switch -Wildcard ($http.Request.Url.AbsolutePath) {
                        '/moved' { $http.Response.Redirect("${other}echo") }
                        '/here' { $http.Response.Redirect('/echo') }
                        '/repeated' { $http.Response.StatusCode = 422 }
                        '/forbidden' { $http.Response.StatusCode = 403 }
                        '/refused' { $http.Response.StatusCode = 401; $http.Response.AddHeader('WWW-Authenticate', 'Basic realm="x"') }
                    }
                    $http.Response.ContentType = 'application/json'
                    $bytes = [Text.Encoding]::UTF8.GetBytes((ConvertTo-Json @{
                                header = $http.Request.Headers['Authorization']
                                message = $http.Request.Url.AbsolutePath -eq '/repeated' ?
                                    "No login with $([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($http.Request.Headers['Authorization'].Split(' ')[1])))" : ''
                            }))
                    $http.Response.OutputStream.Write($bytes)
                    $http.Response.Close()
                }
            }).AddArgument($listener).AddArgument($Other)
        @{ Address = $address; Listener = $listener; Shell = $shell; Run = $shell.BeginInvoke() }
    }

    $other = Start-Server
    $server = Start-Server $other.Address
    $u = $server.Address
    $password = [guid]::NewGuid().ToString('n') + 'ß'
    $ann = [pscredential]::new('ann', (ConvertTo-SecureString $password -AsPlainText -Force))
    $header = 'Basic ' + [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes("ann:$password"))
}

AfterAll {
    foreach ($one in $server, $other) {
        $one.Listener.Close()
        $one.Shell.Dispose()
    }
    Disconnect-BearerApi
}

Describe 'Invoke-BearerRequest -Credential' {
    It 'does not show a short password that the API repeats' {
        $short = 'k' + (Get-Random -Minimum 100 -Maximum 999)
        $credential = [pscredential]::new('bob', (ConvertTo-SecureString $short -AsPlainText -Force))
        $failure = { Invoke-BearerRequest "${u}repeated" -Credential $credential -ErrorAction Stop } | Should -Throw -PassThru
        $failure.Exception.Message | Should -Match 'No login with bob:\*{3}( |$)'
        "$($failure.Exception.Message) $($failure.Exception.Body)" | Should -Not -BeLike "*$short*"

        $printed = Invoke-BearerRequest "${u}repeated" -Credential $credential -TraceBody -SkipHttpErrorCheck -Debug 5>&1 | Where-Object { $_ -is [Management.Automation.DebugRecord] }
        "$printed" | Should -BeLike '*No login with*'
        "$printed" | Should -Not -BeLike "*$short*"
        Export-BearerTrace "$TestDrive/short.har" -IncludeBody
        Get-Content "$TestDrive/short.har" -Raw | Should -Not -BeLike "*$short*"
    }

    It 'sends user name and password in UTF-8 to the typed address, with and without -Authentication Basic' {
        (Invoke-BearerRequest "${u}echo" -Credential $ann).header | Should -BeExactly $header
        (Invoke-BearerRequest "${u}echo" -Credential $ann -Authentication Basic).header | Should -BeExactly $header
        (Invoke-BearerRequest /echo -BaseUri $u -Credential $ann).header | Should -BeExactly $header
    }

    It 'sends an empty user name if a credential has none' {
        $nameless = [pscredential]::new([pscustomobject]@{ UserName = $null; Password = $ann.Password })
        $expected = 'Basic ' + [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes(":$password"))
        (Invoke-BearerRequest "${u}echo" -Credential $nameless).header | Should -BeExactly $expected
    }

    It 'keeps them on a redirect within the origin, and does not send them to another one' {
        (Invoke-BearerRequest "${u}here" -Credential $ann).header | Should -BeExactly $header
        (Invoke-BearerRequest "${u}moved" -Credential $ann).header | Should -BeNullOrEmpty
    }

    It 'leaves what is connected as it is, and uses nothing of it' {
        $token = ConvertTo-SecureString ([guid]::NewGuid().ToString('n')) -AsPlainText -Force
        Connect-BearerApi -Token $token -BaseUri $other.Address
        (Invoke-BearerRequest "${u}echo" -Credential $ann).header | Should -BeExactly $header
        (Get-TerminatingError { Invoke-BearerRequest /echo -Credential $ann }).ErrorDetails.Message | Should -BeLike '*-Credential uses no base address of the connection: add -BaseUri here*'
        (Invoke-BearerRequest /echo).header | Should -BeExactly "Bearer $(ConvertTo-Plain $token)"
    }

    It 'does not send a piped address the credential of the typed one' {
        $results = "${u}echo", "$($other.Address)echo" | Invoke-BearerRequest -Credential $ann -ErrorVariable failed -ErrorAction SilentlyContinue
        $results | Should -BeNullOrEmpty
        @($failed).Count | Should -BeGreaterThan 0
    }

    It 'advises to check user name and password when the API refuses them, and never shows them' {
        $failed = Get-TerminatingError { Invoke-BearerRequest "${u}refused" -Credential $ann }
        "$failed" | Should -BeLike '*Check the user name and the password.'
        "$($failed | Format-List * -Force | Out-String)" | Should -Not -Match ([regex]::Escape($password) + '|' + [regex]::Escape($header.Substring(6)))
    }

    It 'names the user in errors where the session has several identities, and does not speak of a token' {
        foreach ($i in 1, 2) { $null = Get-BearerToken -Token (ConvertTo-SecureString ([guid]::NewGuid().ToString('n')) -AsPlainText -Force) }
        "$(Get-TerminatingError { Invoke-BearerRequest "${u}repeated" -Credential $ann })" | Should -BeLike '*(account ann)*rejects this request: correct*'
        "$(Get-TerminatingError { Invoke-BearerRequest "${u}forbidden" -Credential $ann })" | Should -BeLike '*(account ann)*check the user name, and the rights of the user.'
    }

    It 'refuses <Case> before anything is sent' -ForEach @(
        @{ Case = 'a second identity (-Token)'; With = { @{ Credential = $ann; Token = $ann.Password } }; Says = '*cannot be combined with -Token*' }
        @{ Case = 'a second identity (-Profile)'; With = { @{ Credential = $ann; Profile = 'x' } }; Says = '*cannot be combined with -Profile*' }
        @{ Case = 'Basic without a credential'; With = { @{ Authentication = 'Basic' } }; Says = '*needs a user name and a password*' }
        @{ Case = 'a credential with -Authentication Bearer'; With = { @{ Authentication = 'Bearer'; Credential = $ann } }; Says = '*-Authentication Basic*' }
        @{ Case = 'a colon in the user name'; With = { @{ Credential = [pscredential]::new('a:b', $ann.Password) } }; Says = '*colon*' }
    ) {
        $with = & $With
        (Get-TerminatingError { Invoke-BearerRequest "${u}echo" @with }).Exception.Message | Should -BeLike $Says
    }

    It 'sends nothing over plain http without -AllowUnencryptedAuthentication' {
        (Get-TerminatingError { Invoke-BearerRequest 'http://api.example/' -Credential $ann }).Exception.Message | Should -BeLike '*can be read in transit*'
    }
}
