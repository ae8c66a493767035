# 8 runspaces use one identity whose tokens last 5 seconds, and the server goes away in the middle. 20 seconds with an outage of 2 by
# default; 10 minutes with an outage of 30 seconds with 'build.ps1 Test -Soak'.

BeforeAll {
    $module = (Resolve-Path "$PSScriptRoot/../../BearerTools.psd1").Path
    Import-Module $module
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    Import-Module "$PSScriptRoot/Support/Relay.psm1"
    $sandbox = Start-Sandbox
    $relay = New-Relay $sandbox.Address
    $length, $outage = $env:BEARERTOOLS_SOAK ? (600, 30) : (20, 2)
    $lifetime = 5
}

AfterAll {
    Remove-BearerProfile longrun
    if ($relay) { $relay.Dispose() }
    Stop-Sandbox $sandbox
}

Describe 'A long run with short tokens and an outage' {
    BeforeAll {
        Reset-SandboxStats $sandbox
        $address = "http://127.0.0.1:$($relay.Port)"
        Set-BearerProfile longrun -TokenEndpoint "$address/token" -ClientId $sandbox.ClientId -SecretFrom "file:$($sandbox.SecretFile)" `
            -Scope "lifetime:$lifetime" -BaseUri "$address/api/"
        $clock = [Diagnostics.Stopwatch]::StartNew()
        $run = 1..8 | ForEach-Object -AsJob -ThrottleLimit 8 -Parallel {
            Import-Module $using:module
            $clock, $length = $using:clock, $using:length
            $count = 0
            while ($clock.Elapsed.TotalSeconds -lt $length) {
                $start = $clock.Elapsed.TotalSeconds
                # A connection that breaks while a GET is on its way is retried: only what the outage outlasts fails.
                try {
                    $null = Invoke-BearerRequest whoami -Profile longrun -ErrorAction Stop
                    $count++
                }
                catch { [pscustomobject]@{ Start = $start; End = $clock.Elapsed.TotalSeconds; Id = "$($_.FullyQualifiedErrorId): $_" } }
                Start-Sleep -Milliseconds 20
            }
            [pscustomobject]@{ Count = $count }
        }
        Start-Sleep -Seconds (($length - $outage) / 2)
        $down = $clock.Elapsed.TotalSeconds
        $relay.Down()
        Start-Sleep -Seconds $outage
        $relay.Up()
        $up = $clock.Elapsed.TotalSeconds
        $results = @($run | Receive-Job -Wait)
        Remove-Job $run
        $took = $clock.Elapsed.TotalSeconds
        $failures = @($results | Where-Object Id)
        $count = ($results | Measure-Object Count -Sum).Sum
        $tokens = (Get-SandboxStats $sandbox).tokensIssued
        Write-Host ("{0:n0} s, down from {1:n1} to {2:n1} s: {3} requests, {4} failed, {5} tokens." -f $took, $down, $up, $count, $failures.Count, $tokens)
    }

    It 'loses no request but those of the outage' {
        $count | Should -BeGreaterThan ($length * 8)
        $failures | Where-Object { $_.End -lt $down -or $_.Start -gt $up } | ForEach-Object { "$($_.Start) to $($_.End): $($_.Id)" } | Should -BeNullOrEmpty
    }

    It 'requests as many tokens as their lifetime demands' {
        $used = $took - ($up - $down)
        # Each is used for its lifetime, less at most the 1.2 seconds in which the next one is requested.
        $tokens | Should -BeGreaterOrEqual ([math]::Floor($used / $lifetime) - 1)
        $tokens | Should -BeLessOrEqual ([math]::Ceiling($used / ($lifetime - 1.2)) + 2)
    }
}
