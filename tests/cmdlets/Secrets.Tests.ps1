BeforeAll {
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    Import-Module "$PSScriptRoot/Support/Leaks.psm1"
    Import-Module "$PSScriptRoot/Support/EchoServer.psm1"
}

Describe 'The search for leaks' {
    BeforeAll {
        $canary = New-Canary
        $bytes = [Text.Encoding]::UTF8.GetBytes($canary)
    }

    It 'finds a secret spelled as <Name>, wrapped as a console wraps it' -ForEach @(
        @{ Name = 'it is'; Spell = { $canary } }
        @{ Name = 'percent-encoding'; Spell = { [uri]::EscapeDataString($canary) } }
        @{ Name = 'percent-encoding in small letters'; Spell = { [uri]::EscapeDataString($canary).ToLowerInvariant() } }
        @{ Name = 'a form'; Spell = { [Net.WebUtility]::UrlEncode($canary) } }
        @{ Name = 'JSON'; Spell = { ConvertTo-Json $canary } }
        @{ Name = 'JSON of .NET'; Spell = { [Text.Encodings.Web.JavaScriptEncoder]::Default.Encode($canary) } }
        @{ Name = 'base64'; Spell = { [Convert]::ToBase64String($bytes) } }
        @{ Name = 'base64 with one byte before it'; Spell = { [Convert]::ToBase64String([byte[]](, 7 + $bytes + 7)) } }
        @{ Name = 'base64 with two bytes before it'; Spell = { [Convert]::ToBase64String([byte[]](7, 7 + $bytes + 7)) } }
        @{ Name = 'base64url'; Spell = { [Convert]::ToBase64String([byte[]](7, 7 + $bytes)).Replace('+', '-').Replace('/', '_').TrimEnd('=') } }
        @{ Name = 'base64 of UTF-16'; Spell = { [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($canary)) } }
        @{ Name = 'its first half'; Spell = { $canary.Substring(0, 34) } }
    ) {
        $wrapped = ("before $(& $Spell) behind" -split '(.{25})' | Where-Object { $_ }) -join "`n`e[31m     | `e[0m"
        @(Find-Leak $wrapped @{ it = $canary }).Count | Should -Be 1
    }

    It 'finds nothing in text without a secret' {
        Find-Leak "before $(New-Canary) behind" @{ it = $canary } | Should -BeNullOrEmpty
    }
}

