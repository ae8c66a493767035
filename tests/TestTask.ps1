# The Test task of build.ps1, which dot-sources this file.

$pesterVersion = '5.9.1'

# The time limit for a Pester file, and for an xunit test.
$fileMinutes = $Soak ? 60 : 4

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

function New-Result([string] $Runner, [int] $Passed, [int] $Failed, [string[]] $Skipped, [int] $ExitCode, [TimeSpan] $Taken) {
    $problem = if (-not ($Passed + $Failed + $Skipped.Count)) { "ran no tests (exit code $ExitCode)" }
    elseif ($ExitCode -and -not $Failed) { "ended with exit code $ExitCode" }
    [pscustomobject]@{
        Runner  = $Runner
        Passed  = $Passed
        Failed  = if ($problem) { $Failed + 1 } else { $Failed }
        Skipped = $Skipped.Count
        Seconds = [Math]::Round($Taken.TotalSeconds, 1)
        Problem = $problem
        Names   = $Skipped
    }
}

function Test-Xunit {
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    $results = Join-Path $out 'xunit'
    Remove-Item $results -Recurse -Force -ErrorAction Ignore
    & dotnet test $solution --configuration Release --no-build --nologo --logger trx --results-directory $results --blame-hang-timeout "${fileMinutes}m" --blame-hang-dump-type none | Out-Host
    $exitCode = $LASTEXITCODE
    $tests = Get-ChildItem $results -Filter *.trx -ErrorAction Ignore | ForEach-Object { ([xml](Get-Content -LiteralPath $_.FullName -Raw)).SelectNodes('//*[local-name()="UnitTestResult"]') }
    $skipped = @($tests | Where-Object outcome -EQ 'NotExecuted' | ForEach-Object testName)
    New-Result xunit @($tests | Where-Object outcome -EQ 'Passed').Count @($tests | Where-Object outcome -NotIn 'Passed', 'NotExecuted').Count $skipped $exitCode $clock.Elapsed
}

function Start-PesterFile([System.IO.FileInfo] $File, [string] $Pester) {
    $name = $File.Name -replace '\.Tests\.ps1$'
    $counts = Join-Path $out "pester/$name.json"
    Remove-Item $counts -ErrorAction Ignore
    $null = New-Item (Split-Path $counts) -ItemType Directory -Force
    $child = Start-Script (Join-Path $PSScriptRoot 'Invoke-PesterFile.ps1'), $Pester, $File.FullName, $counts -Captured
    [pscustomobject]@{
        Name   = $name
        Counts = $counts
        Child  = $child
        Output = $child.StandardOutput.ReadToEndAsync(), $child.StandardError.ReadToEndAsync()
        Clock  = [System.Diagnostics.Stopwatch]::StartNew()
    }
}

function Complete-PesterFile($Run) {
    $exitCode = -1
    if ($Run.Child.HasExited) { $exitCode = $Run.Child.ExitCode }
    else { $Run.Child.Kill($true) }
    # Does not wait for output that an orphaned server of a test keeps open.
    foreach ($text in $Run.Output) { if ($text.Wait(2000)) { $text.Result.TrimEnd() | Where-Object { $_ } | Out-Host } }
    if ($exitCode -eq -1) { Write-Warning "$($Run.Name) did not finish in time and is stopped." }
    $counted = if (Test-Path $Run.Counts) { Get-Content $Run.Counts -Raw | ConvertFrom-Json } else { @{ passed = 0; failed = 0; skipped = @() } }
    New-Result $Run.Name $counted.passed $counted.failed $counted.skipped $exitCode $Run.Clock.Elapsed
}

# Runs two files at a time, because they mostly wait.
function Test-Cmdlets([System.IO.FileInfo[]] $Files, [string] $Pester) {
    if (-not $Pester) { return $Files | ForEach-Object { New-Result $_.BaseName 0 0 "Pester missing: $($_.Name)" 0 0 } }
    $waiting = [System.Collections.Generic.Queue[System.IO.FileInfo]]::new($Files)
    $running = [System.Collections.Generic.List[object]]::new()
    try {
        while ($waiting.Count -or $running.Count) {
            while ($waiting.Count -and $running.Count -lt 2) { $running.Add((Start-PesterFile $waiting.Dequeue() $Pester)) }
            Start-Sleep -Milliseconds 50
            foreach ($run in @($running)) {
                if (-not $run.Child.HasExited -and $run.Clock.Elapsed.TotalMinutes -lt $fileMinutes) { continue }
                $null = $running.Remove($run)
                Complete-PesterFile $run
            }
        }
    }
    finally { $running | ForEach-Object { if (-not $_.Child.HasExited) { $_.Child.Kill($true) } } }
}

function Invoke-TestTask {
    Install-NodePackages
    $pester = Get-Pester
    $results = @(Test-Xunit) + @(Test-Cmdlets (Get-ChildItem (Join-Path $PSScriptRoot cmdlets), (Join-Path $PSScriptRoot conformance) -Filter *.Tests.ps1) $pester)
    $results | Format-Table Runner, Passed, Failed, Skipped, Seconds, Problem | Out-Host

    $sum = @{}
    foreach ($column in 'Passed', 'Failed', 'Skipped') { $sum[$column] = ($results | Measure-Object $column -Sum).Sum }
    $patterns = @(Get-Content (Join-Path $PSScriptRoot 'expected-skips.txt') | Where-Object { $_.Trim() -and $_ -notlike '#*' })
    $unexpected = @($results | ForEach-Object Names | Where-Object { $skip = $_; -not ($patterns | Where-Object { $skip -like $_ }) })
    if ($env:CI) { $unexpected | ForEach-Object { Write-Host "Skipped, but not listed in tests/expected-skips.txt: $_" } }
    if (-not $pester) { Write-Host 'NO CMDLET WAS TESTED: Pester is missing.' }
    Write-Host "$($sum.Passed) passed, $($sum.Failed) failed, $($sum.Skipped) skipped"
    exit [int]($sum.Failed -or -not $pester -or ($env:CI -and $unexpected))
}
