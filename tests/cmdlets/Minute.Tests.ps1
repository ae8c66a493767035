# 64 runspaces of one process, each with its own identity, mix all cmdlets on tokens that last a second. Five seconds by default,
# a minute with 'build.ps1 Test -Soak'.

BeforeAll {
    $module = (Resolve-Path "$PSScriptRoot/../../BearerTools.psd1").Path
    Import-Module $module
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    Import-Module "$PSScriptRoot/Support/Stopping.psm1"
    $sandbox = Start-Sandbox
    $seconds = $env:BEARERTOOLS_SOAK ? 60 : 5

    # Each runspace connects with a scope of its own, which the API names. Gives the numbers of requests and of wrong identities, and
    # the errors by their ids.
    function Invoke-Crowd([int] $Seconds, [bool] $IsCleared) {
        $end = [DateTime]::UtcNow.AddSeconds($Seconds)
        $isCleared = $IsCleared
        1..64 | ForEach-Object -ThrottleLimit 64 -Parallel {
            Import-Module $using:module
            $sandbox, $number = $using:sandbox, $_
            $flow = @{ Authority = $sandbox.Address; ClientId = $sandbox.ClientId; SecretFrom = "file:$($sandbox.SecretFile)"; BaseUri = $sandbox.Api; Scope = 'lifetime:1', "runspace-$number" }
            $requests, $wrong = 0, 0
            $errors = @{}
            $random = [Random]::new($number)
            function Save-Error($Record) { $errors["$($Record.FullyQualifiedErrorId.Split(',')[0]): $Record"] += 1 }
            function Test-Who($Who) { if ("$($Who.scope)" -notlike "* runspace-$number") { $script:wrong++ }; $script:requests++ }
            while ([DateTime]::UtcNow -lt $using:end) {
                try {
                    $null = Connect-BearerApi @flow -ErrorAction Stop
                    foreach ($turn in 1..20) {
                        switch ($random.Next(10)) {
                            0 { $null = Update-BearerToken -ErrorAction Stop }
                            1 { Get-BearerToken -ErrorAction Stop | Remove-BearerToken -ErrorAction Stop; $null = Connect-BearerApi @flow -ErrorAction Stop }
                            2 { $held = Get-BearerToken @flow -ErrorAction Stop; Test-Who (Invoke-BearerRequest whoami -Token $held -ErrorAction Stop) }
                            3 { if ($using:isCleared -and $random.Next(20) -eq 0) { Clear-BearerTokenCache } }
                            4 { 1..3 | Invoke-BearerRequest -Uri { "whoami?$_" } -ErrorAction Stop | ForEach-Object { Test-Who $_ } }
                            default { Test-Who (Invoke-BearerRequest whoami -ErrorAction Stop) }
                        }
                    }
                }
                catch { Save-Error $_ }
            }
            [pscustomobject]@{ Requests = $requests; Wrong = $wrong; Errors = $errors }
        }
    }

    function Get-Errors($Results) { $Results | ForEach-Object { foreach ($id in $_.Errors.Keys) { "$($_.Errors[$id]) x $id" } } }

    # The messages in flight and in line, of all origins.
    function Get-InFlight {
        $private = [Reflection.BindingFlags] 'Instance, NonPublic'
        $services = [BearerTools.Cmdlets.InvokeBearerRequestCommand].Assembly.GetType('BearerTools.Session.BearerSession').GetProperty('Services').GetValue($null)
        $paces = $services.GetType().GetProperty('Paces').GetValue($services)
        foreach ($pace in $paces.GetType().GetField('_all', $private).GetValue($paces).Values) {
            foreach ($field in '_inProgress', '_counted') { $pace.GetType().GetField($field, $private).GetValue($pace) }
            $pace.GetType().GetProperty('Waiting').GetValue($pace)
        }
    }
    function Get-ThreadCount { [Diagnostics.Process]::GetCurrentProcess().Threads.Count }
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'A crowd of 64 runspaces' {
    BeforeAll {
        # What the first crowd leaves, pools and threads of the runtime, the next ones use again.
        $null = Invoke-Crowd 1 $true
        Clear-BearerTokenCache
        $threads = Get-ThreadCount
        $apart = @(Invoke-Crowd ($seconds / 2) $false)
        $cleared = @(Invoke-Crowd ($seconds / 2) $true)
        Write-Host "$(($apart + $cleared | Measure-Object Requests -Sum).Sum) requests, $((Get-SandboxStats $sandbox).tokensIssued) tokens."
    }

    It 'is never answered as another one' {
        ($apart + $cleared | Measure-Object Wrong -Sum).Sum | Should -Be 0
        ($apart | Measure-Object Requests -Minimum).Minimum | Should -BeGreaterThan 0
    }

    It 'sees no error of the others' {
        Get-Errors $apart | Should -BeNullOrEmpty
    }

    It 'sees only that connections end, as documented, when one of them clears the cache' {
        # A token that a script holds works on and is renewed no more: it expires after its second.
        Get-Errors $cleared | Where-Object { $_ -notmatch 'x (NotConnected|TokenNotCached|TokenRemoved|HttpStatus401):' } | Should -BeNullOrEmpty
    }

    It 'leaves no permit, no request and no thread behind' {
        Get-InFlight | Where-Object { $_ } | Should -BeNullOrEmpty
        Wait-Until { (Get-SandboxStats $sandbox).concurrent -eq 0 }
        Wait-Until { (Get-ThreadCount) -le $threads + 8 } -Seconds 60
    }

    It 'leaves only connections that the next one uses' {
        $before = (Get-SandboxStats $sandbox).connections
        $null = Invoke-Crowd 1 $false
        (Get-SandboxStats $sandbox).connections | Should -BeLessOrEqual ($before + 64)
        (Get-SandboxStats $sandbox).connections | Should -BeLessOrEqual 200
    }
}
