# The examples of the help that name real providers, against stand-ins that are reached under these names.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/Support/Entra.psm1"
    $obstacle = Get-EntraObstacle -Terminal
    if ($obstacle) { Write-Warning "The tests of the help's examples with providers are skipped: $obstacle." }
    $providers = '-(TenantId|ManagedIdentity|DefaultChain|Account|InstallationId)\b|/vcenter/'
    $examples = foreach ($page in Get-ChildItem "$PSScriptRoot/../../docs/cmdlets" -Filter *-*.md) {
        $pattern = '(?s)\n### Example \d+: (?<title>[^\n]+)\n\n```powershell\n(?<code>.*?)\n```'
        foreach ($example in [regex]::Matches((Get-Content $page -Raw), $pattern)) {
            $title, $code = $example.Groups['title'].Value, $example.Groups['code'].Value
            if ($code -match $providers) { @{ Name = $page.BaseName; Title = $title; Code = $code } }
        }
    }
}

Describe 'The examples of the help' -Skip:([bool] $obstacle) {
    BeforeAll {
        Import-Module "$PSScriptRoot/Support/Entra.psm1"
        $sandbox = Start-Entra
        $entra, $providers = $sandbox.Entra, $sandbox.Entra.providers
        $certificate = [Security.Cryptography.X509Certificates.X509Certificate2]::CreateFromPemFile($entra.certificateFile)
        [IO.File]::WriteAllBytes("$TestDrive/ops.pfx", $certificate.Export('Pfx', 'of-the-file'))
        # Interactive: a browser signs the user in.
        $session = Start-EntraSession $sandbox -Terminal -Environment @{
            PFX_PASSWORD                   = 'of-the-file'
            IDENTITY_ENDPOINT              = "$($entra.plain)/msi/token"
            IDENTITY_HEADER                = Get-Content $entra.identityHeaderFile -Raw
            ACTIONS_ID_TOKEN_REQUEST_URL   = $entra.gitHubAddress
            ACTIONS_ID_TOKEN_REQUEST_TOKEN = Get-Content $entra.jobTokenFile -Raw
            # PowerShell's own telemetry would go through the proxy too.
            POWERSHELL_TELEMETRY_OPTOUT    = '1'
        }
        $null = Invoke-EntraSession $session {
            function global:Get-Credential {
                $password = ConvertTo-SecureString (Get-Content $entra.providers.secretFile -Raw) -AsPlainText -Force
                [pscredential]::new($entra.providers.userName, $password)
            }
        }
    }

    AfterAll {
        Stop-EntraSession $session
        Stop-Sandbox $sandbox
    }

    It 'run: <Name>, <Title>' -ForEach $examples {
        $code = $Code -replace '\./ops\.pfx', "$TestDrive/ops.pfx" `
            -replace '\./app\.private-key\.pem', $providers.keyFile `
            -replace '11111111-2222-3333-4444-555555555555', $entra.clientId `
            -replace 'ada@contoso\.onmicrosoft\.com', $entra.userName
        try { $result = Invoke-EntraSession $session ([scriptblock]::Create($code)) }
        finally {
            $null = Invoke-EntraSession $session { Disconnect-BearerApi; Get-BearerProfile | Remove-BearerProfile; Clear-BearerTokenCache }
        }

        $result.Errors.Message | Should -BeNullOrEmpty
    }

    It 'send nothing to other addresses than those of the stand-ins' {
        (Get-EntraStats $sandbox).refused | Should -BeNullOrEmpty
    }
}
