# The PowerShell blocks of the README and of the guides run: those of a page in one session, in their order, against the sandbox. Support/
# Blocks.psm1 says how a block is marked that fails on purpose, or that cannot run here.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/Support/Blocks.psm1"
    Import-Module "$PSScriptRoot/Support/Entra.psm1"
    $obstacle = Get-EntraObstacle
    if ($obstacle) { Write-Warning "Blocks for Microsoft Entra are skipped: $obstacle." }
    # These run in a session that takes the sandbox for Microsoft Entra.
    $entra = '-(TenantId|ManagedIdentity|DefaultChain|OnBehalfOf)\b|graph\.microsoft\.com|-Profile contoso'
    # These have tests of their own.
    $pages = foreach ($path in Get-Page | Where-Object Name -NotIn 'tutorial.md', 'module-authors.md', 'opentelemetry.md') {
        $blocks = @(Get-Block $path.FullName)
        $own = @($blocks | Where-Object { $_.Code -match $entra -and $_.Page -match 'README|entra|other-modules' })
        @{ Name = Get-PageName $path.FullName; Blocks = @($blocks | Where-Object { $_ -notin $own -and -not $_.NotRun }); Entra = $own }
    }
    $pages = $pages | Where-Object { $_.Blocks -or $_.Entra }
    $counts = @{
        Blocks = @($pages.Blocks).Count
        Entra  = @($pages.Entra).Count
        NotRun = @(Get-Page | ForEach-Object { Get-Block $_.FullName } | Where-Object { $_.NotRun }).Count
    }
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    Import-Module "$PSScriptRoot/Support/Entra.psm1"
    $manifest = (Resolve-Path "$PSScriptRoot/../../BearerTools.psd1").Path
    $sandbox = Start-Sandbox
    if (-not (Get-EntraObstacle)) {
        $cloud = Start-Entra
        $session = Start-EntraSession $cloud -Environment @{
            # Otherwise PowerShell itself asks the proxy for another host.
            POWERSHELL_TELEMETRY_OPTOUT = '1'
            OPS_CLIENT_ID               = $cloud.Entra.clientId
            OPS_SECRET                  = Get-Content $cloud.Entra.secretFile -Raw
            IDENTITY_ENDPOINT           = "$($cloud.Entra.plain)/msi/token"
            IDENTITY_HEADER             = Get-Content $cloud.Entra.identityHeaderFile -Raw
        }
    }

    $secret = (Get-Content $sandbox.SecretFile -Raw).Trim()
    $password = (Get-Content $sandbox.PasswordFile -Raw).Trim()

    $variables = @{
        OPS_SECRET = $secret; EU_SECRET = $secret; US_SECRET = $secret; GATEWAY_SECRET = $secret; ADA_PASSWORD = $password
        OKTA_TOKEN = "$(New-Guid)"; GITLAB_TOKEN = "$(New-Guid)"; SESSION = "$(New-Guid)"; API_TOKEN = $null; USER_TOKEN = $null
        XDG_CONFIG_HOME = "$TestDrive/config"; APPDATA = "$TestDrive/config"
        # A page sets it.
        BEARERTOOLS_PROFILE = $null
    }
    $before = @{}
    foreach ($name in $variables.Keys) {
        $before[$name] = [Environment]::GetEnvironmentVariable($name)
        [Environment]::SetEnvironmentVariable($name, $variables[$name])
    }

    # What a page takes for granted: a connection to the API, tokens in variables, and a user who responds to prompts.
    $prepare = {
        param($manifest, $sandbox, $folder, $login, $secret)
        $ErrorActionPreference = 'Stop'
        Set-Location $folder
        Import-Module $manifest
        $global:login, $global:secret = $login, $secret
        function global:Get-Credential { $global:login }
        function global:Read-Host { $global:secret }
        Connect-BearerApi -Authority $sandbox.Address -ClientId ops -SecretFrom env:OPS_SECRET -BaseUri "$($sandbox.Address)/contoso/"
        $env:API_TOKEN = $env:USER_TOKEN = Get-BearerToken -AsPlainText
        $ErrorActionPreference = 'Continue'
    }

    # Without a host, so that no block can prompt.
    $runspace = [runspacefactory]::CreateRunspace()
    $runspace.Open()

    # Puts the sandbox in the place of the addresses, files and clients that a block names.
    function ConvertTo-SandboxCode([string] $Code) {
        $Code -replace 'https://api\.contoso\.com/auth/login', "$($sandbox.Address)/login/nested" `
            -replace 'https://api\.contoso\.com/login', "$($sandbox.Address)/login" `
            -replace 'https://id[a-z.]*\.contoso\.com', $sandbox.Address `
            -replace 'https://(api|eu|us)\.contoso\.com/(v1/)?', "$($sandbox.Address)/contoso/" `
            -replace '-ClientId gateway', '-ClientId ops' `
            -replace '~/ops\.pem', $sandbox.KeyFile `
            -replace '~/service-account\.json', $sandbox.ServiceAccount `
            -replace '-Parallel \{', "-Parallel { Import-Module '$manifest';" `
            -replace '\b1\.\.1000\b', '1..100'
    }

    function Invoke-Block([scriptblock] $Script, [object[]] $Arguments) {
        $shell = [powershell]::Create($runspace)
        try {
            $null = $shell.AddScript($Script.ToString())
            $Arguments | Where-Object { $null -ne $_ } | ForEach-Object { $null = $shell.AddArgument($_) }
            try { $null = $shell.Invoke() } catch { $shell.Streams.Error.Add($_.Exception.InnerException.ErrorRecord ?? $_) }
            , @($shell.Streams.Error)
            , @($shell.Streams.Warning)
        }
        finally { $shell.Dispose() }
    }
}

