# References to secrets: env:, file: and command:. Those that a session reads: References.Vaults.Tests.ps1.

BeforeAll {
    $manifest = "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module $manifest
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    Import-Module "$PSScriptRoot/Support/Stopping.psm1"
    $sandbox = Start-Sandbox
    $client = @{ Authority = $sandbox.Address; ClientId = $sandbox.ClientId }
    $engine = Get-Engine
    # The program that reads a file, without a shell, as a part of a command line.
    $reader = if ($IsWindows) { "command:`"$($engine[0])`" -NoProfile -Command Get-Content" } else { 'command:cat' }
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'command:' {
    BeforeEach { Clear-BearerTokenCache; Reset-SandboxStats $sandbox }

    It 'takes a client secret from a program, and runs it only when a token is requested' -Skip:$IsWindows {
        $count = Join-Path $TestDrive count
        $script = Join-Path $TestDrive 'give secret.sh'
        Set-Content $script "echo run >> '$count'; cat '$($sandbox.SecretFile)'"
        $from = "command:sh '$script'"

        $first = Get-BearerToken @client -SecretFrom $from
        $second = Get-BearerToken @client -SecretFrom $from
        $third = Update-BearerToken $first

        $second.Fingerprint | Should -Be $first.Fingerprint
        $third.Fingerprint | Should -Not -Be $first.Fingerprint
        @(Get-Content $count).Count | Should -Be 2
    }

    It 'takes a token, a key, a password of a login and a refresh token from a program' {
        $token = Get-BearerToken @client -SecretFrom "file:$($sandbox.SecretFile)" -AsPlainText
        Set-Content TestDrive:/token "Bearer $token"
        Set-Content TestDrive:/refresh (New-RefreshToken $sandbox)
        $folder = (Get-Item TestDrive:/).FullName

        Invoke-BearerRequest "$($sandbox.Api)echo" -Token (Get-BearerToken -TokenFrom "$reader '$folder/token'") | Should -Not -BeNullOrEmpty
        (Get-BearerToken @client -ClientKey "$reader '$($sandbox.KeyFile)'").Flow | Should -Be ClientCredentials
        (Get-BearerToken -LoginUri "$($sandbox.Address)/login" -UserName $sandbox.UserName -SecretFrom "$reader '$($sandbox.PasswordFile)'" -ForceRefresh).Flow | Should -Be JsonLogin
        (Get-BearerToken @client -SecretFrom "$reader '$($sandbox.SecretFile)'" -RefreshTokenFrom "$reader '$folder/refresh'").Flow | Should -Be RefreshToken
    }

    It 'never gives the token of the user whom the program named before' {
        $file = Join-Path $TestDrive user
        $ada, $bob = "ada-$(New-Guid)", "bob-$(New-Guid)"
        Set-Content $file $ada
        $first = Get-BearerToken -TokenFrom "$reader '$file'" -BaseUri $sandbox.Api
        Connect-BearerApi -TokenFrom "$reader '$file'" -BaseUri $sandbox.Api
        Set-Content $file $bob

        (Get-BearerToken -TokenFrom "$reader '$file'" -BaseUri $sandbox.Api -AsPlainText) | Should -Be $bob
        $first.Token | ConvertFrom-SecureString -AsPlainText | Should -Be $ada
        (Get-BearerConnection).Fingerprint | Should -Be $first.Fingerprint
        Connect-BearerApi -TokenFrom "$reader '$file'" -BaseUri $sandbox.Api
        (Get-BearerConnection).Fingerprint | Should -Not -Be $first.Fingerprint
    }

    It 'gives the user of now to each command that names a <Kind> profile' -ForEach @(
        @{ Kind = 'memory'; Save = @{} }
        @{ Kind = 'saved'; Save = @{ Save = $true } }
    ) {
        $previous = $env:XDG_CONFIG_HOME, $env:APPDATA, $env:BEARERTOOLS_PROFILE
        $env:XDG_CONFIG_HOME = $env:APPDATA = (New-Item "TestDrive:/config-$Kind" -ItemType Directory).FullName
        $file = Join-Path $TestDrive who
        $connected = { (Invoke-BearerRequest "$($sandbox.Address)/open/echo").headers.'X-Who' }
        try {
            foreach ($from in "$reader '$file'", "file:$file", 'env:BT_WHO') {
                $commands = @{
                    Connect = { Connect-BearerApi who; & $connected }
                    Again = { Disconnect-BearerApi; Connect-BearerApi who; & $connected }
                    Variable = { $env:BEARERTOOLS_PROFILE = 'who'; Connect-BearerApi; & $connected }
                    Get = { Get-BearerToken -Profile who -AsPlainText }
                    Use = { Use-BearerToken who { & $connected } }
                    Invoke = { (Invoke-BearerRequest echo -Profile who).headers.'X-Who' }
                }
                foreach ($command in $commands.GetEnumerator()) {
                    $env:BT_WHO = 'user-0'
                    Set-Content $file $env:BT_WHO
                    Set-BearerProfile who -TokenFrom $from -SendTokenInHeader X-Who -BaseUri "$($sandbox.Address)/open/" @Save
                    $said = foreach ($number in 0, 1, 0) {
                        $env:BT_WHO = "user-$number"
                        Set-Content $file $env:BT_WHO
                        & $command.Value
                    }
                    $said -join ', ' | Should -Be 'user-0, user-1, user-0' -Because "of $($command.Key) $from"
                    Disconnect-BearerApi
                    $env:BEARERTOOLS_PROFILE = $null
                    Remove-BearerProfile who -Saved:($Kind -eq 'saved')
                }
            }
        }
        finally {
            $env:XDG_CONFIG_HOME, $env:APPDATA, $env:BEARERTOOLS_PROFILE = $previous
            $env:BT_WHO = $null
        }
    }

    It 'goes on with its token within the connection of a profile, and runs the program once for each command that names the profile' -Skip:$IsWindows {
        $file, $count = (Join-Path $TestDrive who), (Join-Path $TestDrive runs)
        $script = Join-Path $TestDrive who.sh
        Set-Content $script "echo run >> '$count'; cat '$file'"
        Set-Content $file ada
        Set-BearerProfile who -TokenFrom "command:sh '$script'" -SendTokenInHeader X-Who -BaseUri "$($sandbox.Address)/open/"
        Test-Path $count | Should -BeFalse
        Connect-BearerApi who
        Set-Content $file bob
        (Invoke-BearerRequest echo).headers.'X-Who' | Should -Be ada
        @(Get-Content $count).Count | Should -Be 1
        Connect-BearerApi who
        (Invoke-BearerRequest echo).headers.'X-Who' | Should -Be bob
        @(Get-Content $count).Count | Should -Be 2
        (Get-BearerProfile who).Name | Should -Be who
        Update-BearerToken -Profile who | Out-Null
        Invoke-BearerRequest echo -Profile who | Out-Null
        @(Get-Content $count).Count | Should -Be 4
        Remove-BearerProfile who
    }

    It 'requests the token anew when <Parameter> of a profile gives another value' -ForEach @(
        @{ Parameter = 'RefreshTokenFrom' }
        @{ Parameter = 'SubjectTokenFrom' }
        @{ Parameter = 'ActorTokenFrom' }
    ) {
        $file = Join-Path $TestDrive place
        $proof = $client + @{ SecretFrom = "file:$($sandbox.SecretFile)" }
        $env:BT_SUBJECT = Get-BearerToken @proof -AsPlainText
        $more = if ($Parameter -eq 'ActorTokenFrom') { @{ SubjectTokenFrom = 'env:BT_SUBJECT' } } else { @{} }
        try {
            foreach ($from in "$reader '$file'", "file:$file", 'env:BT_PLACE') {
                $env:BT_PLACE = if ($Parameter -eq 'RefreshTokenFrom') { New-RefreshToken $sandbox } else { $env:BT_SUBJECT }
                Set-Content $file $env:BT_PLACE
                $define = $more + @{ $Parameter = $from }
                Set-BearerProfile other @proof @define -BaseUri $sandbox.Api
                Connect-BearerApi other
                $env:BT_PLACE = 'of-another-user'
                Set-Content $file $env:BT_PLACE
                { Connect-BearerApi other } | Should -Throw -Because $from
                { Get-BearerToken -Profile other } | Should -Throw -Because $from
                { Invoke-BearerRequest echo -Profile other -ErrorAction Stop } | Should -Throw -Because $from
            }
        }
        finally {
            $env:BT_SUBJECT = $env:BT_PLACE = $null
            Remove-BearerProfile other
        }
    }

    It 'is read again for a renewal during requests' {
        Copy-Item $sandbox.SecretFile TestDrive:/secret
        $file = (Get-Item TestDrive:/secret).FullName
        Connect-BearerApi @client -SecretFrom "$reader '$file'" -BaseUri $sandbox.Api
        Revoke-SandboxTokens $sandbox
        Invoke-BearerRequest echo | Should -Not -BeNullOrEmpty
        Set-Content $file wrong
        Revoke-SandboxTokens $sandbox

        { Invoke-BearerRequest echo -ErrorAction Stop } | Should -Throw -ExpectedMessage '*client*'
    }

    It 'says what a program said that failed' -Skip:$IsWindows {
        $failure = { Get-BearerToken @client -SecretFrom 'command:sh -c "echo the store is locked >&2; exit 2"' } | Should -Throw -PassThru

        $failure.FullyQualifiedErrorId | Should -BeLike 'SecretUnreadable,*'
        $failure.ErrorDetails.Message | Should -BeLike "The program 'sh' *ended with code 2: the store is locked.*"
    }

    It 'names a program that does not exist, and shows no argument' {
        $failure = { Get-BearerToken @client -SecretFrom 'command:no-such-program-here canary' } | Should -Throw -PassThru

        $failure.FullyQualifiedErrorId | Should -BeLike 'SecretNotFound,*'
        "$failure $($failure.ErrorDetails)" | Should -Not -BeLike '*canary*'
    }

    It 'stops the program on Ctrl+C (<Case>)' -Skip:$IsWindows -ForEach @(
        @{ Case = 'a key, while the command starts'; Line = '-ClientKey' }
        @{ Case = 'a secret, during the token request'; Line = '-SecretFrom' }
    ) {
        $mark = Join-Path $TestDrive "mark-$($Line.Trim('-'))"
        $run = Start-Script $manifest "Get-BearerToken -Authority $($sandbox.Address) -ClientId x $Line 'command:sh -c `"echo `$`$ > $mark; exec sleep 60`"'"
        Wait-Until { (Test-Path $mark) -and (Get-Content $mark) }

        Stop-Script $run | Should -BeLessThan 3
        Wait-Until { -not (Get-Process -Id (Get-Content $mark) -ErrorAction Ignore) } -Seconds 5
    }
}

