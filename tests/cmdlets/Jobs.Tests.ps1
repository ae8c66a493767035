# Tokens in other runspaces, in jobs and in files.

BeforeAll {
    $manifest = (Resolve-Path "$PSScriptRoot/../../BearerTools.psd1").Path
    Import-Module $manifest
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox
    $flow = @{ Authority = $sandbox.Address; ClientId = $sandbox.ClientId; SecretFrom = "file:$($sandbox.SecretFile)"; BaseUri = $sandbox.Api }
    $token = Get-BearerToken @flow -WarningAction Ignore
    $plain = Get-BearerToken @flow -AsPlainText
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'A token object' {
    It 'works in a thread job through $using:, renewal included' {
        $job = Start-ThreadJob { Import-Module $using:manifest; Invoke-BearerRequest echo -Token $using:token; (Update-BearerToken $using:token).Flow }

        @($job | Receive-Job -Wait -AutoRemoveJob)[-1] | Should -Be ClientCredentials
    }

    It 'is facts without the token in a background job, where -Token says what to do' {
        $job = Start-Job {
            param($token)
            Import-Module $using:manifest
            $token
            try { Invoke-BearerRequest echo -Token $token } catch { "$_" }
        } -ArgumentList $token
        $given, $message = $job | Receive-Job -Wait -AutoRemoveJob

        $given.Fingerprint | Should -Be $token.Fingerprint
        "$([DateTimeOffset] $given.ExpiresOn)" | Should -Be "$($token.ExpiresOn)"
        $given.PSObject.Properties.Name | Should -Not -Contain Token
        $given.PSObject.Properties.Name | Should -Not -Contain Claims
        $message | Should -BeLike '*not the token*-Profile*Get-BearerToken -Token $secureString*'
    }

    It 'reaches a background job as a SecureString' {
        $secure = $token.Token
        $job = Start-Job {
            Import-Module $using:manifest
            Invoke-BearerRequest echo -Token (Get-BearerToken -Token $using:secure -BaseUri $using:sandbox.Api)
        }

        $job | Receive-Job -Wait -AutoRemoveJob | Should -Not -BeNullOrEmpty
    }

    It 'is facts without the token in a file, whatever made the file (<_>)' -ForEach 'Export-Clixml', 'ConvertTo-Json', 'Export-Csv' {
        $path = Join-Path $TestDrive 'token'
        switch ($_) {
            Export-Clixml { $token | Export-Clixml $path }
            ConvertTo-Json { $token | ConvertTo-Json | Set-Content $path }
            Export-Csv { $token | Export-Csv $path }
        }
        $text = Get-Content $path -Raw

        $text | Should -Match $token.Fingerprint
        foreach ($encoding in [Text.Encoding]::UTF8, [Text.Encoding]::Unicode) {
            $text | Should -Not -Match ([Convert]::ToHexString($encoding.GetBytes($plain)))
        }
        $text | Should -Not -Match ([regex]::Escape($plain))
    }

    It 'is refused with advice when it comes from a file' {
        $token | Export-Clixml TestDrive:/token.xml
        $given = Import-Clixml TestDrive:/token.xml

        { Get-BearerToken -Token $given } | Should -Throw '*contains facts about a token but not the token*'
    }
}

Describe '-MinimumLifetime' {
    It 'takes a TimeSpan or seconds, and warns once when the authority issues no longer tokens' {
        Clear-BearerTokenCache
        Reset-SandboxStats $sandbox
        $null = Get-BearerToken @flow -MinimumLifetime 10 -WarningVariable none
        $none | Should -BeNullOrEmpty
        $null = Get-BearerToken @flow -MinimumLifetime 30.00:00:00 -WarningVariable first -WarningAction SilentlyContinue
        Connect-BearerApi @flow -MinimumLifetime 2592000 -WarningVariable second -WarningAction SilentlyContinue
        $null = 1..5 | Invoke-BearerRequest -Uri { "echo?n=$_" } -Body $null -MinimumLifetime 2592000 -WarningVariable third

        "$first" | Should -BeLike '*before the minimum lifetime of 30.00:00:00*issues no tokens that last longer.'
        @($second) + @($third) | Should -BeNullOrEmpty
        (Get-SandboxStats $sandbox).tokenRequests | Should -Be 1
    }

    It 'cannot be negative: <_>' -ForEach '-5', '-00:10:00', ([timespan] '-00:10:00'), -5 {
        $value = $_
        { Get-BearerToken @flow -MinimumLifetime $value } | Should -Throw -ErrorId 'ParameterInvalid,*' -ExpectedMessage '*cannot be negative*'
    }

    It 'renews a token that lasts too short' {
        Clear-BearerTokenCache
        $first = Get-BearerToken @flow
        $life = ($first.ExpiresOn - [DateTimeOffset]::Now).TotalSeconds
        Start-Sleep -Seconds 3
        $second = Get-BearerToken @flow -MinimumLifetime ($life - 2)

        $second.Fingerprint | Should -Not -Be $first.Fingerprint
    }
}
