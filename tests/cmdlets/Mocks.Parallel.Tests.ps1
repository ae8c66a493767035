# Pester 6 runs files in parallel, in runspaces of one process. Mocks of one address do not meet there, and no socket is opened.

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $manifest = (Resolve-Path "$PSScriptRoot/../../BearerTools.psd1").Path
    $pester = Join-Path (Split-Path (Split-Path (Split-Path (Get-Module Pester).Path))) '6.2.0/tools/Pester.psd1'

    # One file: its mock returns the number of the file, while the others return theirs.
    $test = @'
BeforeAll {
    Import-Module 'MANIFEST'
    $null = Start-BearerMock https://api.contoso.com/v1/
    Add-BearerMockRule GET '/items/{n}' NUMBER
    Connect-BearerApi -Authority https://id.contoso.com -ClientId ops -SecretFrom env:BEARERTOOLS_NOT_SET -BaseUri https://api.contoso.com/v1/
}
AfterAll { Stop-BearerMock }
Describe 'file NUMBER' {
    It 'gets its own responses only' {
        foreach ($round in 1..20) {
            $found = 1..25 | Invoke-BearerRequest -Uri { "/items/$_" }
            $found | Sort-Object -Unique | Should -Be NUMBER
            Start-Sleep -Milliseconds 5
        }
        Assert-BearerMockCall GET '/items/{n}' -Exactly 500
    }
}
'@
    $run = @'
. 'COUNTER'
Import-Module 'PESTER'
$configuration = New-PesterConfiguration @{ Run = @{ Path = 'FOLDER'; PassThru = $true; Parallel = $true }; Output = @{ Verbosity = 'None' } }
$result = Invoke-Pester -Configuration $configuration
$opened = [SocketCounter]::Opened
# That the counter works: an address that nothing listens on.
try { [System.Net.Sockets.TcpClient]::new('127.0.0.1', 1) } catch { }
@{ Passed = $result.PassedCount; Failed = @($result.Failed + $result.FailedContainers + $result.FailedBlocks | ForEach-Object { "$_ $($_.ErrorRecord)" })
    Opened = $opened; Counts = [SocketCounter]::Opened -gt $opened } | ConvertTo-Json
'@
}

Describe 'Eight files in parallel that mock one address' {
    It 'get their own responses, and open no socket' {
        $pester | Should -Exist
        $folder = (New-Item "$TestDrive/files" -ItemType Directory).FullName
        foreach ($number in 1..8) {
            $test -creplace 'MANIFEST', $manifest -creplace 'NUMBER', $number | Set-Content "$folder/Number$number.Tests.ps1"
        }
        $run -creplace 'COUNTER', "$PSScriptRoot/Support/SocketCounter.ps1" -creplace 'PESTER', $pester -creplace 'FOLDER', $folder | Set-Content "$TestDrive/run.ps1"
        $engine = @(Get-Engine)

        # PowerShell's own telemetry would open a socket.
        $before = $env:POWERSHELL_TELEMETRY_OPTOUT
        try {
            $env:POWERSHELL_TELEMETRY_OPTOUT = '1'
            $result = & $engine[0] @($engine | Select-Object -Skip 1) -NoProfile -NonInteractive -File "$TestDrive/run.ps1" | Out-String | ConvertFrom-Json
        }
        finally { $env:POWERSHELL_TELEMETRY_OPTOUT = $before }

        $result.Failed | Should -BeNullOrEmpty
        $result.Passed | Should -Be 8
        $result.Opened | Should -Be 0
        $result.Counts | Should -BeTrue
    }
}
