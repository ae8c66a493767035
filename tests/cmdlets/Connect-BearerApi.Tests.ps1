# What connecting does, and what it leaves behind when it fails.

BeforeAll { . "$PSScriptRoot/Support/TwoSandboxes.ps1" }

AfterAll { $sandbox, $other | ForEach-Object { Stop-Sandbox $_ } }

Describe 'Connect-BearerApi' {
    BeforeEach {
        Clear-BearerTokenCache
        Disconnect-BearerApi
    }

    It 'leaves nothing connected when it fails: <Name>' -ForEach @(
        @{ Name = 'a refused connection'; With = { @{ TokenEndpoint = 'http://127.0.0.1:1/token'; ClientId = 'x'; ClientSecret = New-Token } } }
        @{ Name = 'a wrong secret'; With = { @{ TokenEndpoint = "$($sandbox.Address)/token"; ClientId = $sandbox.ClientId; ClientSecret = New-Token } } }
        @{ Name = 'a missing variable'; With = { @{ TokenFrom = 'env:BEARERTOOLS_NOT_THERE' } } }
        @{ Name = 'a token that is null'; With = { @{ Token = $null } } }
        @{ Name = 'a profile without a name'; With = { @{ Profile = '' } } }
        @{ Name = 'an unknown profile'; With = { @{ Profile = 'not-there' } } }
        @{ Name = 'a base address that is none'; With = { @{ TokenFrom = 'env:PATH'; BaseUri = 'ftp://x' } } }
    ) {
        Connect-BearerApi -Token (New-Token) -BaseUri $open
        $with = & $With
        Get-ErrorOf { Connect-BearerApi @with } | Should -Not -BeNullOrEmpty
        Get-BearerConnection | Should -BeNullOrEmpty
        (Get-ErrorOf { Invoke-BearerRequest echo }).FullyQualifiedErrorId | Should -BeLike 'NotConnected,*'
    }

    It 'leaves nothing connected when it is stopped' {
        $runspace = [runspacefactory]::CreateRunspace()
        $runspace.Open()
        $shell = [powershell]::Create($runspace)
        try {
            $null = $shell.AddScript('param($manifest, $flow, $base) Import-Module $manifest; $global:flow = $flow; Connect-BearerApi @flow -BaseUri $base; (Get-BearerConnection).ClientId').AddArgument($manifest).AddArgument($flow).AddArgument($sandbox.Api)
            $shell.Invoke() | Should -Be $sandbox.ClientId
            $asked = (Get-SandboxStats $sandbox).tokenRequests
            $shell.Commands.Clear()
            $run = $shell.AddScript('Connect-BearerApi @flow -Scope delay:60000').BeginInvoke()
            while ((Get-SandboxStats $sandbox).tokenRequests -eq $asked) { Start-Sleep -Milliseconds 20 }
            $shell.Stop()
            $run.IsCompleted | Should -BeTrue
            $shell.Commands.Clear()
            $shell.AddScript('Get-BearerConnection').Invoke() | Should -BeNullOrEmpty
        }
        finally { $shell.Dispose(); $runspace.Dispose() }
    }

    It 'gives its settings to requests, and what is typed goes before them' {
        Connect-BearerApi -Token (New-Token) -BaseUri $open -Headers @{ 'X-One' = '1'; 'X-Two' = '2' } -Query @{ v = 1; w = 2 } -UserAgent ops/1
        $echo = Invoke-BearerRequest 'echo?w=3' -Headers @{ 'X-Two' = 'typed' }
        $echo.headers.'X-One', $echo.headers.'X-Two', $echo.headers.'User-Agent' | Should -Be '1', 'typed', 'ops/1'
        $echo.query.v, $echo.query.w | Should -Be '1', '3'
    }

    It 'refuses an Authorization header in its settings' {
        (Get-ErrorOf { Connect-BearerApi -Token (New-Token) -BaseUri $open -Headers @{ Authorization = 'x' } }).FullyQualifiedErrorId | Should -BeLike 'HeaderRefused,*'
    }

    It 'refuses headers that no request could send: <Name>' -ForEach @(
        @{ Name = 'a character other than ASCII'; With = @{ Headers = @{ 'X-C' = 'Grüße' } } }
        @{ Name = 'a name with a space'; With = @{ Headers = @{ 'X N' = 1 } } }
        @{ Name = 'a user agent'; With = @{ UserAgent = 'Grüße' } }
    ) {
        (Get-ErrorOf { Connect-BearerApi -Token (New-Token) -BaseUri $open @With }).FullyQualifiedErrorId | Should -BeLike 'HeaderRefused,*'
        Get-BearerConnection | Should -BeNullOrEmpty
    }

    It 'names the parameters that get a token when the command line has none of them' {
        (Get-ErrorOf { Connect-BearerApi }).FullyQualifiedErrorId | Should -BeLike 'ParameterConflict,*'
        "$(Get-ErrorOf { Connect-BearerApi -BaseUri $open })" | Should -BeLike '*-Authority with -ClientId*'
    }
}
