# The bridge that all cmdlets with workers derive from, through a command whose workers do what a test asks for.

BeforeAll {
    $modules = "$PSScriptRoot/../../BearerTools.psd1", "$PSScriptRoot/../BridgeProbe/bin/Release/net8.0/BearerTools.BridgeProbe.dll"
    Import-Module $modules
    Import-Module "$PSScriptRoot/Support/Stopping.psm1"

    # From the stop to the end it may be a second; the rest is for machines that have other things to do.
    $soon = 3
}

Describe 'Feeding and draining' {
    BeforeEach {
        $name = "$(New-Guid)"
        $count = Get-BridgeProbeCount $name
    }

    It 'writes the first result before the last input is there' {
        $fed = @{ Inputs = 0 }
        $fedThen = 1..50 | ForEach-Object {
            # The second job has begun to write, so the first result is due; it is written before the last input is asked for.
            if ($_ -eq 40) { Wait-Until { $count.Rows -ge 2 } }
            $fed.Inputs++
            $_
        } | Invoke-BridgeProbe $name -ThrottleLimit 1 | ForEach-Object { $fed.Inputs }

        $fedThen | Should -HaveCount 50
        $fedThen[0] | Should -BeLessThan 50
    }

    It 'gives results in the order of the inputs, however long each takes' {
        $result = 1..100 | Invoke-BridgeProbe $name -Delay { Get-Random -Maximum 20 } -Rows { $_ % 4 } -ThrottleLimit 16

        $expected = 1..100 | ForEach-Object { for ($row = 1; $row -le $_ % 4; $row++) { "$_.$row" } }
        $result | ForEach-Object { "$($_.Input).$($_.Number)" } | Should -Be $expected
        $count.MaxRunning | Should -BeGreaterThan 1
    }

    It 'runs as many jobs as it may, and no more' {
        $null = 1..40 | Invoke-BridgeProbe $name -Delay 20 -ThrottleLimit 5

        $count.MaxRunning | Should -Be 5
    }

    It 'starts the inputs that are there while a long response streams' {
        # The first response does not end before the third job has begun, and rows come faster than they are taken.
        1..3 | ForEach-Object { $_; if ($_ -eq 1) { Wait-Until { $count.Rows -ge 1 } } } |
            Invoke-BridgeProbe $name -UntilStarted { $_ -eq 1 ? 3 : 0 } -ErrorVariable failed -ErrorAction SilentlyContinue |
            ForEach-Object { [Threading.Thread]::Sleep(1) }

        $failed | Should -BeNullOrEmpty
        $count.Started | Should -Be 3
    }

    It 'writes rows while the input takes its time' {
        # More rows than go through the bridge at once: they are written between inputs, not all at the end.
        $seen = @{ Rows = 0 }
        1..3 | ForEach-Object {
            if ($_ -eq 2) { Wait-Until { $count.Rows -ge 255 } }
            if ($_ -eq 3) { $seen.AtThird = $seen.Rows }
            $_
        } | Invoke-BridgeProbe $name -Rows 1000 | ForEach-Object { $seen.Rows++ }

        $seen.AtThird | Should -BeGreaterOrEqual 255
        $seen.Rows | Should -Be 3000
    }

    It 'gives nothing for no input' {
        @() | Invoke-BridgeProbe $name | Should -BeNullOrEmpty
        $count.Started | Should -Be 0
    }
}

Describe 'Back-pressure' {
    BeforeEach {
        $name = "$(New-Guid)"
        $count = Get-BridgeProbeCount $name
    }

    It 'bounds the rows of one endless response' {
        $ahead = 1 | Invoke-BridgeProbe $name -Rows 1000000000 | ForEach-Object {
            if ($_.Number -eq 1000) {
                Wait-Still $count Rows
                $count.Rows - $_.Number
            }
        } | Select-Object -First 1

        # The batch that is being written, and the one that waits.
        $ahead | Should -BeLessThan 1100
    }

    It 'bounds the bytes of one response with large rows' {
        $ahead = 1 | Invoke-BridgeProbe $name -Rows 100 -RowSize 1MB | ForEach-Object {
            if ($_.Number -in 1, 50) {
                Wait-Still $count Rows
                $count.Rows - $_.Number
            }
        }

        $count.Rows | Should -Be 100
        $ahead | Should -HaveCount 2
        $ahead | ForEach-Object { $_ | Should -BeLessThan 20 }
    }

    It 'bounds the bytes of responses that wait for their turn' {
        $ahead = 1..8 | Invoke-BridgeProbe $name -Rows 50 -RowSize 1MB -ThrottleLimit 8 | ForEach-Object {
            if ($_.Input -eq 1 -and $_.Number -eq 1) {
                Wait-Still $count Rows
                $count.Rows
            }
        }

        $count.Rows | Should -Be 400
        $ahead | Should -BeLessThan 40
    }

    It 'bounds the rows of responses that wait for their turn, however small' {
        $ahead = 1..4 | Invoke-BridgeProbe $name -Rows 1000000000 | ForEach-Object {
            Wait-Still $count Rows
            $count.Rows
        } | Select-Object -First 1

        $ahead | Should -BeLessThan 500000
    }

    It 'bounds the jobs that are started ahead of a slow consumer' {
        $ahead = 1..1000 | Invoke-BridgeProbe $name | ForEach-Object {
            if ($_.Input -eq 100) {
                Wait-Still $count Started
                $count.Started
            }
        }

        $ahead | Should -BeLessThan 300
        $count.Started | Should -Be 1000
    }
}

