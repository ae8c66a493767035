# The examples of the help run against the sandbox. Each starts in a reset runspace that is connected to it.

BeforeDiscovery {
    # They need a real provider, a file of one, or a user.
    $elsewhere = '-(TenantId|Interactive|DeviceCode|ManagedIdentity|DefaultChain|Account|ServiceAccountKey|InstallationId)\b|' +
        '-(UnixSocket|Confirm|ClientKeyPassword|SubjectToken)\b|\.pfx|/vcenter/'
    # The sandbox has no such lists at the addresses of these examples: other tests read its pages and operations.
    $others = 'A wrapped list', 'All pages of a list', 'A long-running operation', 'A session with cookies',
        'A login with other fields'
    $cmdlets = foreach ($page in Get-ChildItem "$PSScriptRoot/../../docs/cmdlets" -Filter *-*.md) {
        $found = [regex]::Matches((Get-Content $page -Raw), '(?s)\n### Example \d+: (?<title>[^\n]+)\n\n```powershell\n(?<code>.*?)\n```')
        $examples = @(foreach ($example in $found) {
                $title, $code = $example.Groups['title'].Value, $example.Groups['code'].Value
                $isOther = @($others | Where-Object { $title.StartsWith($_) }).Count
                if ($code -notmatch $elsewhere -and -not $isOther) { @{ Title = $title; Code = $code } }
            })
        @{ Name = $page.BaseName; Examples = $examples }
    }
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $manifest = (Resolve-Path "$PSScriptRoot/../../BearerTools.psd1").Path
    $sandbox = Start-Sandbox
    # This part of the API takes any address and method.
    $echo = "$($sandbox.Api)echo/"

    $folder = (New-Item "$TestDrive/work" -ItemType Directory).FullName
    'Id,Name,Mail', '1,Ada,ada@contoso.com', '2,Grace,grace@contoso.com' | Set-Content "$folder/new.csv"
    Copy-Item "$folder/new.csv" "$folder/changed.csv"
    'id,Number', '1,A-1', '2,A-2' | Set-Content "$folder/orders.csv"
    [byte[]] (1..9) | Set-Content "$folder/cat.jpg" -AsByteStream
    $variables = @{ OPS_SECRET = $sandbox.SecretFile; EU_SECRET = $sandbox.SecretFile; US_SECRET = $sandbox.SecretFile }
    $folders = $env:XDG_CONFIG_HOME, $env:APPDATA
    $env:XDG_CONFIG_HOME = $env:APPDATA = "$TestDrive/config"
    foreach ($name in $variables.Keys) { Set-Item "env:$name" (Get-Content $variables[$name] -Raw).Trim() }

    # The prompts of the examples, and what they take for granted: a connection, a profile and a token.
    $before = {
        param($manifest, $sandbox, $echo, $folder, $login, $secret)
        $ErrorActionPreference = 'Stop'
        Set-Location $folder
        Import-Module $manifest
        function global:Get-Credential { $login }
        function global:Read-Host {
            if ($args -match 'Token') { (Get-BearerToken).Token } elseif ($args -match 'secret') { $secret } else { $login.Password }
        }
        $global:login, $global:secret = $login, $secret
        $client = @{ Authority = $sandbox.Address; ClientId = $sandbox.ClientId; SecretFrom = "file:$($sandbox.SecretFile)" }
        Connect-BearerApi @client -BaseUri $echo
        Set-BearerProfile contoso @client -BaseUri $echo
        $env:API_TOKEN = Get-BearerToken -AsPlainText
        $ErrorActionPreference = 'Continue'
    }

    # Without a host, so that no example can prompt. Loading the module takes longer than any example.
    $runspace = [runspacefactory]::CreateRunspace()
    $runspace.Open()

    function ConvertTo-SandboxExample([string] $Code) {
        $Code -replace 'https://id\.contoso\.com/oauth/token', "$($sandbox.Address)/token" `
            -replace 'https://id\.[a-z.]*contoso\.com', $sandbox.Address `
            -replace 'https://api\.contoso\.com/login -Credential', "$($sandbox.Address)/login/nested -Credential" `
            -replace 'https://(api|eu|us|orders)\.contoso\.com/(v1/)?', $echo `
            -replace '-Authentication Bearer', '$0 -AllowUnencryptedAuthentication' `
            -replace 'test\.contoso\.com', '127.0.0.1' `
            -replace '\bfile:/run/secrets/api-token', 'env:API_TOKEN' `
            -replace '\./ops\.pem', $sandbox.KeyFile `
            -replace 'Import-Module BearerTools', "Import-Module '$manifest'" `
            -replace '1\.\.10000', '1..100'
    }
}

AfterAll {
    $runspace.Dispose()
    Stop-Sandbox $sandbox
    $env:XDG_CONFIG_HOME, $env:APPDATA = $folders
}

Describe 'The examples of <Name>' -ForEach $cmdlets {
    It 'are at least two that can run here' {
        $Examples.Count | Should -BeGreaterOrEqual 2
    }

    It 'work: <Title>' -ForEach $Examples {
        $runspace.ResetRunspaceState()
        $shell = [powershell]::Create($runspace)
        try {
            $arguments = $manifest, $sandbox, $echo, $folder, (Get-Login $sandbox), (Get-Content $sandbox.SecretFile -Raw).Trim()
            $arguments[5] = [Net.NetworkCredential]::new('', $arguments[5]).SecurePassword
            $null = $shell.AddScript($before)
            $arguments | ForEach-Object { $null = $shell.AddArgument($_) }
            $null = $shell.Invoke()
            $shell.Commands.Clear()

            $null = $shell.AddScript((ConvertTo-SandboxExample $Code)).Invoke()

            $shell.Streams.Error | Should -BeNullOrEmpty
        }
        finally {
            $shell.Commands.Clear()
            $null = $shell.AddScript('Get-BearerProfile | Remove-BearerProfile; Clear-BearerTokenCache').Invoke()
            $shell.Dispose()
        }
    }
}
