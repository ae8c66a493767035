# How far requests get ahead of a slow one, and when results are written.

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox
    $null = Connect-Sandbox $sandbox
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'A slow producer' {
    It 'sees each result long before its next input' {
        # The first request also gets the token.
        $null = Invoke-BearerRequest 'items/1'
        $clock = [Diagnostics.Stopwatch]::StartNew()
        $sent = @{}
        $late = 1..4 | ForEach-Object {
            Start-Sleep -Milliseconds 1000
            $sent.$_ = $clock.ElapsedMilliseconds
            $_
        } | Invoke-BearerRequest -Uri { "items/$_" } | ForEach-Object { $clock.ElapsedMilliseconds - $sent[[int] $_.id] }

        $late | Should -HaveCount 4
        # With the next input, it would be 1,000 ms and more.
        ($late | Measure-Object -Maximum).Maximum | Should -BeLessThan 900
    }
}

Describe 'A slow response' {
    It 'does not stop the requests behind it, whose results stay in order' {
        Reset-SandboxStats $sandbox
        $seen = @{}
        $result = 1..600 | Invoke-BearerRequest -Uri { $_ -eq 1 ? 'slow?ms=5000' : "items/$_" } -ThrottleLimit 4 -IncludeResponse | ForEach-Object {
            $seen.Requests ??= (Get-SandboxStats $sandbox).requests
            $_
        }

        $result.Input | Should -Be (1..600)
        # Far more than a few for each worker when the slow response came.
        $seen.Requests | Should -BeGreaterThan 150
    }

    It 'lets no more changes be made than before for a consumer that stops at the first result' {
        Reset-SandboxStats $sandbox
        $first = 1..3000 | Invoke-BearerRequest -Uri { $_ -eq 1 ? 'slow?ms=3000' : 'echo' } -Method Post -Body { @{ n = $_ } } -ThrottleLimit 8 |
            Select-Object -First 1

        $first.ms | Should -Be 3000
        # 8 for each worker, and not the thousands that a window for reads allows.
        (Get-SandboxStats $sandbox).requests | Should -BeLessOrEqual 72
    }
}