AfterAll {
    $runspace.Dispose()
    foreach ($name in $before.Keys) { [Environment]::SetEnvironmentVariable($name, $before[$name]) }
    Stop-EntraSession $session
    Stop-Sandbox $cloud
    Stop-Sandbox $sandbox
}

Describe 'The blocks' {
    It 'are found, and few cannot run' -TestCases $counts {
        $Blocks | Should -BeGreaterThan 40
        $Entra | Should -BeGreaterOrEqual 6
        $NotRun | Should -BeLessThan 16
    }
}

Describe 'The page <Name>' -ForEach $pages {
    BeforeAll {
        $folder = (New-Item "$TestDrive/$(New-Guid)" -ItemType Directory).FullName
        'Id,Name,Mail', '1,Ada,ada@contoso.com', '2,Grace,grace@contoso.com' | Set-Content "$folder/new.csv"
        Copy-Item "$folder/new.csv" "$folder/changed.csv"
        'id,Number', '1,A-1', '2,A-2' | Set-Content "$folder/orders.csv"
        '1', '2' | Set-Content "$folder/ids.txt"
        [byte[]] (1..9) | Set-Content "$folder/cat.jpg" -AsByteStream
        $runspace.ResetRunspaceState()
        $typed = [Net.NetworkCredential]::new('', $secret).SecurePassword
        $problems, $null = Invoke-Block $prepare $manifest, $sandbox, $folder, (Get-Login $sandbox), $typed
        $problems | Should -BeNullOrEmpty
    }

    AfterAll { $null = Invoke-Block { Get-BearerProfile | Remove-BearerProfile; Clear-BearerTokenCache } }

    It 'has a block at line <Line> that does what it says' -ForEach $Blocks {
        if ($File) { Set-Content "$folder/$File" (ConvertTo-SandboxCode $Code); return }

        $errors, $warnings = Invoke-Block ([scriptblock]::Create((ConvertTo-SandboxCode $Code)))

        $ids = $errors | ForEach-Object { $_.FullyQualifiedErrorId.Split(',')[0] } | Select-Object -Unique
        $ids -join ', ' | Should -Be ($Fails -join ', ') -Because "$errors"
        $warnings | Should -BeNullOrEmpty
    }

    Context 'at Microsoft Entra' -Skip:([bool] $obstacle -or -not $Entra) {
        It 'has a block at line <Line> that gives objects' -ForEach $Entra {
            # The module is loaded by its path, and the certificate is the stand-in's.
            $code = $Code.Replace('Import-Module BearerTools', '').Replace('~/ops.pem', $cloud.Entra.certificateFile)

            $result = Invoke-EntraSession $session ([scriptblock]::Create($code))

            $result.Errors | Should -BeNullOrEmpty
            $result.Output | Should -Not -BeNullOrEmpty
            (Get-EntraStats $cloud).refused | Should -BeNullOrEmpty
        }
    }
}
