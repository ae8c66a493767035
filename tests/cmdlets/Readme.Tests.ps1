# The examples of the README for the Microsoft cloud, as they stand there, against the stand-in.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/Support/Entra.psm1"
    $obstacle = Get-EntraObstacle
    if ($obstacle) { Write-Warning "The test of the README's examples is skipped: $obstacle." }
    $readme = Get-Content "$PSScriptRoot/../../README.md" -Raw
    $section = [regex]::Match($readme, '(?s)\n## In the Microsoft cloud\n.*?(?=\n## |$)').Value
    $examples = [regex]::Matches($section, '(?s)```powershell\n(?<code># (?<title>[^\n]+)\n.*?)```') | ForEach-Object { @{ Title = $_.Groups['title'].Value; Code = $_.Groups['code'].Value } }
    if (-not $examples) { Write-Warning 'The README has no examples for the Microsoft cloud.' }
}

Describe 'The README' {
    It 'has examples for the Microsoft cloud' -Skip:(-not $examples) -TestCases @{ Count = @($examples).Count } {
        $Count | Should -Be 2
    }

    It 'has one that works: <Title>' -Skip:([bool]$obstacle) -ForEach $examples {
        Import-Module "$PSScriptRoot/Support/Entra.psm1"
        $sandbox = Start-Entra
        $entra = $sandbox.Entra
        $session = Start-EntraSession $sandbox -Environment @{
            OPS_CLIENT_ID     = $entra.clientId
            IDENTITY_ENDPOINT = "$($entra.plain)/msi/token"
            IDENTITY_HEADER   = Get-Content $entra.identityHeaderFile -Raw
        }
        try {
            # The module is loaded by its path, and the certificate is the stand-in's.
            $result = Invoke-EntraSession $session ([scriptblock]::Create($Code.Replace('Import-Module BearerTools', '').Replace('~/ops.pem', $entra.certificateFile)))
            $refused = (Get-EntraStats $sandbox).refused
        }
        finally {
            Stop-EntraSession $session
            Stop-Sandbox $sandbox
        }

        $result.Errors | Should -BeNullOrEmpty
        $result.Output | Should -Not -BeNullOrEmpty
        $refused | Should -BeNullOrEmpty
    }
}
