BeforeAll { Import-Module "$PSScriptRoot/Support/Sandbox.psm1" }

Describe 'Show-BearerTrace' {
    It 'is an error in a non-interactive session, which names Export-BearerTrace' {
        $engine, [string[]] $first = Get-Engine
        $command = "Import-Module '$PSScriptRoot/../../BearerTools.psd1'; try { Show-BearerTrace } catch { `$_.FullyQualifiedErrorId; `"`$_`" }"
        $output = & $engine @first -NoProfile -NonInteractive -Command $command | Out-String
        $output | Should -Match 'NotInteractive,'
        $output | Should -Match 'Use Export-BearerTrace PATH\.html'
    }

    It 'opens a private page in the browser' -Skip:($IsWindows -or -not (Get-Command script -CommandType Application -ErrorAction Ignore)) {
        $seen, $browser = 'seen.txt', 'browser.sh' | ForEach-Object { Join-Path $TestDrive $_ }
        Set-Content $browser "#!/bin/sh`nstat -c '%a %n' `"`${1#file://}`" > '$seen.new'; stat -c '%a' `"`$(dirname `"`${1#file://}`")`" >> '$seen.new'; mv '$seen.new' '$seen'"
        chmod +x $browser
        $session = Join-Path $TestDrive session.ps1
        Set-Content $session "
            Import-Module '$PSScriptRoot/../../BearerTools.psd1'
            `$token = Get-BearerToken -Token (ConvertTo-SecureString (New-Guid) -AsPlainText -Force)
            try { Invoke-BearerRequest http://127.0.0.1:1/x -Token `$token -MaximumRetryCount 0 } catch { }
            Show-BearerTrace"
        $engine = @(Get-Engine)
        $before = @{}
        # Variables of build servers mean that the session is non-interactive.
        foreach ($name in 'CI', 'GITHUB_ACTIONS', 'TF_BUILD', 'BROWSER') {
            $before[$name] = [Environment]::GetEnvironmentVariable($name)
            [Environment]::SetEnvironmentVariable($name, $null)
        }
        $env:BROWSER = $browser
        # A terminal of its own: a session without one is non-interactive.
        try { $null = script -qec "$($engine -join ' ') -NoProfile -File $session" /dev/null } finally { $before.Keys | ForEach-Object { [Environment]::SetEnvironmentVariable($_, $before[$_]) } }
        $mode, $folder = Get-Content $seen
        $mode | Should -Match '^600 .*trace\.html$'
        $folder | Should -Be 700
        Get-Content ($mode -replace '^600 ') -Raw | Should -BeLike '*127.0.0.1:1/x*'
        Split-Path ($mode -replace '^600 ') | Remove-Item -Recurse
    }
}
