# Ctrl+C during the wait for a user at Microsoft Entra, in a session with a terminal of its own.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/Support/Entra.psm1"
    $obstacle = Get-EntraObstacle -Terminal
    if ($obstacle) { Write-Warning "The tests of Ctrl+C at the stand-in for Microsoft Entra are skipped: $obstacle." }
}

Describe 'Ctrl+C at Microsoft Entra' -Skip:([bool]$obstacle) {
    BeforeAll {
        Import-Module "$PSScriptRoot/Support/Entra.psm1"
        Import-Module "$PSScriptRoot/Support/Stopping.psm1"
        $sandbox = Start-Entra
    }

    AfterAll { Stop-Sandbox $sandbox }

    It 'ends the wait for a user <Where>, and the script that waits' -ForEach @(
        @{ Where = 'with a code'; Shown = 'code'; Script = { Get-BearerToken -DeviceCode -TenantId $entra.tenantId -ClientId $entra.clientId -Resource https://graph.microsoft.com; [Console]::WriteLine('went on') } }
        # A browser at which no user logs in.
        @{ Where = 'at the browser'; Shown = 'Sign in at'; Script = { Get-BearerToken -Interactive -TenantId $entra.tenantId -Resource https://graph.microsoft.com; [Console]::WriteLine('went on') } }
    ) {
        $session = Start-EntraSession $sandbox -Terminal -Environment @{ BROWSER = 'true' }
        try {
            $null = Send-EntraSession $session $Script
            $null = $Shown -eq 'code' ? (Wait-DeviceCode $session) : (Wait-EntraScreen $session $Shown)
            $seconds = Measure-Seconds {
                $session.Process.StandardInput.Write([char] 3)
                $session.Process.StandardInput.Flush()
                if (-not $session.Process.WaitForExit(30000)) { throw "The session does not hear Ctrl+C. $(Get-EntraScreen $session)" }
            }

            # The end of the whole process.
            $seconds | Should -BeLessThan 5
            Get-EntraScreen $session | Should -Not -BeLike '*went on*'
        }
        finally { Stop-EntraSession $session }
    }
}