Describe 'The same command within its own pipeline' {
    BeforeEach {
        $name = "$(New-Guid)"
        $count = Get-BridgeProbeCount $name
    }

    It 'does not wait for itself, three levels deep with a throttle of <_>' -ForEach 1, 4 {
        $throttle = $_
        $run = Start-Script $modules '
            1..10 | Invoke-BridgeProbe $name -Rows 3 -ThrottleLimit $throttle | ForEach-Object {
                1..3 | Invoke-BridgeProbe $name -ThrottleLimit $throttle | ForEach-Object { 1..3 | Invoke-BridgeProbe $name -ThrottleLimit $throttle }
            }' @{ name = $name; throttle = $throttle }

        @(Complete-Script $run).Count | Should -Be 270
        $count.Started | Should -Be 370
        $count.Running | Should -Be 0
    }

    It 'passes rows through a chain of itself' {
        (1..100 | Invoke-BridgeProbe $name -ThrottleLimit 1 | Invoke-BridgeProbe $name -ThrottleLimit 1 | Invoke-BridgeProbe $name -ThrottleLimit 1).Count | Should -Be 100
    }

    It 'may be called by the script block of a worker' {
        $run = Start-Script $modules '1..10 | Invoke-BridgeProbe $name -ThrottleLimit 1 -Ask { 1..3 | Invoke-BridgeProbe $name -ThrottleLimit 1 }' @{ name = $name }

        @(Complete-Script $run).Count | Should -Be 10
        $count.Started | Should -Be 40
    }

    It 'runs in two runspaces at once, apart from each other' {
        $names = 1..2 | ForEach-Object { "$(New-Guid)" }
        # Each waits for the other one's workers: one after the other would never end.
        $runs = 0, 1 | ForEach-Object {
            Start-Script $modules '
                $other = Get-BridgeProbeCount $theirs
                1..100 | ForEach-Object { if ($_ -eq 50) { while (-not $other.Started) { Start-Sleep -Milliseconds 5 } } $_ } | Invoke-BridgeProbe $mine -Delay 5
            ' @{ mine = $names[$_]; theirs = $names[1 - $_] }
        }

        foreach ($run in $runs) { (Complete-Script $run).Input | Should -Be (1..100) }
    }
}