Describe 'file:' {
    It 'says what is there instead of a file: <What>' -Skip:$IsWindows -ForEach @(
        @{ What = 'a folder' }
        @{ What = 'a FIFO (named pipe)' }
    ) {
        $path = Join-Path $TestDrive ([guid]::NewGuid())
        if ($What -eq 'a folder') { $null = New-Item $path -ItemType Directory } else { mkfifo $path }
        foreach ($command in { Get-BearerToken -TokenFrom "file:$path" }, { Get-BearerToken @client -SecretFrom "file:$path" }) {
            $failure = $command | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'SecretUnreadable,*'
            $failure.ErrorDetails.Message | Should -BeLike "*'$path' is $What, not a regular file.*command:PROGRAM*"
        }
        $failure = { Get-BearerToken @client -ClientKey $path } | Should -Throw -PassThru
        $failure.ErrorDetails.Message | Should -BeLike "*'$path' is $What, not a regular file.*"
    }

    It 'does not warn about the mode of what is no file: <What>' -Skip:$IsWindows -ForEach @(@{ What = 'FIFO' }, @{ What = 'socket' }) {
        $path = Join-Path $TestDrive $What
        $socket = $null
        if ($What -eq 'FIFO') { mkfifo $path }
        else {
            $socket = [Net.Sockets.Socket]::new('Unix', 'Stream', 'Unspecified')
            $socket.Bind([Net.Sockets.UnixDomainSocketEndPoint]::new($path))
        }
        chmod 666 $path
        { Get-BearerToken -TokenFrom "file:$path" -WarningVariable script:warned -WarningAction SilentlyContinue } | Should -Throw '*not a regular file*'
        $warned | Should -BeNullOrEmpty
        if ($socket) { $socket.Dispose() }
    }

    It 'refuses a secret that is not text: <What>' -ForEach @(
        @{ What = 'not UTF-8'; Bytes = [byte[]](0x61, 0xff, 0x62) }
        @{ What = 'a null character'; Bytes = [byte[]](0x61, 0, 0x62) }
    ) {
        $path = Join-Path $TestDrive bytes
        [IO.File]::WriteAllBytes($path, $Bytes)
        { Get-BearerToken @client -SecretFrom "file:$path" } | Should -Throw '*is not a text in UTF-8*'
    }

    It 'says why a program cannot be started' -Skip:$IsWindows {
        $script = Join-Path $TestDrive "it's.sh"
        Set-Content $script 'echo token'
        chmod 600 $script
        $failure = { Get-BearerToken -TokenFrom "command:`"$script`"" } | Should -Throw -PassThru
        $failure.ErrorDetails.Message | Should -BeLike "*cannot be started: it is not executable*chmod u+x '*/it'\''s.sh'*"
        { Get-BearerToken -TokenFrom 'command:/tmp' } | Should -Throw '*cannot be started: it is a folder*'
        { Get-BearerToken -TokenFrom 'command:/tmp/there-is-none' } | Should -Throw '*was not found*'
    }

    It 'warns once of a file that every user can read, and not of one that is private' -Skip:$IsWindows {
        Copy-Item $sandbox.SecretFile TestDrive:/open
        $file = (Get-Item TestDrive:/open).FullName
        if ([IO.DriveInfo]::new($file).DriveFormat -eq 'tmpfs') { Set-ItResult -Skipped -Because 'temporary files are in memory here'; return }
        chmod 644 $file
        $null = Get-BearerToken @client -SecretFrom "file:$file" -WarningVariable first -WarningAction SilentlyContinue
        $null = Get-BearerToken @client -SecretFrom "file:$file" -WarningVariable second -WarningAction SilentlyContinue
        "$first" | Should -BeLike "*every user of this machine can read it (mode 0644). Run: chmod 600 '$file'"
        Copy-Item $file TestDrive:/private
        $file = (Get-Item TestDrive:/private).FullName
        chmod 600 $file
        $null = Get-BearerToken @client -SecretFrom "file:$file" -WarningVariable private

        $second | Should -BeNullOrEmpty
        $private | Should -BeNullOrEmpty
    }
}
