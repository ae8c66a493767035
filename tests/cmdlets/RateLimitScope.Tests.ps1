# A rate limit that the processes of a user share.

BeforeAll {
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1" -Force
    $sandbox = Start-Sandbox
    $module = (Resolve-Path "$PSScriptRoot/../../BearerTools.psd1").Path
    $engine, [string[]] $first = Get-Engine
    $data = (New-Item (Join-Path $TestDrive 'data') -ItemType Directory).FullName

    # Starts a process that is connected; it waits for the file $go before it runs the script.
    function Start-Worker([scriptblock] $Script, [string] $Folder = $data) {
        $path = Join-Path $TestDrive "$([guid]::NewGuid()).ps1"
        Set-Content $path @"
`$ErrorActionPreference = 'Stop'
Import-Module '$module'
Connect-BearerApi -Authority '$($sandbox.Address)' -ClientId '$($sandbox.ClientId)' -SecretFrom 'file:$($sandbox.SecretFile)' -BaseUri '$($sandbox.Api)'
# The first request of a process takes long: it opens a connection, and its code is compiled.
`$null = Invoke-BearerRequest /items/1
Set-Content '$path.ready' ''
while (-not (Test-Path '$go')) { Start-Sleep -Milliseconds 5 }
& { $Script }
"@
        $start = [Diagnostics.ProcessStartInfo]::new($engine, [string[]]($first + '-NoProfile', '-NonInteractive', '-File', $path))
        $start.RedirectStandardOutput = $start.RedirectStandardError = $true
        $start.Environment['XDG_DATA_HOME'] = $start.Environment['LOCALAPPDATA'] = $Folder
        $process = [Diagnostics.Process]::Start($start)
        [pscustomobject]@{ Ready = "$path.ready"; Out = $process.StandardOutput.ReadToEndAsync(); Error = $process.StandardError.ReadToEndAsync() }
    }

    function Start-Together($Workers, [scriptblock] $Before) {
        $clock = [Diagnostics.Stopwatch]::StartNew()
        while (@($Workers.Ready | Where-Object { -not (Test-Path $_) }).Count) {
            if ($clock.Elapsed.TotalSeconds -gt 240) { throw "A process did not start: $($Workers.Error.Result)" }
            Start-Sleep -Milliseconds 20
        }
        if ($Before) { & $Before }
        $null = New-Item $go
    }

    function Receive-Worker($Worker) { "$($Worker.Out.Result)$($Worker.Error.Result)".Trim() -split '\r?\n' }
}

AfterAll { Stop-Sandbox $sandbox }

Describe '-RateLimitScope Machine' {
    BeforeEach {
        $go = Join-Path $TestDrive ([guid]::NewGuid())
        Reset-SandboxStats $sandbox
    }

    It 'keeps 8 processes together at 50 requests per second' {
        $workers = foreach ($n in 1..8) {
            Start-Worker {
                $begun = [DateTime]::UtcNow.Ticks
                $null = 1..20 | Invoke-BearerRequest -Uri { "/throttled/$PID-$_`?limit=100000" } -RateLimit 50/s -RateLimitScope Machine
                "$begun $([DateTime]::UtcNow.Ticks)"
            }
        }
        Start-Together $workers { Reset-SandboxStats $sandbox }
        $times = foreach ($worker in $workers) { [long[]] ("$(Receive-Worker $worker)" -split ' ') }
        $taken = [timespan]::FromTicks(($times | Measure-Object -Maximum).Maximum - ($times | Measure-Object -Minimum).Minimum).TotalSeconds

        $stats = Get-SandboxStats $sandbox
        $stats.requests | Should -Be 160
        # 50 at once, and 50 in each second that follows.
        $taken | Should -BeGreaterThan ((160 - 50) / 50)
        # Not eight times as long as one process would take, also on a busy machine.
        $taken | Should -BeLessOrEqual (160 / 5)
        # Requests that a busy machine delays arrive together with those that follow them. Without the scope, all 160 do.
        $stats.maxThrottledPerSecond | Should -BeLessOrEqual (50 * 1.5)
    }

    It 'shares the pause that an API asks one process for' {
        $null = Get-RawServer $sandbox
        $limited = Set-RawResponse $sandbox "HTTP/1.1 429 Too Many Requests`r`nRetry-After: 6`r`nContent-Length: 0`r`n`r`n" '/limited'
        $free = Set-RawResponse $sandbox "HTTP/1.1 200 OK`r`nContent-Type: application/json`r`nContent-Length: 2`r`n`r`n{}" '/free'
        $told = Join-Path $TestDrive 'told'
        $asked = Start-Worker ([scriptblock]::Create("[DateTime]::UtcNow.Ticks; Invoke-BearerRequest '$limited' -Token (Get-BearerToken) -RateLimitScope Machine -MaximumRetryCount 0 -SkipHttpErrorCheck; Start-Sleep -Milliseconds 100; Set-Content '$told' ''"))
        $other, $alone = foreach ($scope in '-RateLimitScope Machine', '') {
            Start-Worker ([scriptblock]::Create("while (-not (Test-Path '$told')) { Start-Sleep -Milliseconds 5 }; `$null = Invoke-BearerRequest '$free' -Token (Get-BearerToken) $scope; [DateTime]::UtcNow.Ticks"))
        }
        Start-Together $asked, $other, $alone

        $pauseEnds = [long] "$(Receive-Worker $asked)" + [timespan]::FromSeconds(6).Ticks
        [long] "$(Receive-Worker $other)" | Should -BeGreaterOrEqual $pauseEnds
        [long] "$(Receive-Worker $alone)" | Should -BeLessThan $pauseEnds
    }

    It 'is the limit of this process, with one warning, if the processes cannot share files' {
        $blocked = Join-Path $TestDrive 'blocked'
        $null = New-Item "$blocked/BearerTools" -ItemType Directory
        Set-Content "$blocked/BearerTools/pace" 'a file in the place of the folder'
        $worker = Start-Worker {
            $ids = 1..3 | Invoke-BearerRequest -Uri { "/items/$_" } -RateLimit 50/s -RateLimitScope Machine -WarningVariable warned -WarningAction SilentlyContinue | ForEach-Object id
            "$ids $(@($warned).Count) $warned"
        } $blocked
        Start-Together $worker

        Receive-Worker $worker | Should -BeLike '1 2 3 1 -RateLimitScope Machine has no effect*'
    }
}
