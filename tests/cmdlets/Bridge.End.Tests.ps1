# How commands on the bridge end, and that nothing of theirs goes on, through a command whose workers do what a test asks for.

BeforeAll {
    $modules = "$PSScriptRoot/../../BearerTools.psd1", "$PSScriptRoot/../BridgeProbe/bin/Release/net8.0/BearerTools.BridgeProbe.dll"
    Import-Module $modules
    Import-Module "$PSScriptRoot/Support/Stopping.psm1"

    # From the stop to the end it may be a second; the rest is for machines that have other things to do.
    $soon = 3
}

Describe 'The end of a command' {
    BeforeEach {
        $name = "$(New-Guid)"
        $count = Get-BridgeProbeCount $name
    }

    It 'comes at once, with nothing left running, after Select-Object -First 1' {
        $seconds = Measure-Seconds { $script:rows = @(1..1000 | Invoke-BridgeProbe $name -Hang { $_ -gt 1 } | Select-Object -First 1) }

        $rows.Input | Should -Be 1
        $count.Running | Should -Be 0
        $seconds | Should -BeLessThan $soon
    }

    It 'comes at once when the first row of an endless response is enough' {
        $seconds = Measure-Seconds { $script:rows = @(1..8 | Invoke-BridgeProbe $name -Rows 1000000000 | Select-Object -First 1) }

        $rows.Number | Should -Be 1
        $count.Running | Should -Be 0
        $seconds | Should -BeLessThan $soon
    }

    It 'comes at once at an error with -ErrorAction Stop, and what came before it was written' {
        $rows = [Collections.Generic.List[object]]::new()
        $seconds = Measure-Seconds {
            { 1..1000 | Invoke-BridgeProbe $name -Fail { $_ -eq 2 } -Hang { $_ -gt 2 } -ErrorAction Stop | ForEach-Object { $rows.Add($_) } } |
                Should -Throw 'input 2 fails'
        }

        $rows.Input | Should -Be 1, 2
        $count.Running | Should -Be 0
        $seconds | Should -BeLessThan $soon
    }

    It 'comes at once when the command before it throws' {
        $seconds = Measure-Seconds {
            { & { 1..3; Wait-Until { $count.Running -eq 3 }; throw 'upstream' } | Invoke-BridgeProbe $name -Hang $true } | Should -Throw 'upstream'
        }

        $count.Started | Should -Be 3
        $count.Running | Should -Be 0
        $seconds | Should -BeLessThan $soon
    }

    It 'comes at once when the command behind it <how>' -ForEach @(
        @{ how = 'throws'; block = { throw 'downstream' } }
        @{ how = 'breaks out of a loop'; block = { break } }
    ) {
        $seconds = Measure-Seconds {
            try { do { 1..1000 | Invoke-BridgeProbe $name -Hang { $_ -gt 1 } | ForEach-Object $block } while ($false) }
            catch { $script:caught = "$_" }
        }

        if ($how -eq 'throws') { $caught | Should -Be 'downstream' }
        $count.Running | Should -Be 0
        $seconds | Should -BeLessThan $soon
    }

    It 'waits one second, and not another, for a worker that hears nothing' {
        $clock = [Diagnostics.Stopwatch]::new()
        1..2 | Invoke-BridgeProbe $name -DeafFor 20000 -Hang { $_ -gt 1 } | ForEach-Object { $clock.Start(); $_ } | Select-Object -First 1
        $seconds = $clock.Elapsed.TotalSeconds

        $count.Running | Should -Be 2
        # Twice the second would be 2, three times 3: one for each way out of a command.
        $seconds | Should -BeGreaterOrEqual 0.9
        $seconds | Should -BeLessThan 1.9
    }
}

Describe 'A stop' {
    BeforeEach {
        $name = "$(New-Guid)"
        $count = Get-BridgeProbeCount $name
    }

    It 'ends workers that hang' {
        $run = Start-Script $modules '1..1000 | Invoke-BridgeProbe $name -Hang $true' @{ name = $name }
        Wait-Until { $count.Running -eq 4 }

        Stop-Script $run | Should -BeLessThan $soon
        $count.Running | Should -Be 0
        $count.Started | Should -Be 4
    }

    It 'ends a response that streams' {
        $run = Start-Script $modules '1..8 | Invoke-BridgeProbe $name -Rows 1000000000 | Out-Null' @{ name = $name }
        Wait-Until { $count.Rows -gt 1000 }

        Stop-Script $run | Should -BeLessThan $soon
        $count.Running | Should -Be 0
    }

    It 'ends workers whose rows are not consumed' {
        $run = Start-Script $modules '1..8 | Invoke-BridgeProbe $name -Rows 1000000000 | ForEach-Object { Start-Sleep 60 }' @{ name = $name }
        Wait-Until { $count.Rows -ge 255 }

        Stop-Script $run | Should -BeLessThan $soon
        Wait-Until { $count.Running -eq 0 }
    }

    It 'ends workers while the input is waited for' {
        $run = Start-Script $modules '& { 1..3; Start-Sleep 60 } | Invoke-BridgeProbe $name -Hang $true' @{ name = $name }
        Wait-Until { $count.Running -eq 3 }

        Stop-Script $run | Should -BeLessThan $soon
        $count.Running | Should -Be 0
    }

    It 'ends workers that wait for the pipeline''s thread' {
        $asked = @{ Times = 0 }
        $run = Start-Script $modules '1..3 | Invoke-BridgeProbe $name -Delay 300 -Ask { $asked.Times++; Start-Sleep 60 }' @{ name = $name; asked = $asked }
        Wait-Until { $asked.Times -eq 1 }

        Stop-Script $run | Should -BeLessThan $soon
        Wait-Until { $count.Running -eq 0 }
        $asked.Times | Should -Be 1
    }

    It 'that comes during BeginProcessing starts no worker' {
        $run = Start-Script $modules '1..3 | Invoke-BridgeProbe $name -BeginUntilStopped -Hang $true' @{ name = $name }
        Wait-Until { $count.Commands -eq 1 }

        Stop-Script $run | Should -BeLessThan $soon
        $count.Started | Should -Be 0
    }

    It 'that comes before BeginProcessing starts no worker' {
        $second = "$(New-Guid)"
        $run = Start-Script $modules '1..3 | Invoke-BridgeProbe $name -BeginUntilStopped | Invoke-BridgeProbe $second -Hang $true' @{ name = $name; second = $second }
        Wait-Until { $count.Commands -eq 1 }

        Stop-Script $run | Should -BeLessThan $soon
        (Get-BridgeProbeCount $second).Commands | Should -Be 0
        (Get-BridgeProbeCount $second).Started | Should -Be 0
    }

    It 'by Ctrl+C ends the command and its session' -Skip:$IsWindows {
        $running = Join-Path $TestDrive running
        $session = Start-Session @"
Import-Module '$($modules -join "', '")'
`$count = Get-BridgeProbeCount own
try {
    & { 1..4; while (`$count.Running -lt 4) { Start-Sleep -Milliseconds 5 }; [IO.File]::WriteAllText('$running', '') } | Invoke-BridgeProbe own -Hang `$true
}
finally {
    [Console]::WriteLine("`$(`$count.Started) started, `$(`$count.Running) running")
}
"@
        try { Wait-Until { Test-Path $running } } catch { Remove-Session $session; throw }
        $ended = Stop-Session $session

        $ended.Seconds | Should -BeLessThan $soon
        $ended.Text | Should -BeLike '*4 started, 0 running*'
    }
}
