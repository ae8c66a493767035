# A connection for a block: what it does to that of its caller, and to the cache, however it ends.

BeforeAll {
    $manifest = "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module $manifest
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    Import-Module "$PSScriptRoot/Support/Stopping.psm1"
    $sandbox = Start-Sandbox
    $flow = @{ Authority = $sandbox.Address; ClientId = $sandbox.ClientId; SecretFrom = "file:$($sandbox.SecretFile)"; BaseUri = $sandbox.Api }
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'Use-BearerToken' {
    BeforeEach {
        Disconnect-BearerApi
        Clear-BearerTokenCache
        Reset-SandboxStats $sandbox
        $outer = Connect-BearerApi @flow -Scope outer -PassThru
    }

    AfterEach {
        # However a block ended, the caller is connected as before, and the block's token is gone.
        (Get-BearerConnection).Fingerprint | Should -Be $outer.Fingerprint
        @(Get-BearerTokenCache).Fingerprint | Should -Be $outer.Fingerprint
    }

    It 'connects inside the block only' {
        $inside = Use-BearerToken @flow -Scope inner { Get-BearerConnection }

        $inside.Scopes | Should -Be inner
    }

    It 'passes arguments of every flow on, and takes a profile or a token' {
        Set-BearerProfile inner @flow -Scope profile
        Use-BearerToken inner { (Get-BearerConnection).Profile } | Should -Be inner
        Use-BearerToken { (Get-BearerConnection).Scopes } -Profile inner | Should -Be profile
        $token = Get-BearerToken @flow -Scope given
        Use-BearerToken -Token $token { (Get-BearerConnection).Scopes } | Should -Be given
        Remove-BearerToken $token
    }

    It 'runs the block in the scope of the caller' {
        $value = 1
        Use-BearerToken @flow -Scope inner { $value++ ; $new = 'set' }

        $value | Should -Be 2
        $new | Should -Be 'set'
    }

    It 'passes the output on as it comes, and ends early with Select-Object -First' {
        $seen = [Collections.Generic.List[object]]::new()
        $first = Use-BearerToken @flow -Scope inner { foreach ($n in 1..10) { $seen.Add("made $n"); $n } } | ForEach-Object { $seen.Add("got $_"); $_ } | Select-Object -First 2

        $first | Should -Be 1, 2
        $seen | Should -Be 'made 1', 'got 1', 'made 2', 'got 2'
    }

    It 'ends by an error that says what it is: <Case>' -ForEach @(
        @{ Case = 'throw'; Block = { throw 'my error' }; Message = 'my error' }
        @{ Case = 'a terminating error'; Block = { Write-Error 'my error' -ErrorAction Stop }; Message = 'my error' }
        @{ Case = 'an exception'; Block = { throw [InvalidOperationException]::new('my error') }; Message = 'my error' }
        @{ Case = 'a request'; Block = { Invoke-BearerRequest status?code=404 -ErrorAction Stop }; Message = '*404*' }
    ) {
        $failure = { Use-BearerToken @flow -Scope inner $Block } | Should -Throw -PassThru

        $failure.Exception.Message | Should -BeLike $Message
    }

    It 'lets an exception be caught by its type' {
        $caught = try { Use-BearerToken @flow -Scope inner { throw [IO.FileNotFoundException]::new('x') } } catch [IO.FileNotFoundException] { 'by type' }

        $caught | Should -Be 'by type'
    }

    It 'passes on an error that does not end the block' {
        $out = Use-BearerToken @flow -Scope inner { Write-Error 'one' -ErrorAction Continue; 'after' } 2>&1

        $out | Should -HaveCount 2
        "$out" | Should -BeLike '*one* after'
    }

    It 'ends by break, continue and return, which keep their meaning' {
        $rounds = 0
        foreach ($n in 1..3) { $rounds++; Use-BearerToken @flow -Scope inner { break } }
        $rounds | Should -Be 1
        foreach ($n in 1..3) { $rounds++; Use-BearerToken @flow -Scope inner { continue }; $rounds = 100 }
        $rounds | Should -Be 4
        Use-BearerToken @flow -Scope inner { 'before'; return; 'after' } | Should -Be 'before'
    }

    It 'nests, and restores each level after an error in the innermost' {
        $found = Use-BearerToken @flow -Scope one {
            (Get-BearerConnection).Scopes
            try { Use-BearerToken @flow -Scope two { (Get-BearerConnection).Scopes; Use-BearerToken @flow -Scope three { throw 'x' } } } catch { "$_" }
            (Get-BearerConnection).Scopes
        }

        $found | Should -Be one, two, x, one
    }

    It 'restores the connection although the block connected or disconnected' {
        Use-BearerToken @flow -Scope inner { Disconnect-BearerApi }
        (Get-BearerConnection).Fingerprint | Should -Be $outer.Fingerprint
        Use-BearerToken @flow -Scope inner { Connect-BearerApi @flow -Scope other; Remove-BearerToken -Confirm:$false }
    }

    It 'keeps a token that was in the cache before, and does not revoke it' {
        $null = Use-BearerToken @flow -Scope outer { Invoke-BearerRequest echo } -Revoke -WarningVariable warnings -WarningAction SilentlyContinue

        "$warnings" | Should -BeLike '*not revoked: it was in the cache or the store before*'
        Invoke-BearerRequest echo | Should -Not -BeNullOrEmpty
    }

    It 'revokes the token with -Revoke, also after an error' {
        $token = Use-BearerToken @flow -Scope inner { Get-BearerToken } -Revoke
        { Invoke-BearerRequest echo -Token $token -ErrorAction Stop } | Should -Throw -ErrorId 'HttpStatus401,*'

        { Use-BearerToken @flow -Scope inner { $script:used = Get-BearerToken; throw 'x' } -Revoke } | Should -Throw 'x'
        { Invoke-BearerRequest echo -Token $used -ErrorAction Stop } | Should -Throw -ErrorId 'HttpStatus401,*'
    }

    It 'warns when the token cannot be revoked, and removes it nevertheless' {
        $given = @{ TokenFrom = 'env:BEARERTOOLS_TEST_TOKEN' }
        $env:BEARERTOOLS_TEST_TOKEN = New-Jwt @{ sub = 'x' }
        try { Use-BearerToken @given { 'done' } -Revoke -WarningVariable warnings -WarningAction SilentlyContinue | Should -Be done }
        finally { $env:BEARERTOOLS_TEST_TOKEN = $null }

        "$warnings" | Should -BeLike '*removed from the cache*may still be valid*'
    }

    It 'does not run the block when there is no token, and says why' {
        $ran = $false
        { Use-BearerToken -Authority $sandbox.Address -ClientId none -SecretFrom "file:$($sandbox.SecretFile)" { $ran = $true } } | Should -Throw -ErrorId 'InvalidClient,*'
        { Use-BearerToken { $ran = $true } } | Should -Throw -ErrorId 'ParameterConflict*'
        { Use-BearerToken none { $ran = $true } } | Should -Throw -ErrorId 'ProfileNotFound*'

        $ran | Should -BeFalse
    }

    It 'works in a function and in a module, whose own connection it changes' {
        $module = New-Module -ArgumentList $flow -ScriptBlock {
            param($flow)
            function Get-Inside { Use-BearerToken @flow -Scope module { (Get-BearerConnection).Scopes } }
            function Get-Own { Get-BearerConnection }
        }
        function Get-InFunction { Use-BearerToken @flow -Scope function { (Get-BearerConnection).Scopes } }

        Get-InFunction | Should -Be function
        & $module { Get-Inside } | Should -Be module
        & $module { Get-Own } | Should -BeNullOrEmpty
    }

    It 'works in parallel runspaces, which share one token that the last one removes' {
        Set-BearerProfile parallel @flow -Scope parallel
        $found = 1..12 | ForEach-Object -Parallel {
            Import-Module $using:manifest
            $n = $_
            Use-BearerToken parallel { Invoke-BearerRequest "echo?n=$n&ms=20" }
            if (Get-BearerConnection) { 'still connected' }
        } -ThrottleLimit 6

        $found.Count | Should -Be 12
        $found | Should -Not -Contain 'still connected'
    }

    It 'ends on Ctrl+C, with the connection of before, and the token revoked' {
        $scopes = [Collections.Concurrent.ConcurrentQueue[object]]::new()
        $shell = [powershell]::Create([initialsessionstate]::CreateDefault2())
        $null = $shell.AddScript('Import-Module $args[0]; $flow = $args[1]; Connect-BearerApi @flow -Scope outer').AddArgument($manifest).AddArgument($flow).Invoke()
        $shell.Commands.Clear()
        $run = $shell.AddScript('$queue = $args[0]; Use-BearerToken @flow -Scope stopped { $queue.Enqueue((Get-BearerToken)); Start-Sleep 60 } -Revoke').AddArgument($scopes).BeginInvoke()
        Wait-Until { $scopes.Count }
        Measure-Seconds { $shell.Stop() } | Should -BeLessThan 4
        $shell.Commands.Clear()
        $after = $shell.AddScript('(Get-BearerConnection).Scopes').Invoke()
        $shell.Runspace.Dispose()
        $shell.Dispose()

        $run.IsCompleted | Should -BeTrue
        $after | Should -Be outer
        Wait-Until { @(Get-BearerTokenCache).Count -eq 1 }
        { Invoke-BearerRequest "$($sandbox.Api)echo" -Token $scopes.ToArray()[0] -ErrorAction Stop } | Should -Throw -ErrorId 'HttpStatus401,*'
    }

    It 'lets exit end the script that contains it' {
        Set-Content TestDrive:/exit.ps1 'param($flow) Use-BearerToken @flow -Scope inner { exit 7 }; "not reached"'
        $out = & (Get-Item TestDrive:/exit.ps1).FullName $flow

        $out | Should -BeNullOrEmpty
        $LASTEXITCODE | Should -Be 7
    }
}
