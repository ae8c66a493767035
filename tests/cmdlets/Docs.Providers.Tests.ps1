# The commands of docs/recipes, as they stand there, against stand-ins of the providers that are reached under the providers' names.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/Support/Entra.psm1"
    $obstacle = Get-EntraObstacle
    if ($obstacle) { Write-Warning "The tests of the recipes are skipped: $obstacle." }

    # What each block of commands returns: the number of objects, and the last one.
    $expected = @{
        'azure-management' = '5: group5', '0:'
        'github'           = '250: contoso/app250', '250: contoso/app250', '4: 4999'
        'keycloak'         = '1: 250', '1: 250', '2: https://keycloak.contoso.com/admin/realms/ops/users/*'
        'microsoft-graph'  = '1: 2200', '4: 2200'
        'netbox'           = '1: *switch1*', '1: switch1', '1: 2500', '2: *bergen*'
        'okta'             = '1: 450', '1: 450', '3: Everyone'
        'salesforce'       = '1: 99982', '5: *Account 5*', '1: *success=True*'
        'servicenow'       = '1: *INC0000001*', '1: 2500', '2: *state=6*'
        'vcenter'          = '4: *web5*', '0:', '5: *DEBIAN_12_64*'
        'zoom'             = '1: 650', '3: Meeting of u3'
    }
    $pages = foreach ($file in Get-ChildItem "$PSScriptRoot/../../docs/recipes" -Filter *.md | Where-Object Name -NE README.md) {
        $commands, $firstError = (Get-Content $file -Raw) -split '\n## The first error\n'
        $found = [regex]::Matches($commands, '(?s)\n```powershell\n(?<code>.*?)\n```')
        $blocks = @(for ($number = 0; $number -lt $found.Count; $number++) {
                @{
                    Number   = $number + 1
                    Code     = $found[$number].Groups['code'].Value
                    Expected = $expected[$file.BaseName] | Select-Object -Index $number
                }
            })
        $shown = [regex]::Match($firstError, '(?s)\n```powershell\n(?<code>.*?)\n```\n\n```text\n(?<text>.*?)\n```')
        @{
            Name    = $file.BaseName
            Blocks  = $blocks
            Count   = $expected[$file.BaseName].Count
            Failing = $shown.Groups['code'].Value
            Shown   = $shown.Groups['text'].Value
        }
    }
    $names = @{ Pages = $pages.Name }
}

Describe 'The index of the recipes' {
    It 'lists every page once, and no others' -ForEach $names {
        $index = Get-Content "$PSScriptRoot/../../docs/recipes/README.md" -Raw

        $listed = [regex]::Matches($index, '(?m)^\| \[[^\]]+\]\((?<page>[^)]+)\.md\)').ForEach{ $_.Groups['page'].Value }

        $listed | Sort-Object | Should -Be ($Pages | Sort-Object)
    }
}

Describe 'The recipe' -Skip:([bool] $obstacle) {
    BeforeAll {
        Import-Module "$PSScriptRoot/Support/Entra.psm1"
        $sandbox = Start-Entra
        $entra, $providers = $sandbox.Entra, $sandbox.Entra.providers
        $secret = Get-Content $providers.secretFile -Raw
        $session = Start-EntraSession $sandbox -Environment @{
            GITHUB_TOKEN      = Get-Content $providers.apiKeyFile -Raw
            OKTA_API_TOKEN    = Get-Content $providers.apiKeyFile -Raw
            NETBOX_TOKEN      = Get-Content $providers.netBoxTokenFile -Raw
            NETBOX_V1_TOKEN   = Get-Content $providers.apiKeyFile -Raw
            KEYCLOAK_SECRET   = $secret
            SERVICENOW_SECRET = $secret
            SALESFORCE_SECRET = $secret
            ZOOM_SECRET       = $secret
            OPS_CLIENT_ID     = $entra.clientId
            IDENTITY_ENDPOINT = "$($entra.plain)/msi/token"
            IDENTITY_HEADER   = Get-Content $entra.identityHeaderFile -Raw
            # PowerShell's own telemetry would go through the proxy too.
            POWERSHELL_TELEMETRY_OPTOUT = '1'
        }
        # The prompt for the password.
        $null = Invoke-EntraSession $session {
            function global:Get-Credential([string] $UserName) {
                [pscredential]::new($UserName, (ConvertTo-SecureString (Get-Content $entra.providers.secretFile -Raw) -AsPlainText -Force))
            }
        }

        function Invoke-Block([string] $Code) {
            $certificate = $Code -match '-TenantId' ? $entra.certificateFile : $providers.keyFile
            Invoke-EntraSession $session ([scriptblock]::Create(($Code -replace '~/\w+\.pem', $certificate)))
        }

        # Objects come from the session as JSON.
        function Format-Object($Value) {
            if ($Value -isnot [System.Management.Automation.PSCustomObject]) { return "$Value" }
            "@{$($Value.PSObject.Properties.ForEach{ "$($_.Name)=$($_.Value)" } -join '; ')}"
        }
    }

    AfterAll {
        Stop-EntraSession $session
        Stop-Sandbox $sandbox
    }

    Context 'for <Name>' -ForEach $pages {
        AfterAll { $null = Invoke-EntraSession $session { Disconnect-BearerApi; Clear-BearerTokenCache -Confirm:$false } }

        It 'has the expected blocks of commands, and an error' {
            $Blocks.Count | Should -Be $Count
            $Failing | Should -Not -BeNullOrEmpty
            $Shown | Should -Not -BeNullOrEmpty
        }

        It 'works, in block <Number>' -ForEach $Blocks {
            $result = Invoke-Block $Code

            $result.Errors.Message | Should -BeNullOrEmpty
            $result.Remarks | Should -BeNullOrEmpty
            $output = @($result.Output | Where-Object { $null -ne $_ })
            "$($output.Count): $(if ($output) { Format-Object $output[-1] })".TrimEnd() | Should -BeLike $Expected
        }

        It 'shows the first error as it is' {
            $result = Invoke-Block $Failing

            $result.Errors.Count | Should -Be 1
            # The page shows it wrapped, and without the account, which is named only because this process has several.
            $result.Errors[0].Message -replace '\s+', ' ' -replace ' \((client|account|profile|token) [^)]+\)$' | Should -Be ($Shown -replace '\s+', ' ')
        }
    }

    It 'sends nothing to other addresses than those of the stand-ins' {
        (Get-EntraStats $sandbox).refused | Should -BeNullOrEmpty
    }

    It 'prints no secret in its outputs and errors' {
        $text = "$((Get-ChildItem $session.Folder -Filter *.answer | Get-Content -Raw))"

        # Of the password only the beginning: the rest would be escaped in these files.
        foreach ($file in $providers.apiKeyFile, $providers.secretFile) {
            $text.Contains((Get-Content $file -Raw).Substring(0, 24)) | Should -BeFalse
        }
    }
}
