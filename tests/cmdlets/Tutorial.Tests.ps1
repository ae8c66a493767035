# The tutorial, as a reader follows it: its blocks in their order, in a session of its own, with the sandbox of its second step.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/Support/Blocks.psm1"
    $blocks = @(Get-Block (Resolve-Path "$PSScriptRoot/../../docs/tutorial.md") | Where-Object { -not $_.NotRun })
    $steps = $blocks | Where-Object { -not $_.File }
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support/Blocks.psm1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox
    $folder = (New-Item "$TestDrive/reader" -ItemType Directory).FullName
    $ready = @{ address = "$($sandbox.Address)/"; clientId = $sandbox.ClientId; secretFile = $sandbox.SecretFile }
    $ready | ConvertTo-Json | Set-Content "$folder/sandbox.json"

    function ConvertTo-SandboxCode([string] $Code) { $Code.Replace('http://127.0.0.1:5080', $sandbox.Address) }

    # The reader's session notes for each block what it gave, and the ids of its errors.
    $blocks = @(Get-Block (Resolve-Path "$PSScriptRoot/../../docs/tutorial.md") | Where-Object { -not $_.NotRun })
    foreach ($block in $blocks) {
        if ($block.File) { Set-Content "$folder/$($block.File)" (ConvertTo-SandboxCode $block.Code) }
        else { Set-Content "$folder/block-$($block.Line).ps1" (ConvertTo-SandboxCode $block.Code) }
    }
    Set-Content "$folder/session.ps1" @'
param($Manifest, $Pester, $Lines)
Import-Module $Manifest, $Pester
$notes = foreach ($line in $Lines.Split(',')) {
    $Error.Clear()
    try { $output = . "$PSScriptRoot/block-$line.ps1" } catch { $output = $null }
    $records = @($Error | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] })
    $ids = @($records | ForEach-Object { $_.FullyQualifiedErrorId.Split(',')[0] })
    @{ Line = [int] $line; Errors = $ids; Output = @($output | ForEach-Object { "$_" }) }
}
$notes | ConvertTo-Json -Depth 3 -AsArray | Set-Content "$PSScriptRoot/notes.json"
'@
    $lines = ($blocks | Where-Object { -not $_.File }).Line -join ','
    [string[]] $engine = Get-Engine
    Push-Location $folder
    try {
        $arguments = '-NoProfile', '-NonInteractive', '-File', './session.ps1', (Resolve-Path "$PSScriptRoot/../../BearerTools.psd1").Path
        $screen = & $engine[0] @($engine | Select-Object -Skip 1) @arguments (Get-Module Pester).Path $lines 2>&1 | ForEach-Object { "$_" }
    }
    finally { Pop-Location }
    $notes = @{}
    Get-Content "$folder/notes.json" -Raw | ConvertFrom-Json | ForEach-Object { $notes[[int] $_.Line] = $_ }

    # What the only block with this text gave.
    function Get-Note([string] $Text) { $notes[($blocks | Where-Object { -not $_.File -and $_.Code.Contains($Text) }).Line] }
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'The tutorial' {
    It 'has a block at line <Line> that works' -ForEach $steps {
        # The errors that a block catches or collects are in $Error too.
        $tolerated = if ($Code -match 'catch|ErrorVariable|Save-Invoices') { 'HttpStatus404', 'InvalidClient' }
        $ids = $notes[$Line].Errors | Where-Object { $_ -notin $tolerated } | Select-Object -Unique
        $ids -join ', ' | Should -Be ($Fails -join ', ') -Because "$screen"
    }

    It 'starts the sandbox in the current folder, where sandbox.json is expected' {
        # A project with the Web SDK would start in its own folder.
        dotnet msbuild "$PSScriptRoot/../Sandbox" -getProperty:RunWorkingDirectory | Should -BeNullOrEmpty
    }

    It 'says how many users and orders there are' {
        (Get-Note '(Invoke-BearerRequest /users).Count').Output | Should -Be '10', '25'
        (Get-Note 'Measure-Object total -Sum').Errors | Should -BeNullOrEmpty
        (Get-Note '$orders.id').Output[0..2] | Should -Be '9998', '9999', '10000'
    }

    It 'shows retries, and renewals that no request notices' {
        (Get-Note '-Verbose 4>&1').Output | Should -Not -BeNullOrEmpty
        (Get-Note 'lifetime:2').Errors | Should -BeNullOrEmpty
    }

    It 'has a runbook that saves what it says' {
        (Get-Note './Save-Invoices.ps1 @with').Output[0] | Should -Be '83'
        (Get-Note './Save-Invoices.ps1 @with').Output[-1] | Should -Be '82'
    }

    It 'has a test of the runbook that passes' {
        "$screen" -replace '\e\[[0-9;]*m' | Should -Match 'Tests Passed: 3, Failed: 0'
    }
}
