# Test -Coverage: which part of the code the xunit tests ran. build.ps1 dot-sources this file.

# Arguments of 'dotnet test' that collect it.
$coverageArguments = '--collect', 'XPlat Code Coverage', '--settings', (Join-Path $PSScriptRoot 'coverage.runsettings')

# Adds up the reports of the test projects, each of which runs a part of the same assemblies, and returns a row for each assembly. A line
# is covered if a project has run it. Of a line's branches, the largest number that one project has run counts.
function Get-Coverage([string] $Folder) {
    $assemblies = [ordered] @{}
    foreach ($report in Get-ChildItem $Folder -Filter coverage.cobertura.xml -Recurse) {
        foreach ($package in ([xml](Get-Content -LiteralPath $report.FullName -Raw)).SelectNodes('//package')) {
            $lines = $assemblies[$package.name] ??= @{}
            foreach ($class in $package.SelectNodes('classes/class')) {
                # A class lists the lines of its methods again.
                foreach ($line in $class.SelectNodes('lines/line')) {
                    $known = $lines["$($class.filename):$($line.number)"] ??= @{ Hit = $false; Branches = 0; Taken = 0 }
                    if ($line.hits -ne '0') { $known.Hit = $true }
                    # '50% (1/2)'
                    if ($line.GetAttribute('condition-coverage') -notmatch '\((\d+)/(\d+)\)') { continue }
                    $known.Taken = [Math]::Max($known.Taken, [int] $Matches[1])
                    $known.Branches = [Math]::Max($known.Branches, [int] $Matches[2])
                }
            }
        }
    }
    foreach ($name in $assemblies.Keys) {
        $lines = $assemblies[$name].Values
        [pscustomobject]@{
            Assembly = $name
            Lines    = $lines.Count
            Hit      = @($lines | Where-Object { $_.Hit }).Count
            Branches = ($lines | ForEach-Object { $_.Branches } | Measure-Object -Sum).Sum
            Taken    = ($lines | ForEach-Object { $_.Taken } | Measure-Object -Sum).Sum
        }
    }
}

# Prints the coverage as numbers.
function Write-Coverage([string] $Folder) {
    $percent = { param($part, $all) [string]::Format([cultureinfo]::InvariantCulture, '{0:0.0} %', ($all ? 100 * $part / $all : 0)) }
    $rows = @(Get-Coverage $Folder)
    if (-not $rows) { return Write-Warning "No coverage was collected in '$Folder'." }
    $sum = [pscustomobject]@{ Assembly = 'all' }
    foreach ($column in 'Lines', 'Hit', 'Branches', 'Taken') { $sum | Add-Member $column ($rows | Measure-Object $column -Sum).Sum }
    foreach ($row in $rows + $sum) {
        Write-Host ("Coverage by the xunit tests, {0}: {1} of {2} lines, {3} of {4} branches" -f $row.Assembly,
            (& $percent $row.Hit $row.Lines), $row.Lines, (& $percent $row.Taken $row.Branches), $row.Branches)
    }
}
