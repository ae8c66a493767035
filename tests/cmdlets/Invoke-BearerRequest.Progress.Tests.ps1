# The progress line of commands that take long, as a host sees it.

BeforeAll {
    $module = "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module $module
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    Import-Module "$PSScriptRoot/Support/Stopping.psm1"
    Import-Module "$PSScriptRoot/Support/TestHost.psm1"
    $sandbox = Start-Sandbox
    $null = Connect-Sandbox $sandbox

    # The session counts as interactive, whatever machine these tests run on.
    $automatic = 'CI', 'TF_BUILD', 'GITHUB_ACTIONS', 'GITLAB_CI', 'JENKINS_URL', 'TEAMCITY_VERSION', 'BUILDKITE', 'APPVEYOR', 'CODEBUILD_BUILD_ID'
    $variables = @{}
    foreach ($name in $automatic) {
        $variables[$name] = [Environment]::GetEnvironmentVariable($name)
        [Environment]::SetEnvironmentVariable($name, $null)
    }
}

AfterAll {
    foreach ($name in $automatic) { [Environment]::SetEnvironmentVariable($name, $variables[$name]) }
    Stop-Sandbox $sandbox
}

Describe 'The progress line' {
    It 'shows for many requests how many are done and have failed, the rate, and the time remaining' {
        $run = Start-Watched $module '$watch = [Diagnostics.Stopwatch]::StartNew(); 1..40 | Invoke-BearerRequest -Uri { $_ -eq 2 ? "nowhere" : "slow?ms=100&n=$_" } -ThrottleLimit 2 | Out-Null; $watch.Elapsed.TotalSeconds'
        $seconds = Complete-Script $run
        $lines = Get-Line $run

        $lines.Count | Should -BeGreaterThan 1
        $lines.Count | Should -BeLessThan (4 * $seconds + 2)
        $lines[0].StatusDescription | Should -Match '^\d+ of 40 done, 1 failed, [\d.]+/s$'
        $lines[0].PercentComplete | Should -BeGreaterThan 0
        $lines[0].SecondsRemaining | Should -BeGreaterOrEqual 0
        $lines[-1].RecordType | Should -Be Completed
        @($lines | Where-Object RecordType -EQ Completed).Count | Should -Be 1
        @($run.Records.ToArray().Key | Select-Object -Unique).Count | Should -Be 1
    }

    It 'shows how many are done while inputs still arrive' {
        $run = Start-Watched $module '1..200 | Invoke-BearerRequest -Uri { "slow?ms=50&n=$_" } -ThrottleLimit 2 | Select-Object -First 60'
        $null = Complete-Script $run
        $lines = Get-Line $run

        $lines[0].StatusDescription | Should -Match '^\d+ done, [\d.]+/s$'
        $lines[0].PercentComplete | Should -Be -1
        $lines[-1].RecordType | Should -Be Completed
    }

    It 'shows the bytes of one long response' {
        $run = Start-Watched $module 'Invoke-BearerRequest "items?count=300&size=1000&delayMs=6" | Out-Null'
        $null = Complete-Script $run

        (Get-Line $run)[0].StatusDescription | Should -Match '^[\d.]+ kB, [\d.]+ kB/s$'
    }

    It 'shows what -Wait waits for' {
        $run = Start-Watched $module 'Invoke-BearerRequest "made/7?by=operation-location&polls=2&retryAfter=1" -Method Post -Wait | Out-Null'
        $null = Complete-Script $run

        (Get-Line $run).StatusDescription | Should -Contain 'InProgress, 40 %'
    }

    It 'shows when a request is retried' {
        $run = Start-Watched $module 'Invoke-BearerRequest "status/503" -MaximumRetryCount 1 -RetryIntervalSec 3 -SkipHttpErrorCheck | Out-Null'
        $null = Complete-Script $run

        (Get-Line $run)[0].StatusDescription | Should -Match '^retry 1 of 1 at \d\d:\d\d:\d\d$'
    }

    It 'shows which page is read' {
        $run = Start-Watched $module 'Invoke-BearerRequest "paged/link?total=8&size=1&ms=250" -FollowRelLink | Out-Null'
        $null = Complete-Script $run

        (Get-Line $run)[0].StatusDescription | Should -BeLike 'page *'
    }

    It 'is not shown for requests that finish soon' {
        $run = Start-Watched $module '1..50 | Invoke-BearerRequest -Uri { "items/$_" } | Out-Null'
        $null = Complete-Script $run

        $run.Records.Count | Should -Be 0
    }

    It 'is not shown when it is turned off: <_>' -ForEach '$ProgressPreference = "SilentlyContinue"; Invoke-BearerRequest "slow?ms=1500"', 'Invoke-BearerRequest "slow?ms=1500" -ProgressAction Ignore' {
        $run = Start-Watched $module $_
        $null = Complete-Script $run

        $run.Records.Count | Should -Be 0
    }

    It 'is not shown in a non-interactive session' {
        $run = Start-Script $module 'Invoke-BearerRequest "slow?ms=1500"'
        $null = Complete-Script $run
        @($run.Shell.Streams.Progress).Count | Should -Be 0

        $env:CI = 'true'
        try {
            $run = Start-Watched $module 'Invoke-BearerRequest "slow?ms=1500"'
            $null = Complete-Script $run
        }
        finally { $env:CI = $null }
        $run.Records.Count | Should -Be 0
    }

    It 'goes when the command behind it throws' {
        $run = Start-Watched $module '1..3 | Invoke-BearerRequest -Uri { $_ -eq 1 ? "slow?ms=1600" : "slow?ms=60000&n=$_" } | ForEach-Object { throw "enough" }'
        { Complete-Script $run } | Should -Throw '*enough*'

        (Get-Line $run)[-1].RecordType | Should -Be Completed
    }

    It 'goes when the command is stopped' {
        $run = Start-Watched $module '1..3 | Invoke-BearerRequest -Uri { "slow?ms=60000&n=$_" }'
        Wait-Until { $run.Records.Count -gt 0 }
        Stop-Script $run | Should -BeLessThan 3

        (Get-Line $run)[-1].RecordType | Should -Be Completed
    }
}
