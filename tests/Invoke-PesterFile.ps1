# Runs one Pester file in this process, and writes its counts as JSON for build.ps1.
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
# Tests run with the default settings of an interactive session.
Set-StrictMode -Off
$ErrorActionPreference = 'Continue'
$result = Invoke-Pester -Configuration $configuration

@{
    passed  = $result.PassedCount
    # Includes blocks and files that throw outside their tests.
    failed  = $result.FailedCount + $result.FailedBlocksCount + $result.FailedContainersCount
    skipped = @(@($result.Skipped) + @($result.Inconclusive) | ForEach-Object ExpandedPath)
} | ConvertTo-Json | Set-Content $CountsPath
exit [int]($result.Result -ne 'Passed')