Describe 'A session that prints everything it can' {
    BeforeAll {
        $sandbox = Start-Sandbox
        $canaries = [ordered]@{}
        foreach ($name in 'clientSecret', 'password', 'given', 'outside', 'fromFile', 'fromVariable', 'query', 'accessToken', 'refreshToken', 'idToken', 'planted') { $canaries[$name] = New-Canary }
        $echo = Start-EchoServer @{
            access_token = $canaries.accessToken; refresh_token = $canaries.refreshToken; id_token = $canaries.idToken; token_type = 'Bearer'; expires_in = 3600
        }

        # Not in the folder that is searched.
        $secrets = New-Item (Join-Path $TestDrive secrets) -ItemType Directory
        $out = New-Item (Join-Path $TestDrive out) -ItemType Directory
        $files = @{}
        foreach ($name in $canaries.Keys) { [IO.File]::WriteAllText(($files[$name] = Join-Path $secrets $name), $canaries[$name]) }
        $canaries.loginBodySecret = New-Canary
        [IO.File]::WriteAllText(($files.loginBody = Join-Path $secrets loginBody), (@{ user = 'ada'; password = $canaries.loginBodySecret } | ConvertTo-Json))
        foreach ($name in 'sandbox-jwt', 'sandbox-opaque') { $files[$name] = Join-Path $secrets $name }
        $givenFile = Join-Path $secrets given.json
        @{
            echo    = $echo.Address
            files   = $files
            sandbox = @{ address = $sandbox.Address; clientId = $sandbox.ClientId; secretFile = $sandbox.SecretFile; userName = $sandbox.UserName; passwordFile = $sandbox.PasswordFile }
        } | ConvertTo-Json | Set-Content $givenFile

        $engine = @(Get-Engine)
        $start = [Diagnostics.ProcessStartInfo]::new($engine[0])
        foreach ($argument in @($engine | Select-Object -Skip 1) + '-NoProfile', '-NonInteractive', '-File', "$PSScriptRoot/Support/SecretsSession.ps1", '-GivenFile', $givenFile, '-Out', "$out") { $start.ArgumentList.Add($argument) }
        $start.RedirectStandardOutput = $start.RedirectStandardError = $true
        $start.Environment['BEARERTOOLS_CANARY'] = $canaries.fromVariable
        $child = [Diagnostics.Process]::Start($start)
        $output = $child.StandardOutput.ReadToEndAsync()
        $errors = $child.StandardError.ReadToEndAsync()
        $ended = $child.WaitForExit(120000)
        if (-not $ended) { $child.Kill($true) }
        $output.Result | Set-Content (Join-Path $out stdout.txt)
        $errors.Result | Set-Content (Join-Path $out stderr.txt)

        $canaries.sandboxSecret = Get-Content $sandbox.SecretFile -Raw
        $canaries.sandboxPassword = Get-Content $sandbox.PasswordFile -Raw
        $canaries.basicHeader = [Convert]::ToBase64String([Text.Encoding]::ASCII.GetBytes("canary:$([uri]::EscapeDataString($canaries.clientSecret).Replace('%20', '+'))"))
        foreach ($name in 'sandbox-jwt', 'sandbox-opaque') { if (Test-Path $files[$name]) { $canaries[$name] = Get-Content $files[$name] -Raw } }
        $printed = Get-ChildItem $out -File | ForEach-Object { "$(Get-Content $_ -Raw)" }
        $unwrapped = $printed | ForEach-Object { Remove-Wrapping $_ }
    }

    AfterAll {
        Stop-EchoServer $echo
        Stop-Sandbox $sandbox
    }

    It 'ran to its end, and met every expected error' {
        $ended | Should -BeTrue
        [int][regex]::Match("$printed", 'failed as expected: (\d+)').Groups[1].Value | Should -BeGreaterOrEqual 25
        Get-ChildItem $out | Where-Object Length -GT 20000 | ForEach-Object Name | Should -Be 'stdout.txt', 'streams.txt', 'transcript.txt'
        $canaries.Keys | Should -Contain 'sandbox-jwt'
        $canaries.Keys | Should -Contain 'sandbox-opaque'
    }

    It 'printed the servers'' texts, without the secrets in them' {
        $all = "$unwrapped"
        # Not piped on: a failed test would print it all.
        ($all -match 'invalid_request:Basic\w*\*\*\*') | Should -BeTrue
        $all.Contains('Cannotservetheclientwithsecret''***''') | Should -BeTrue
        $all.Contains('Cannotparsetoken***ofthecaller') | Should -BeTrue
    }

    It 'printed no <_>' -ForEach 'clientSecret', 'password', 'loginBodySecret', 'given', 'outside', 'fromFile', 'fromVariable', 'query', 'accessToken', 'refreshToken', 'idToken', 'sandboxSecret', 'sandboxPassword', 'basicHeader', 'sandbox-jwt', 'sandbox-opaque' {
        $secret = @{ $_ = $canaries[$_] }
        $unwrapped | ForEach-Object { Find-Leak $_ $secret } | Should -BeNullOrEmpty
    }

    It 'printed the leak that was planted, in every spelling, and it is found' {
        $found = "$printed" -split '(?=planted )' | Where-Object { $_ -match '^planted ' -and (Find-Leak $_.Substring(0, [Math]::Min(600, $_.Length)) @{ it = $canaries.planted }) } |
            ForEach-Object { $_ -replace '(?s)^planted ([a-z0-9]+( \d)?):.*', '$1' } | Sort-Object -Unique
        $found | Should -Be 'base64 0', 'base64 1', 'base64 2', 'base64url 0', 'base64url 1', 'base64url 2', 'form', 'json', 'percent', 'raw'
    }
}
