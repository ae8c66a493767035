# Runs the queued Pester files in this process, one after the other, and writes the counts of each as JSON for build.ps1.
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Pester,
    # Folder with one file for each queued Pester file; its content is the path.
    [Parameter(Mandatory)] [string] $Queue,
    [Parameter(Mandatory)] [string] $Counts
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module $Pester
# The proxy of a process is that of the variables when it is first used. Tests set them, for the processes that they start.
$null = [System.Net.Http.HttpClient]::DefaultProxy

# Takes the next file. Only one process can move an entry.
function Get-QueuedFile {
    foreach ($entry in Get-ChildItem $Queue | Sort-Object Name) {
        $taken = Join-Path $Counts "$($entry.Name).taken"
        try { [System.IO.File]::Move($entry.FullName, $taken) }
        catch [System.IO.IOException] { continue }
        return Get-Item (Get-Content $taken)
    }
}

function Invoke-PesterFile([System.IO.FileInfo] $File, [string] $CountsPath) {
    $configuration = New-PesterConfiguration @{
        Run    = @{ Path = $File.FullName; PassThru = $true }
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
        failures = @(@($result.Failed) + @($result.FailedBlocks) | ForEach-Object { "$($_.ExpandedPath): $($_.ErrorRecord | Select-Object -First 1)" })
    } | ConvertTo-Json | Set-Content $CountsPath
    [int]($result.Result -ne 'Passed')
}

while ($file = Get-QueuedFile) {
    $name = $file.Name -replace '\.Tests\.ps1$'
    [Console]::WriteLine("<begin $name>")
    $exitCode = Invoke-PesterFile $file (Join-Path $Counts "$name.json")
    Set-Location $PSScriptRoot
    # No file finds the connection or the tokens of another one: errors name the identity where the process has several.
    if (Get-Module BearerTools) {
        Disconnect-BearerApi
        Clear-BearerTokenCache
    }
    [Console]::WriteLine("<end $exitCode>")
}
