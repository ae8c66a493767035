# The Test task of build.ps1, which dot-sources this file.

$pesterVersion = '5.9.1'

# The time limit for a Pester file, and for an xunit test. 'build.ps1 -Soak' sets the variable.
function Get-MinutesAllowed { $env:BEARERTOOLS_SOAK ? 60 : 10 }

# Path of Pester's manifest, which 'dotnet restore' downloads; nothing if it was deleted since.
function Get-Pester {
    $packages = (& dotnet nuget locals global-packages --list) -replace '^global-packages: '
    $manifest = Join-Path $packages "pester/$pesterVersion/tools/Pester.psd1"
    if (Test-Path $manifest) { return $manifest }
    Write-Warning "Pester $pesterVersion is not at '$manifest', so NO CMDLET IS TESTED. Download it again: dotnet restore BearerTools.sln"
}

function Install-NodePackages {
    if (-not (Get-Command npm -CommandType Application -ErrorAction Ignore)) { return }
    $folder = Join-Path $PSScriptRoot 'conformance'
    $stamp = Join-Path $folder 'node_modules/.of-lock'
    $lock = (Get-FileHash (Join-Path $folder 'package-lock.json')).Hash
    if ((Test-Path $stamp) -and (Get-Content $stamp) -eq $lock) { return }
    Push-Location $folder
    try { & npm ci --ignore-scripts --no-audit --no-fund | Out-Host } finally { Pop-Location }
    if (-not $LASTEXITCODE) { Set-Content $stamp $lock }
    elseif ($env:CI) { Stop-Build '''npm ci'' failed in tests/conformance, so the conformance tests cannot run.' }
    else { Write-Warning '''npm ci'' failed in tests/conformance: the conformance tests are skipped.' }
}

function New-Result([string] $Runner, [int] $Passed, [int] $Failed, [string[]] $Skipped, [int] $ExitCode, [TimeSpan] $Taken, [string[]] $Failures) {
    $problem = if (-not ($Passed + $Failed + $Skipped.Count)) { "ran no tests (exit code $ExitCode)" }
    elseif ($ExitCode -and -not $Failed) { "ended with exit code $ExitCode" }
    [pscustomobject]@{
        Runner   = $Runner
        Passed   = $Passed
        Failed   = if ($problem) { $Failed + 1 } else { $Failed }
        Skipped  = $Skipped.Count
        Seconds  = [Math]::Round($Taken.TotalSeconds, 1)
        Problem  = $problem
        Names    = $Skipped
        Failures = $Failures
    }
}

# Runs the xunit tests, by default on the newest runtime that is installed.
function Test-Xunit([string] $Runner = 'xunit', [string] $RuntimeHost) {
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    $results = Join-Path $out 'xunit'
    Remove-Item $results -Recurse -Force -ErrorAction Ignore
    $arguments = '--configuration', 'Release', '--no-build', '--nologo', '--logger', 'trx', '--results-directory', $results,
        '--blame-hang-timeout', "$(Get-MinutesAllowed)m", '--blame-hang-dump-type', 'none'
    if ($Coverage) { $arguments += $coverageArguments }
    if ($RuntimeHost) { $arguments += '--', "RunConfiguration.DotNetHostPath=$RuntimeHost" }
    & dotnet test $solution @arguments | Out-Host
    $exitCode = $LASTEXITCODE
    $tests = Get-ChildItem $results -Filter *.trx -ErrorAction Ignore | ForEach-Object { ([xml](Get-Content -LiteralPath $_.FullName -Raw)).SelectNodes('//*[local-name()="UnitTestResult"]') }
    $skipped = @($tests | Where-Object outcome -EQ 'NotExecuted' | ForEach-Object testName)
    $failed = @($tests | Where-Object outcome -NotIn 'Passed', 'NotExecuted')
    $failures = $failed | ForEach-Object { "$($_.testName): $($_.SelectSingleNode('.//*[local-name()="Message"]').InnerText)" }
    New-Result $Runner @($tests | Where-Object outcome -EQ 'Passed').Count $failed.Count $skipped $exitCode $clock.Elapsed $failures
}

# Starts a process that runs the files that are still queued. A process for each file would double the time of the run.
function Start-PesterProcess([string] $Pester, [string] $Queue, [string] $Counts) {
    $child = Start-Script (Join-Path $PSScriptRoot 'Invoke-PesterFiles.ps1'), $Pester, $Queue, $Counts -Captured
    [pscustomobject]@{
        Child  = $child
        Line   = $child.StandardOutput.ReadLineAsync()
        Errors = $child.StandardError.ReadToEndAsync()
        File   = $null
        Output = [System.Text.StringBuilder]::new()
        Clock  = [System.Diagnostics.Stopwatch]::StartNew()
    }
}

# Reads what the process has printed; gives the result of each file that is complete.
function Read-PesterProcess($Run, [string] $Counts) {
    while ($Run.Line.IsCompleted -and $null -ne $Run.Line.Result) {
        $line = $Run.Line.Result
        $Run.Line = $Run.Child.StandardOutput.ReadLineAsync()
        if ($line -match '^<begin (.+)>$') {
            $Run.File = $Matches[1]
            $Run.Clock.Restart()
        }
        elseif ($line -match '^<end (-?\d+)>$') { Complete-PesterFile $Run $Counts $Matches[1] }
        else { $null = $Run.Output.AppendLine($line) }
    }
}

function Complete-PesterFile($Run, [string] $Counts, [int] $ExitCode) {
    $Run.Output.ToString().TrimEnd() | Out-Host
    $null = $Run.Output.Clear()
    $counted = @{ passed = 0; failed = 0; skipped = @(); failures = @() }
    $path = Join-Path $Counts "$($Run.File).json"
    if (Test-Path $path) { $counted = Get-Content $path -Raw | ConvertFrom-Json }
    New-Result $Run.File $counted.passed $counted.failed $counted.skipped $ExitCode $Run.Clock.Elapsed $counted.failures
    $Run.File = $null
}

# Ends a process; gives the result of the file that it did not complete.
function Stop-PesterProcess($Run, [string] $Counts) {
    $late = -not $Run.Child.HasExited
    if ($late) { $Run.Child.Kill($true) }
    if ($Run.Errors.Wait(2000)) { $Run.Errors.Result.TrimEnd() | Where-Object { $_ } | Out-Host }
    if (-not $Run.File) { return }
    if ($late) { Write-Warning "$($Run.File) did not finish in time and is stopped." }
    Complete-PesterFile $Run $Counts -1
}

# Processes share the files: two more than cores, because tests mostly wait.
function Test-Cmdlets([System.IO.FileInfo[]] $Files, [string] $Pester) {
    if (-not $Pester) { return $Files | ForEach-Object { New-Result $_.BaseName 0 0 "Pester missing: $($_.Name)" 0 0 } }
    $queue, $counts = 'queue', 'counts' | ForEach-Object { Join-Path $out "pester/$_" }
    Remove-Item (Split-Path $queue) -Recurse -Force -ErrorAction Ignore
    $null = New-Item $queue, $counts -ItemType Directory -Force
    # A file is queued until a process removes its entry.
    $number = 0
    foreach ($file in $Files) { Set-Content (Join-Path $queue ('{0:d3}' -f $number++)) $file.FullName }

    $atOnce = [Math]::Clamp([Environment]::ProcessorCount + 2, 2, 4)
    $running = [System.Collections.Generic.List[object]]::new()
    $silent = 0
    try {
        while ($true) {
            while ($running.Count -lt $atOnce -and $silent -lt 2 -and (Test-Path (Join-Path $queue *))) {
                $running.Add((Start-PesterProcess $Pester $queue $counts))
            }
            if (-not $running.Count) { break }
            Start-Sleep -Milliseconds 50
            foreach ($run in @($running)) {
                $results = @(Read-PesterProcess $run $counts)
                if ($results) { $silent = 0 }
                $results
                $hasEnded = $run.Child.HasExited -and $run.Line.IsCompleted
                if (-not $hasEnded -and $run.Clock.Elapsed.TotalMinutes -lt (Get-MinutesAllowed)) { continue }
                $null = $running.Remove($run)
                # Processes that end before their first file would be started for ever.
                if (-not $run.File) { $silent++ }
                Stop-PesterProcess $run $counts
            }
        }
    }
    finally { $running | ForEach-Object { if (-not $_.Child.HasExited) { $_.Child.Kill($true) } } }
    Get-ChildItem $queue | Get-Content | ForEach-Object { New-Result (Split-Path $_ -LeafBase) 0 0 @() -1 0 }
}

# The files that take longest, so that none of them runs alone at the end. Those that are not listed follow in the order of their names.
$longFiles = 'Interactive', 'Isolation', 'Fleet', 'Get-BearerToken.EntraErrors', 'ModuleAuthors', 'Stores', 'Help', 'Invoke-BearerRequest.Errors',
    'Invoke-BearerRequest.Rate', 'RateLimitScope', 'Package', 'LongRun', 'Get-BearerToken.Parameters', 'Get-BearerToken.DefaultChain',
    'Get-BearerToken.Entra', 'Get-BearerToken.EntraUsers', 'Get-BearerToken.ManagedIdentity', 'Fuzz', 'Minute', 'Keys', 'Secrets', 'Tutorial', 'Readme'

function Get-PesterFiles {
    Get-ChildItem (Join-Path $PSScriptRoot conformance), (Join-Path $PSScriptRoot cmdlets) -Filter *.Tests.ps1 | Sort-Object @{ Expression = {
            $place = $longFiles.IndexOf(($_.Name -replace '\.Tests\.ps1$'))
            $place -lt 0 ? $longFiles.Count : $place
        }
    }, Name
}

function Invoke-TestTask {
    Install-NodePackages
    $pester = Get-Pester
    $results = @(Test-Xunit) + @(Test-Cmdlets (Get-PesterFiles) $pester)
    Complete-Tests $results (-not $pester)
}

# Prints the sums, and exits with 1 if a test failed or did not run.
function Complete-Tests([object[]] $Results, [bool] $LacksPester) {
    $Results | Format-Table Runner, Passed, Failed, Skipped, Seconds, Problem | Out-Host
    # The output of a test may be far above.
    foreach ($result in $Results) {
        foreach ($failure in $result.Failures) {
            $line = "Failed: $($result.Runner): $failure" -replace '\s+', ' '
            Write-Host ($line.Length -gt 500 ? $line.Substring(0, 500) + '…' : $line)
        }
    }
    if ($Coverage) { Write-Coverage (Join-Path $out 'xunit') }

    $sum = @{}
    foreach ($column in 'Passed', 'Failed', 'Skipped') { $sum[$column] = ($Results | Measure-Object $column -Sum).Sum }
    $patterns = @(Get-Content (Join-Path $PSScriptRoot 'expected-skips.txt') | Where-Object { $_.Trim() -and $_ -notlike '#*' })
    $unexpected = @($Results | ForEach-Object Names | Where-Object { $skip = $_; -not ($patterns | Where-Object { $skip -like $_ }) })
    if ($env:CI) { $unexpected | ForEach-Object { Write-Host "Skipped, but not listed in tests/expected-skips.txt: $_" } }
    if ($LacksPester) { Write-Host 'NO CMDLET WAS TESTED: Pester is missing.' }
    Write-Host "$($sum.Passed) passed, $($sum.Failed) failed, $($sum.Skipped) skipped"
    exit [int]($sum.Failed -or $LacksPester -or ($env:CI -and $unexpected))
}
