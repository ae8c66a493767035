BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox
    $null = Connect-Sandbox $sandbox
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'Get-BearerTrace' {
    BeforeEach { Clear-BearerTrace }

    It 'returns nothing when nothing was requested' {
        Get-BearerTrace | Should -BeNullOrEmpty
    }

    It 'shows a request with its status, times, size and token' {
        $before = [DateTimeOffset]::Now
        $null = Invoke-BearerRequest '/status/200?page=2&code=hidden'
        $entry = Get-BearerTrace | Where-Object Kind -EQ Request

        $entry | Should -BeOfType ([BearerTools.BearerTraceEntry])
        $entry.Method | Should -Be GET
        $entry.Status | Should -Be 200
        $entry.Uri | Should -BeLike '*/status/200?page=2&code=REDACTED'
        $entry.Attempt | Should -Be 1
        $entry.Reason | Should -BeNullOrEmpty
        $entry.IsFailure | Should -BeFalse
        $entry.Fingerprint | Should -Be (Get-BearerTokenCache | Where-Object IsCurrent).Fingerprint
        $entry.Time | Should -BeGreaterOrEqual $before.AddMilliseconds(-50)
        $entry.Duration | Should -Be ($entry.Queue + $entry.Connect + $entry.Wait + $entry.Body)
        $entry.Wait | Should -BeGreaterThan ([timespan]::Zero)
    }

    It 'shows each retry with its reason' {
        { Invoke-BearerRequest /status/503 -MaximumRetryCount 1 -RetryIntervalSec 1 } | Should -Throw
        $entries = Get-BearerTrace | Where-Object Kind -EQ Request

        $entries.Status | Should -Be 503, 503
        $entries.Attempt | Should -Be 1, 2
        $entries[1].Reason | Should -BeExactly 'retry after 503'
        $entries.IsFailure | Should -Be $true, $true
    }

    It 'shows why there was no response' {
        $token = Get-BearerToken -Token (ConvertTo-SecureString (New-Guid) -AsPlainText -Force) -BaseUri http://127.0.0.1:1/
        { Invoke-BearerRequest /x -Token $token -MaximumRetryCount 0 } | Should -Throw
        $entry = Get-BearerTrace -Failed

        $entry.Status | Should -BeNullOrEmpty
        $entry.Error | Should -Match 'refused'
        $entry.Uri | Should -Be http://127.0.0.1:1/x
    }

    It 'shows a request that was cancelled' {
        { Invoke-BearerRequest '/slow?ms=30000' -DeadlineSeconds 1 -MaximumRetryCount 0 } | Should -Throw
        (Get-BearerTrace -Failed).Error | Should -Match 'cancelled'
    }

    It 'shows no secret in any property, also none that was forgotten since' {
        Import-Module "$PSScriptRoot/Support/Leaks.psm1"
        # As part of a path; an unknown one is shown, as in errors.
        $text = "$([guid]::NewGuid().ToString('n'))$([guid]::NewGuid().ToString('n'))"
        $with = @{ Headers = @{ 'X-Api-Key' = $text; Cookie = "a=$text" }; Method = 'Post'; Body = @{ password = $text } }
        & {
            $token = Get-BearerToken -Token (ConvertTo-SecureString $text -AsPlainText -Force)
            $null = Invoke-BearerRequest "$($sandbox.Api)items/$text`?code=$text&page=$text" -Token $token -SkipHttpErrorCheck @with
        }
        # Nothing of the process knows the secret any more.
        foreach ($n in 1..3) { [GC]::Collect(); [GC]::WaitForPendingFinalizers() }
        & (Get-Command Clear-BearerTokenCache)
        $entries = Get-BearerTrace
        $null = Connect-Sandbox $sandbox

        $shown = "$($entries | Format-List * -Force | Out-String -Width 5000) $($entries | ConvertTo-Json -Depth 5) $($entries | Out-String -Width 5000)"
        $shown | Should -BeLike '*items/*code=REDACTED*'
        Find-Leak $shown @{ secret = $text } | Should -BeNullOrEmpty
        Find-Leak "x $text y" @{ secret = $text } | Should -Not -BeNullOrEmpty
    }

    It 'shows token requests, and those that failed' {
        $null = Update-BearerToken
        (Get-BearerTrace | Where-Object Kind -EQ Token).Message | Should -Contain (Get-BearerTrace -Last 1).Message
        (Get-BearerTrace -Last 1).Message | Should -BeLike 'Got token * by ClientCredentials*'

        { Get-BearerToken -Authority http://127.0.0.1:1 -ClientId ops -ClientSecret (ConvertTo-SecureString (New-Guid) -AsPlainText -Force) } |
            Should -Throw
        (Get-BearerTrace -Failed).Error | Should -Match 'refused'
    }

    Context 'of several requests' {
        BeforeEach {
            200, 404, 200 | ForEach-Object { Invoke-BearerRequest "/status/$_" -SkipHttpErrorCheck } | Out-Null
        }

        It 'returns the last ones with -Last' {
            (Get-BearerTrace -Last 2).Status | Should -Be 404, 200
        }

        It 'returns failures with -Failed' {
            (Get-BearerTrace -Failed).Status | Should -Be 404
        }

        It 'returns matching addresses with -Uri' {
            (Get-BearerTrace -Uri */status/4*).Status | Should -Be 404
            Get-BearerTrace -Uri */other | Should -BeNullOrEmpty
        }

        It 'returns slow ones with -Slow, a number of milliseconds or a TimeSpan' {
            Get-BearerTrace -Slow 3600000 | Should -BeNullOrEmpty
            Get-BearerTrace -Slow 01:00:00 | Should -BeNullOrEmpty
            @(Get-BearerTrace -Slow 0.0001).Count | Should -Be 3
        }

        It 'returns new ones with -Since' {
            @(Get-BearerTrace -Since (Get-Date).AddMinutes(-5)).Count | Should -Be 3
            Get-BearerTrace -Since (Get-Date).AddMinutes(5) | Should -BeNullOrEmpty
        }

        It 'returns those of a profile with -Profile' {
            Get-BearerTrace -Profile other | Should -BeNullOrEmpty
        }

        It 'is a table that fits <_> columns' -ForEach 80, 120 {
            $width = $_
            $lines = (Get-BearerTrace | Out-String -Width $width) -split '\r?\n' -replace '\x1b\[[0-9;]*m'
            $lines[1] | Should -Match '^Time +Method +Status +ms +Request'
            ($lines | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual $width
            ($lines -match '404').Count | Should -Be 1
        }
    }

    It 'follows with -Wait until it is stopped' {
        $shell = [powershell]::Create()
        try {
            $output = [System.Management.Automation.PSDataCollection[psobject]]::new()
            $null = $shell.AddScript("Import-Module '$PSScriptRoot/../../BearerTools.psd1'; Get-BearerTrace -Wait")
            $running = $shell.BeginInvoke([System.Management.Automation.PSDataCollection[psobject]]::new(), $output)
            $null = Invoke-BearerRequest /status/200
            $until = [DateTime]::UtcNow.AddSeconds(30)
            while ($output.Count -eq 0 -and [DateTime]::UtcNow -lt $until) { Start-Sleep -Milliseconds 50 }
            $output[0].Status | Should -Be 200
            $running.IsCompleted | Should -BeFalse
            $shell.Stop()
            $shell.InvocationStateInfo.State | Should -Be Stopped
        }
        finally { $shell.Dispose() }
    }

    It 'contains no secret in any view' {
        $secret = (New-Guid).ToString('N')
        $null = Invoke-BearerRequest "/status/200?key=$secret&$secret" -Headers @{ 'X-Key' = $secret } -Method Post -Body @{ password = $secret }
        $plain = ConvertTo-Plain (Get-BearerToken).Token
        $entries = Get-BearerTrace
        $looks = ($entries | Out-String -Width 4000), ($entries | Format-List * | Out-String -Width 4000), ($entries | ConvertTo-Json -Depth 10), "$entries"
        foreach ($look in $looks) {
            $look | Should -Not -Match $secret
            $look.Contains($plain) | Should -BeFalse
            $look | Should -Match '/status/200'
        }
    }
}
