BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'Update-BearerToken' {
    BeforeEach { Clear-BearerTokenCache; Reset-SandboxStats $sandbox }

    It 'gets a new token in place of the connected one' {
        $old = Connect-Sandbox $sandbox
        $new = Update-BearerToken

        $new | Should -BeOfType ([BearerTools.AccessToken])
        $new.Fingerprint | Should -Not -Be $old.Fingerprint
        (Get-BearerToken).Fingerprint | Should -Be $new.Fingerprint
        (Get-SandboxStats $sandbox).tokenRequests | Should -Be 2
        @(Get-BearerTokenCache).Count | Should -Be 1
    }

    It 'warns if the source has only the same token, and says what to do' {
        $env:BEARERTOOLS_TEST_SAME = [guid]::NewGuid().ToString('n')
        try {
            Connect-BearerApi -TokenFrom env:BEARERTOOLS_TEST_SAME -BaseUri "$($sandbox.Address)/"
            $same = Update-BearerToken -WarningVariable warned -WarningAction SilentlyContinue
            "$warned" | Should -Be "env:BEARERTOOLS_TEST_SAME still contains token $($same.Fingerprint). Put a new one there, and run Update-BearerToken again."

            $env:BEARERTOOLS_TEST_SAME = [guid]::NewGuid().ToString('n')
            (Update-BearerToken -WarningVariable warned -WarningAction SilentlyContinue).Fingerprint | Should -Not -Be $same.Fingerprint
            $warned | Should -BeNullOrEmpty
        }
        finally {
            $env:BEARERTOOLS_TEST_SAME = $null
        }
    }

    It 'renews what comes down the pipeline: tokens, and entries of the cache' {
        $tokens = @((Connect-Sandbox $sandbox api.read), (Connect-Sandbox $sandbox api.write))

        $new = @($tokens | Update-BearerToken)
        $newer = @(Get-BearerTokenCache | Update-BearerToken)

        $new.Scopes | Should -Be 'api.read', 'api.write'
        @(@($tokens) + $new + $newer | ForEach-Object Fingerprint | Select-Object -Unique).Count | Should -Be 6
    }

    It 'renews an old token''s entry, whichever token is current there' {
        $old = Connect-Sandbox $sandbox
        $null = Update-BearerToken

        (Update-BearerToken $old).Fingerprint | Should -Be (Get-BearerToken).Fingerprint
    }

    It 'says what to do when nothing is connected' {
        $failure = { Update-BearerToken } | Should -Throw -PassThru

        $failure.FullyQualifiedErrorId | Should -Be 'NotConnected,BearerTools.Cmdlets.UpdateBearerTokenCommand'
        $failure.ErrorDetails.Message | Should -BeLike '*Run Connect-BearerApi*-Token $token*-Profile NAME*'
    }

    It 'says that it cannot renew a token from outside, and renews the others' {
        $outside = [BearerTools.AccessToken]::new((ConvertTo-SecureString (New-Jwt @{ sub = 'x' }) -AsPlainText -Force))
        $inside = Connect-Sandbox $sandbox

        $new = $outside, $inside | Update-BearerToken -ErrorVariable failures -ErrorAction SilentlyContinue

        @($new).Count | Should -Be 1
        $failures.Count | Should -Be 1
        $failures[0].FullyQualifiedErrorId | Should -Be 'TokenNotCached,BearerTools.Cmdlets.UpdateBearerTokenCommand'
        $failures[0].CategoryInfo.Category | Should -Be ObjectNotFound
        $failures[0].TargetObject | Should -Be $outside
        $failures[0].ErrorDetails.Message | Should -BeLike '*Get-BearerTokenCache*'
    }

    It 'processes the next token when one cannot be renewed' {
        Get-Content $sandbox.SecretFile -Raw | Set-Content TestDrive:/secret.txt -NoNewline
        Connect-BearerApi -Authority $sandbox.Address -ClientId $sandbox.ClientId -SecretFrom file:TestDrive:/secret.txt; $changing = Get-BearerToken
        $lasting = Connect-Sandbox $sandbox
        New-Guid | Set-Content TestDrive:/secret.txt

        $new = $changing, $lasting | Update-BearerToken -ErrorVariable failures -ErrorAction SilentlyContinue

        @($new).Count | Should -Be 1
        $failures.FullyQualifiedErrorId | Should -Be 'InvalidClient,BearerTools.Cmdlets.UpdateBearerTokenCommand'
        $failures.TargetObject | Should -Be $changing
    }

    It 'tries a refused login again' {
        Get-Content $sandbox.PasswordFile -Raw | Set-Content TestDrive:/password.txt -NoNewline
        $login = @{ LoginUri = "$($sandbox.Address)/login"; UserName = $sandbox.UserName; SecretFrom = 'file:TestDrive:/password.txt' }
        Connect-BearerApi @login
        New-Guid | Set-Content TestDrive:/password.txt

        { Update-BearerToken } | Should -Throw
        { Update-BearerToken } | Should -Throw
        (Get-SandboxStats $sandbox).logins | Should -Be 3
    }
}
