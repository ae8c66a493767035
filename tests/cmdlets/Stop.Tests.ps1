# How commands of the module end before their time: soon, with nothing left running here, and nothing waited for at the
# server.

BeforeAll {
    $module = "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module $module
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    Import-Module "$PSScriptRoot/Support/Stopping.psm1"
    $sandbox = Start-Sandbox
    $null = Connect-Sandbox $sandbox

    # From the stop to the end it may be a second; the rest is for machines that have other things to do.
    $soon = 10

    # How many API requests the server is at work on.
    function Get-Inside { (Get-SandboxStats $sandbox).concurrent }

    # A closed connection is what tells the server.
    function Wait-UntilLeft { Wait-Until { (Get-Inside) -eq 0 } -Seconds 20 }

    $connect = "Import-Module '$module'; `$connect = @{ Authority = '$($sandbox.Address)'; ClientId = '$($sandbox.ClientId)'; SecretFrom = 'file:$($sandbox.SecretFile)'; BaseUri = '$($sandbox.Api)' }"
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'A stop' {
    BeforeEach { Reset-SandboxStats $sandbox }

    It 'ends requests that hang' {
        $run = Start-Script $module '1..100 | Invoke-BearerRequest -Uri { "slow?ms=60000&n=$_" }'
        Wait-Until { (Get-Inside) -eq 16 }

        Stop-Script $run | Should -BeLessThan $soon
        Wait-UntilLeft
        (Get-SandboxStats $sandbox).requests | Should -Be 16
    }

    It 'ends a response while its rows stream' {
        $rows = [Collections.Concurrent.ConcurrentQueue[object]]::new()
        $run = Start-Script $module 'Invoke-BearerRequest "items?count=1000000&delayMs=1" | ForEach-Object { $rows.Enqueue($_) }' @{ rows = $rows }
        Wait-Until { $rows.Count -gt 10 }

        Stop-Script $run | Should -BeLessThan $soon
        Wait-UntilLeft
    }

    It 'ends responses whose rows are not consumed' {
        $taken = @{ Rows = 0 }
        $run = Start-Script $module '1..20 | Invoke-BearerRequest -Uri { "items?count=1000000&n=$_" } | ForEach-Object { $taken.Rows++; Start-Sleep 60 }' @{ taken = $taken }
        Wait-Until { $taken.Rows -eq 1 }

        Stop-Script $run | Should -BeLessThan $soon
        Wait-UntilLeft
    }

    It 'ends requests while their input is waited for' {
        $run = Start-Script $module '& { 1..3; Start-Sleep 60 } | Invoke-BearerRequest -Uri { "slow?ms=60000&n=$_" }'
        Wait-Until { (Get-Inside) -eq 3 }

        Stop-Script $run | Should -BeLessThan $soon
        Wait-UntilLeft
    }

    It 'ends the wait for a token' {
        $run = Start-Script $module 'Get-BearerToken @connect' @{
            connect = @{ Authority = $sandbox.Address; ClientId = $sandbox.ClientId; SecretFrom = "file:$($sandbox.SecretFile)"; Scope = 'delay:60000' }
        }
        Wait-Until { (Get-SandboxStats $sandbox).tokenRequests -eq 1 }

        Stop-Script $run | Should -BeLessThan $soon
    }

    It 'leaves a session in which the next request works' {
        $run = Start-Script $module '1..100 | Invoke-BearerRequest -Uri { "slow?ms=60000&n=$_" }'
        Wait-Until { (Get-Inside) -eq 16 }
        $null = Stop-Script $run

        (1..50 | Invoke-BearerRequest -Uri { "items/$_" }).id | Should -Be (1..50)
    }

    It 'of one command leaves those of other runspaces alone' {
        $stopped = Start-Script $module '1..5 | Invoke-BearerRequest -Uri { "slow?ms=60000&n=$_" }'
        $other = Start-Script $module '1..5 | Invoke-BearerRequest -Uri { "slow?ms=2000&n=$_" }'
        Wait-Until { (Get-SandboxStats $sandbox).maxConcurrent -ge 6 }
        $null = Stop-Script $stopped

        @(Complete-Script $other).Count | Should -Be 5
    }
}

Describe 'Ctrl+C in a console' -Skip:$IsWindows {
    BeforeEach { Reset-SandboxStats $sandbox }

    It 'ends <what>' -ForEach @(
        @{ what = 'requests that hang'; script = 'Connect-BearerApi @connect; 1..4 | Invoke-BearerRequest -Uri { "slow?ms=60000&n=$_" }'; begun = { (Get-Inside) -eq 4 } }
        @{ what = 'rows that stream'; script = 'Connect-BearerApi @connect; Invoke-BearerRequest "items?count=1000000&delayMs=1"'; begun = { (Get-Inside) -eq 1 } }
        @{ what = 'the wait for a token'; script = 'Get-BearerToken @connect -Scope delay:60000'; begun = { (Get-SandboxStats $sandbox).tokenRequests -eq 1 } }
    ) {
        $session = Start-Session "$connect`ntry { $script } finally { [Console]::WriteLine('finally') }`n[Console]::WriteLine('went on')"
        try { Wait-Until $begun } catch { Remove-Session $session; throw }
        $ended = Stop-Session $session

        # The end of the whole process.
        $ended.Seconds | Should -BeLessThan $soon
        $ended.Text | Should -BeLike '*finally*'
        $ended.Text | Should -Not -BeLike '*went on*'
        Wait-UntilLeft
    }
}

Describe 'A pipeline that needs no more' {
    BeforeEach { Reset-SandboxStats $sandbox }

    It 'ends an endless list at Select-Object -First 1 (<_>)' -ForEach 'count=100000000', 'count=1000000&delayMs=1' {
        $seconds = Measure-Seconds { $script:first = @(Invoke-BearerRequest "items?$_" | Select-Object -First 1) }

        $first.id | Should -Be 1
        $seconds | Should -BeLessThan $soon
        Wait-UntilLeft
    }

    It 'ends requests that hang behind the first response' {
        $seconds = Measure-Seconds { $script:first = @(1..20 | Invoke-BearerRequest -Uri { $_ -eq 1 ? 'items/1' : "slow?ms=60000&n=$_" } | Select-Object -First 1) }

        $first.id | Should -Be 1
        $seconds | Should -BeLessThan $soon
        Wait-UntilLeft
    }

    It 'ends requests that hang when one fails and -ErrorAction is Stop' {
        $seconds = Measure-Seconds {
            { 1..20 | Invoke-BearerRequest -Uri { $_ -eq 1 ? 'nowhere' : "slow?ms=60000&n=$_" } -ErrorAction Stop } | Should -Throw '*404*'
        }

        $seconds | Should -BeLessThan $soon
        Wait-UntilLeft
    }

    It 'ends requests that hang when the command before it throws' {
        $seconds = Measure-Seconds {
            { & { 1..3; Wait-Until { (Get-Inside) -eq 3 }; throw 'upstream' } | Invoke-BearerRequest -Uri { "slow?ms=60000&n=$_" } } | Should -Throw 'upstream'
        }

        $seconds | Should -BeLessThan 10
        Wait-UntilLeft
    }

    It 'ends requests that hang when the command behind it throws' {
        $seconds = Measure-Seconds {
            { 1..20 | Invoke-BearerRequest -Uri { $_ -eq 1 ? 'items/1' : "slow?ms=60000&n=$_" } | ForEach-Object { throw 'downstream' } } | Should -Throw 'downstream'
        }

        $seconds | Should -BeLessThan $soon
        Wait-UntilLeft
    }
}

Describe 'Invoke-BearerRequest within its own pipeline' {
    It 'does not wait for itself with a throttle of <_>' -ForEach 1, 4 {
        $run = Start-Script $module '
            1..5 | Invoke-BearerRequest -Uri { "items?count=3&n=$_" } -ThrottleLimit $throttle | ForEach-Object {
                $_.id | Invoke-BearerRequest -Uri { "items/$_" } -ThrottleLimit $throttle | ForEach-Object { $_.id | Invoke-BearerRequest -Uri { "items/$_" } -ThrottleLimit $throttle }
            }' @{ throttle = $_ }

        (Complete-Script $run).id | Should -Be (1..5 | ForEach-Object { 1..3 })
    }
}
