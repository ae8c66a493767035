# The sample of the guide for module authors: its own tests pass, here with the sandbox as the test system, and the guide shows its code.

BeforeAll {
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $samples = (Resolve-Path "$PSScriptRoot/../../docs/samples").Path
    $sandbox = Start-Sandbox

    # In a process of its own, as its author runs them, with BearerTools on the module path.
    function Invoke-SampleTests([hashtable] $Environment, [string] $File = 'ContosoOps.Tests.ps1', [string] $Pester = (Get-Module Pester).Path) {
        $modules = New-Item "$TestDrive/modules" -ItemType Directory -Force
        $checkout = (Resolve-Path "$PSScriptRoot/../..").Path
        if (-not (Test-Path "$modules/BearerTools")) { $null = New-Item "$modules/BearerTools" -ItemType SymbolicLink -Target $checkout }
        $script = "$TestDrive/run.ps1"
        @"
`$ErrorActionPreference = 'Stop'
`$env:PSModulePath = '$modules' + [IO.Path]::PathSeparator + `$env:PSModulePath
Import-Module '$Pester'
`$result = Invoke-Pester '$samples/ContosoOps/$File' -PassThru -Output None
`$failed = @(`$result.Failed + `$result.FailedContainers | ForEach-Object { "`$_ `$(`$_.ErrorRecord)" })
@{ Passed = `$result.PassedCount; Skipped = `$result.SkippedCount; Failed = `$failed } | ConvertTo-Json
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
    It 'passes its tests, with a test system' {
        $result = Invoke-SampleTests @{
            CONTOSO_AUTHORITY = $sandbox.Address
            CONTOSO_API       = $sandbox.Api
            CONTOSO_CLIENT    = $sandbox.ClientId
            CONTOSO_SECRET    = Get-Content $sandbox.SecretFile -Raw
        }

        $result.Failed | Should -BeNullOrEmpty
        $result.Skipped | Should -Be 0
        $result.Passed | Should -BeGreaterThan 8
    }

    It 'passes its tests offline, with Pester <_>' -ForEach '5.9.1', '6.2.0' {
        # NuGet's folder of packages has both: the projects of the tests download them.
        $versions = Split-Path (Split-Path (Split-Path (Get-Module Pester).Path))
        $pester = Join-Path $versions "$_/tools/Pester.psd1"
        $pester | Should -Exist

        $result = Invoke-SampleTests @{ CONTOSO_SECRET = $null } -File ContosoOps.Offline.Tests.ps1 -Pester $pester

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