Describe 'The output of workers' {
    BeforeEach {
        $name = "$(New-Guid)"
        $count = Get-BridgeProbeCount $name
    }

    It 'turns an exception into an error in input order, with the input as its target' {
        $stream = 1..5 | Invoke-BridgeProbe $name -Fail { $_ -eq 3 } -Delay { 50 - 10 * $_ } 2>&1

        # The third input has a row before it fails.
        $stream | ForEach-Object { $_ -is [Management.Automation.ErrorRecord] ? "error $($_.TargetObject)" : "row $($_.Input)" } |
            Should -Be 'row 1', 'row 2', 'row 3', 'error 3', 'row 4', 'row 5'
        $failure = $stream | Where-Object { $_ -is [Management.Automation.ErrorRecord] }
        $failure.Exception.Message | Should -Be 'input 3 fails'
        $failure.FullyQualifiedErrorId | Should -BeLike '*,*InvokeBridgeProbeCommand'
    }

    It 'writes one error for each input that fails' {
        $null = 1..500 | Invoke-BridgeProbe $name -Rows 0 -Fail $true -ErrorVariable failures -ErrorAction SilentlyContinue

        $failures.TargetObject | Should -Be (1..500)
    }

    It 'an error that the command itself writes does not end it' {
        $rows = 1..5 | Invoke-BridgeProbe $name -Complain -ErrorVariable complaints -ErrorAction SilentlyContinue

        $rows.Input | Should -Be (1..5)
        $complaints.TargetObject | Should -Be (1..5)
    }

    It 'an error that the command itself writes ends it with -ErrorAction Stop' {
        { 1..5 | Invoke-BridgeProbe $name -Complain -Hang $true -ErrorAction Stop } | Should -Throw 'complaint 1'

        $count.Running | Should -Be 0
    }

    It 'verbose lines, warnings and debug lines come in order among the rows' {
        $run = Start-Script $modules '
            # Not by -Debug, with which PowerShell asks whether to go on after each warning.
            $DebugPreference = "Continue"
            1..3 | Invoke-BridgeProbe $name -Say -Delay { 40 - 10 * $_ } -Verbose *>&1 | ForEach-Object {
                if ($_ -is [Management.Automation.InformationalRecord]) { "$_" } else { "row $($_.Input)" }
            }' @{ name = $name }

        $expected = 1..3 | ForEach-Object {
            "verbose before $_", "warning before $_", "debug before $_", "row $_", "verbose after $_", "warning after $_", "debug after $_"
        }
        Complete-Script $run | Should -Be $expected
    }

    It 'only warnings come when neither -Verbose nor -Debug asks for more' {
        1 | Invoke-BridgeProbe $name -Say *>&1 | Where-Object { $_ -is [Management.Automation.InformationalRecord] } | ForEach-Object { "$_" } |
            Should -Be 'warning before 1', 'warning after 1'
    }

    It 'a verbose line is written when <how>' -ForEach @(
        @{ how = '-Verbose asks for it'; script = { 1 | Invoke-BridgeProbe $args[0] -Tell -Verbose } }
        @{ how = 'the preference asks for it'; script = { $VerbosePreference = 'Continue'; 1 | Invoke-BridgeProbe $args[0] -Tell } }
        @{ how = 'the function around it has -Verbose'; script = { function Outer { [CmdletBinding()] param($Name) 1 | Invoke-BridgeProbe $Name -Tell }; Outer $args[0] -Verbose } }
        @{ how = 'the preference is a value of its type'; script = { $VerbosePreference = [Management.Automation.ActionPreference]::Continue; 1 | Invoke-BridgeProbe $args[0] -Tell } }
    ) {
        & $script $name 4>&1 | Where-Object { $_ -is [Management.Automation.VerboseRecord] } | Should -Be 'told of 1'
    }

    It 'no verbose line is built when <how>' -ForEach @(
        @{ how = 'none is requested'; script = { 1 | Invoke-BridgeProbe $args[0] -Tell } }
        @{ how = '-Verbose:$false says so'; script = { $VerbosePreference = 'Continue'; 1 | Invoke-BridgeProbe $args[0] -Tell -Verbose:$false } }
    ) {
        & $script $name 4>&1 | Where-Object { $_ -is [Management.Automation.VerboseRecord] } | Should -BeNullOrEmpty
    }

    It 'a script block runs on the pipeline''s thread, with the variables around it' {
        $around = 'here'
        $rows = 1..20 | Invoke-BridgeProbe $name -Ask { param($n) "$around $n $([Environment]::CurrentManagedThreadId)" }

        $rows.Value | Should -Be (1..20 | ForEach-Object { "here $_ $([Environment]::CurrentManagedThreadId)" })
    }

    It 'a script block that breaks out of the loop around it ends the command' {
        foreach ($turn in 1..2) {
            1..1000 | Invoke-BridgeProbe $name -Ask { param($n) if ($n -eq 2) { break } $n }
            $turn | Should -Be 'never reached'
        }

        $turn | Should -Be 1
        $count.Running | Should -Be 0
    }

    It 'a script block that throws is the error of its input' {
        $rows = 1..3 | Invoke-BridgeProbe $name -Ask { param($n) if ($n -eq 2) { throw 'no value' } $n } -ErrorVariable failure -ErrorAction SilentlyContinue

        $rows.Value | Should -Be 1, 3
        $failure.TargetObject | Should -Be 2
        "$failure" | Should -BeLike '*no value*'
    }
}

Describe 'Many commands' {
    It 'leave no threads, handles or memory behind' {
        $name = "$(New-Guid)"
        $process = [Diagnostics.Process]::GetCurrentProcess()
        function Invoke-Some([int] $Times) {
            for ($time = 0; $time -lt $Times; $time++) {
                $null = 1..5 | Invoke-BridgeProbe $name
                $null = 1..5 | Invoke-BridgeProbe $name -Rows 1000000 -RowSize 10KB | Select-Object -First 1
            }
            [GC]::Collect()
            [GC]::WaitForPendingFinalizers()
            [GC]::Collect()
            $process.Refresh()
            [pscustomobject]@{ Threads = $process.Threads.Count; Handles = $process.HandleCount; Bytes = [GC]::GetTotalMemory($true) }
        }

        $before = Invoke-Some 25
        $after = Invoke-Some 250

        # The pool comes and goes by a few.
        $after.Threads - $before.Threads | Should -BeLessThan 15
        $after.Handles - $before.Handles | Should -BeLessThan 25
        # One response of each, kept, would be a hundred times this.
        $after.Bytes - $before.Bytes | Should -BeLessThan 20MB
        (Get-BridgeProbeCount $name).Running | Should -Be 0
    }
}
