# Runs one file of Pester tests in this process, and leaves its counts as JSON for build.ps1.
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Pester,
    [Parameter(Mandatory)] [string] $Path,
    [Parameter(Mandatory)] [string] $CountsPath
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module $Pester

$configuration = New-PesterConfiguration @{
    Run    = @{ Path = $Path; PassThru = $true }
    Output = @{ Verbosity = 'Detailed'; RenderMode = [Console]::IsOutputRedirected ? 'Plaintext' : 'Auto' }
}
# Tests are written for a session as people have it.
Set-StrictMode -Off
$ErrorActionPreference = 'Continue'
$result = Invoke-Pester -Configuration $configuration

@{
    passed  = $result.PassedCount
    # A block or a file that throws outside of its tests fails too.
    failed  = $result.FailedCount + $result.FailedBlocksCount + $result.FailedContainersCount
    skipped = @(@($result.Skipped) + @($result.Inconclusive) | ForEach-Object ExpandedPath)
} | ConvertTo-Json | Set-Content $CountsPath
exit [int]($result.Result -ne 'Passed')
