# The Test task of build.ps1, which reads this file into itself.

$pesterVersion = '5.9.0'

# Path of Pester's manifest; nothing when it is not here and cannot be had.
function Get-Pester {
    $installed = Get-Module Pester -ListAvailable | Where-Object Version -EQ $pesterVersion | Select-Object -First 1
    if ($installed) { return $installed.Path }
    $folder = Join-Path $out 'modules'
    $manifest = Join-Path $folder "Pester/$pesterVersion/Pester.psd1"
    if (Test-Path $manifest) { return $manifest }
    Write-Host "Pester $pesterVersion is not installed: it is fetched from the PowerShell Gallery into $folder."
    $null = New-Item $folder -ItemType Directory -Force
    try {
        if (Get-Command Save-PSResource -ErrorAction Ignore) { Save-PSResource Pester -Version $pesterVersion -Repository PSGallery -Path $folder -TrustRepository }
        else { Save-Module Pester -RequiredVersion $pesterVersion -Repository PSGallery -Path $folder -Force }
        return $manifest
    }
    catch {
        Write-Warning "Pester $pesterVersion cannot be fetched, so NO CMDLET IS TESTED: $($_.Exception.Message) Install it: Install-PSResource Pester -Version $pesterVersion"
    }
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
    elseif ($env:CI) { Stop-Build '''npm ci'' failed in tests/conformance, so that the conformance tests cannot run.' }
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
    & dotnet test $solution --configuration Release --no-build --nologo --logger trx --results-directory $results --blame-hang-timeout 4m --blame-hang-dump-type none | Out-Host
    $exitCode = $LASTEXITCODE
    $tests = Get-ChildItem $results -Filter *.trx -ErrorAction Ignore | ForEach-Object { ([xml](Get-Content -LiteralPath $_.FullName -Raw)).SelectNodes('//*[local-name()="UnitTestResult"]') }
    $skipped = @($tests | Where-Object outcome -EQ 'NotExecuted' | ForEach-Object testName)
    New-Result xunit @($tests | Where-Object outcome -EQ 'Passed').Count @($tests | Where-Object outcome -NotIn 'Passed', 'NotExecuted').Count $skipped $exitCode $clock.Elapsed
}

function Test-Cmdlet([System.IO.FileInfo] $File, [string] $Pester) {
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    $name = $File.Name -replace '\.Tests\.ps1$'
    if (-not $Pester) { return New-Result $name 0 0 "Pester missing: $($File.Name)" 0 0 }
    $counts = Join-Path $out "pester/$name.json"
    Remove-Item $counts -ErrorAction Ignore
    $null = New-Item (Split-Path $counts) -ItemType Directory -Force
    $exitCode = Invoke-Script (Join-Path $PSScriptRoot 'Invoke-PesterFile.ps1'), $Pester, $File.FullName, $counts -Minutes 4
    $counted = if (Test-Path $counts) { Get-Content $counts -Raw | ConvertFrom-Json } else { @{ passed = 0; failed = 0; skipped = @() } }
    New-Result $name $counted.passed $counted.failed $counted.skipped $exitCode $clock.Elapsed
}

function Invoke-TestTask {
    Install-NodePackages
    $pester = Get-Pester
    $results = @(Test-Xunit) + @(Get-ChildItem (Join-Path $PSScriptRoot cmdlets), (Join-Path $PSScriptRoot conformance) -Filter *.Tests.ps1 | ForEach-Object { Test-Cmdlet $_ $pester })
    $results | Format-Table Runner, Passed, Failed, Skipped, Seconds, Problem | Out-Host

    $sum = @{}
    foreach ($column in 'Passed', 'Failed', 'Skipped') { $sum[$column] = ($results | Measure-Object $column -Sum).Sum }
    $patterns = @(Get-Content (Join-Path $PSScriptRoot 'expected-skips.txt') | Where-Object { $_.Trim() -and $_ -notlike '#*' })
    $unexpected = @($results | ForEach-Object Names | Where-Object { $skip = $_; -not ($patterns | Where-Object { $skip -like $_ }) })
    if ($env:CI) { $unexpected | ForEach-Object { Write-Host "Skipped, and not on tests/expected-skips.txt: $_" } }
    if (-not $pester) { Write-Host 'NO CMDLET WAS TESTED: Pester is missing.' }
    Write-Host "$($sum.Passed) passed, $($sum.Failed) failed, $($sum.Skipped) skipped"
    # A person who lacks Pester can get it; a CI machine without it is what the list of expected skips is for.
    exit [int]($sum.Failed -or ($env:CI ? $unexpected : -not $pester))
}
