# The tests that docs/testing.md shows pass as they are, in a process without a connection.

BeforeAll {
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    Import-Module "$PSScriptRoot/Support/Blocks.psm1"
    $root = (Resolve-Path "$PSScriptRoot/../..").Path
}

Describe 'The tests of the guide' {
    It 'pass' {
        $files = Get-Block "$root/docs/testing.md" | Where-Object File
        foreach ($block in $files) { Set-Content "$TestDrive/$($block.File)" $block.Code }
        @"
`$WarningPreference = 'SilentlyContinue'
Import-Module '$root/BearerTools.psd1', '$((Get-Module Pester).Path)'
`$result = Invoke-Pester '$TestDrive/*.Tests.ps1' -PassThru -Output None
@{ Passed = `$result.PassedCount; Failed = @(`$result.Failed | ForEach-Object { "`$_ `$(`$_.ErrorRecord)" }) } | ConvertTo-Json
"@ | Set-Content "$TestDrive/run.ps1"
        $engine = @(Get-Engine)

        $result = & $engine[0] @($engine | Select-Object -Skip 1) -NoProfile -NonInteractive -File "$TestDrive/run.ps1" | Out-String | ConvertFrom-Json

        $files.Count | Should -Be 2
        $result.Failed | Should -BeNullOrEmpty
        $result.Passed | Should -Be 3
    }
}
