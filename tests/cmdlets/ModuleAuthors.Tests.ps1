# The sample of the guide for module authors: its own tests pass, here with the sandbox as the test system, and the guide shows its code.

BeforeAll {
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $samples = (Resolve-Path "$PSScriptRoot/../../docs/samples").Path
    $sandbox = Start-Sandbox

    # In a process of its own, as its author runs them, with BearerTools on the module path. The offline tests have no secret.
    function Invoke-SampleTests([hashtable] $Environment, [string[]] $File, [string] $Pester = (Get-Module Pester).Path) {
        $modules = New-Item "$TestDrive/modules" -ItemType Directory -Force
        $checkout = (Resolve-Path "$PSScriptRoot/../..").Path
        if (-not (Test-Path "$modules/BearerTools")) { $null = New-Item "$modules/BearerTools" -ItemType SymbolicLink -Target $checkout }
        $script = "$TestDrive/run.ps1"
        @"
`$ErrorActionPreference = 'Stop'
`$env:PSModulePath = '$modules' + [IO.Path]::PathSeparator + `$env:PSModulePath
Import-Module '$Pester'
`$results = foreach (`$file in '$($File -join "', '")') {
    if (`$file -like '*.Offline.*') { `$env:CONTOSO_SECRET = `$null }
    `$result = Invoke-Pester "$samples/ContosoOps/`$file" -PassThru -Output None
    `$failed = @(`$result.Failed + `$result.FailedContainers | ForEach-Object { "`$_ `$(`$_.ErrorRecord)" })
    @{ Passed = `$result.PassedCount; Skipped = `$result.SkippedCount; Failed = `$failed }
}
ConvertTo-Json @(`$results) -Depth 4
"@ | Set-Content $script
        $engine = @(Get-Engine)
        $before = @{}
        foreach ($name in $Environment.Keys) {
            $before[$name] = [Environment]::GetEnvironmentVariable($name)
            [Environment]::SetEnvironmentVariable($name, $Environment[$name])
        }
        try { & $engine[0] @($engine | Select-Object -Skip 1) -NoProfile -NonInteractive -File $script | Out-String | ConvertFrom-Json }
        finally { foreach ($name in $Environment.Keys) { [Environment]::SetEnvironmentVariable($name, $before[$name]) } }
    }
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'The sample ContosoOps' {
    It 'passes its tests, with a test system and offline' {
        $online, $offline = Invoke-SampleTests -File ContosoOps.Tests.ps1, ContosoOps.Offline.Tests.ps1 @{
            CONTOSO_AUTHORITY = $sandbox.Address
            CONTOSO_API       = $sandbox.Api
            CONTOSO_CLIENT    = $sandbox.ClientId
            CONTOSO_SECRET    = Get-Content $sandbox.SecretFile -Raw
        }

        $online.Failed | Should -BeNullOrEmpty
        $online.Skipped | Should -Be 0
        $online.Passed | Should -BeGreaterThan 8
        $offline.Failed | Should -BeNullOrEmpty
        $offline.Passed | Should -Be 6
    }

    It 'passes its tests offline, with Pester 6' {
        # NuGet's folder of packages has both versions: the projects of the tests download them.
        $versions = Split-Path (Split-Path (Split-Path (Get-Module Pester).Path))
        $pester = Join-Path $versions '6.2.0/tools/Pester.psd1'
        $pester | Should -Exist

        $result = Invoke-SampleTests @{} -File ContosoOps.Offline.Tests.ps1 -Pester $pester

        $result.Failed | Should -BeNullOrEmpty
        $result.Passed | Should -Be 6
    }

    It 'is what the guide shows' {
        $guide = Get-Content "$samples/../module-authors.md" -Raw
        # The help comments are left out in the guide.
        $code = (Get-Content "$samples/ContosoOps/ContosoOps.psm1" -Raw) -replace '(?s)    <#.*?#>\n'
        $functions = [regex]::Matches($guide, '(?s)```powershell\n(function .*?)\n```').ForEach{ $_.Groups[1].Value }

        $functions.Count | Should -Be 2
        foreach ($function in $functions) { $code.Contains($function) | Should -BeTrue -Because "the module should contain: $function" }
    }
}
