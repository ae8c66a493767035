# The examples of the help run against the sandbox. Each starts in a reset runspace that is connected to it.

BeforeDiscovery {
    # Those that need Microsoft's or another provider's names run in Help.Examples.Providers.Tests.ps1.
    $providers = '-(TenantId|ManagedIdentity|DefaultChain|Account|InstallationId)\b|/vcenter/'
    # These need a user at a browser or a server that verifies client certificates: they run in tests/conformance, which has both.
    $elsewhere = '-(Interactive|DeviceCode)\b|tls_client_auth'
    $conformance = (Get-ChildItem "$PSScriptRoot/../conformance" -Filter *.Tests.ps1 | Get-Content -Raw) -join "`n"
    # These need an interactive session, which Show-BearerTrace.Tests.ps1 has.
    $interactive = 'Show-BearerTrace'
    $cmdlets = foreach ($page in Get-ChildItem "$PSScriptRoot/../../docs/cmdlets" -Filter *-*.md) {
        $found = [regex]::Matches((Get-Content $page -Raw), '(?s)\n### Example \d+: (?<title>[^\n]+)\n\n```powershell\n(?<code>.*?)\n```')
        $examples = @(foreach ($example in $found) {
                $title, $code = $example.Groups['title'].Value, $example.Groups['code'].Value
                if ($code -notmatch $providers -and $code -notmatch "$elsewhere|$interactive") { @{ Title = $title; Code = $code } }
            })
        $missing = @($found | Where-Object { $_.Groups['code'].Value -notmatch $providers -and $_.Groups['code'].Value -match $elsewhere } |
                ForEach-Object { $_.Groups['title'].Value } | Where-Object { $conformance -notmatch "Example '$([regex]::Escape($_))'" })
        $running = @($found | Where-Object { $_.Groups['code'].Value -notmatch $interactive }).Count - $missing.Count
        @{ Name = $page.BaseName; Examples = $examples; Running = $running; Missing = $missing }
    }
    $topics = foreach ($page in Get-ChildItem "$PSScriptRoot/../../docs/about" -Filter about_*.md) {
        $number = 0
        $examples = @(foreach ($example in [regex]::Matches((Get-Content $page -Raw), '(?s)\n```powershell\n(?<code>.*?)\n```')) {
                @{ Title = "block $((++$number))"; Code = $example.Groups['code'].Value }
            })
        @{ Name = $page.BaseName; Examples = $examples; Running = $examples.Count }
    }
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $manifest = (Resolve-Path "$PSScriptRoot/../../BearerTools.psd1").Path
    $socket = Join-Path ([IO.Path]::GetTempPath()) "bearertools-$PID.sock"
    $sandbox = Start-Sandbox -UnixSocket $socket
    # This part of the API takes any address and method.
    $echo = "$($sandbox.Api)echo/"

    $folder = (New-Item "$TestDrive/work" -ItemType Directory).FullName
    'Id,Name,Mail', '1,Ada,ada@contoso.com', '2,Grace,grace@contoso.com' | Set-Content "$folder/new.csv"
    Copy-Item "$folder/new.csv" "$folder/changed.csv"
    'id,Number', '1,A-1', '2,A-2' | Set-Content "$folder/orders.csv"
    [byte[]] (1..9) | Set-Content "$folder/cat.jpg" -AsByteStream
    Copy-Item $sandbox.ServiceAccount "$folder/account.json"
    # A repository with profiles, and environments of other tools.
    '{ "profiles": { "repo": { "TokenFrom": "env:API_TOKEN", "BaseUri": "https://repo.contoso.com/" } } }' | Set-Content "$folder/.bearertools.json"
    $environment = '"clientId": "ops", "tokenUrl": "https://id.contoso.com/token", "clientSecret": "{{$processEnv OPS_SECRET}}"'
    "{ `"dev`": { $environment }, `"staging`": { $environment } }" | Set-Content "$folder/http-client.env.json"
    $null = New-Item "$folder/bruno/environments" -ItemType Directory
    '{ "version": "1", "name": "orders", "type": "collection" }' | Set-Content "$folder/bruno/bruno.json"
    'vars {', '  client_id: ops', '  token_url: https://id.contoso.com/token', '  client_secret: {{process.env.OPS_SECRET}}', '}' |
        Set-Content "$folder/bruno/environments/Prod.bru"
    # Encrypted with the password that the prompts return.
    $key = [Security.Cryptography.RSA]::Create()
    $key.ImportFromPem((Get-Content $sandbox.KeyFile -Raw))
    $strength = [Security.Cryptography.PbeParameters]::new('Aes256Cbc', 'SHA256', 1000)
    $password = (Get-Login $sandbox).GetNetworkCredential().Password
    $key.ExportEncryptedPkcs8PrivateKeyPem($password, $strength) | Set-Content "$folder/encrypted.pem"
    $key.Dispose()
    $variables = @{ OPS_SECRET = $sandbox.SecretFile; EU_SECRET = $sandbox.SecretFile; US_SECRET = $sandbox.SecretFile }
    $folders = $env:XDG_CONFIG_HOME, $env:APPDATA
    $env:XDG_CONFIG_HOME = $env:APPDATA = "$TestDrive/config"
    foreach ($name in $variables.Keys) { Set-Item "env:$name" (Get-Content $variables[$name] -Raw).Trim() }
    # No server listens there: the example with -StoreFallback Memory works without one.
    $env:CONTOSO_REDIS = '127.0.0.1:1'
    $env:CONTOSO_REDIS_KEY = [Convert]::ToBase64String([Security.Cryptography.RandomNumberGenerator]::GetBytes(32))

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
        foreach ($name in 'contoso', 'eu', 'us', 'orders') { Set-BearerProfile $name @client -BaseUri $echo }
        $env:API_TOKEN = Get-BearerToken -AsPlainText
        $global:token = Get-BearerToken
        $ErrorActionPreference = 'Continue'
    }

    # Without a host, so that no example can prompt. Loading the module takes longer than any example.
    $runspace = [runspacefactory]::CreateRunspace()
    $runspace.Open()

    function ConvertTo-SandboxExample([string] $Code) {
        $Code -replace 'https://id\.contoso\.com/oauth/token', "$($sandbox.Address)/token" `
            -replace 'https://id\.[a-z.]*contoso\.com', $sandbox.Address `
            -replace 'https://api\.contoso\.com/login(?=[\s`]+-Credential)', "$($sandbox.Address)/login/nested" `
            -replace 'https://api\.contoso\.com/login(?= -Body)', "$($sandbox.Address)/login" `
            -replace 'https://(api|eu|us|orders)\.contoso\.com/(v1/)?', $echo `
            -replace '-Authentication Bearer', '$0 -AllowUnencryptedAuthentication' `
            -replace 'test\.contoso\.com', '127.0.0.1' `
            -replace '\bfile:/run/secrets/api-token', 'env:API_TOKEN' `
            -replace '\bvault:ops', 'env:OPS_SECRET' `
            -replace '\./ops\.pem(?= -ClientKeyPassword)', "$folder/encrypted.pem" `
            -replace '\./ops\.pem', $sandbox.KeyFile `
            -replace '/run/engine\.sock', $socket `
            -replace 'http://engine/v1/', 'http://engine/api/echo/' `
            -replace 'https://shop\.contoso\.com/', "$($sandbox.Address)/open/echo?" `
            -replace '-Confirm$', '-Confirm:$false' `
            -replace 'Import-Module BearerTools', "Import-Module '$manifest'" `
            -replace '1\.\.10000', '1..100' `
            -replace 'login = ''ada''; secret =', 'username = ''ada''; password =' `
            -replace '/orders (?=-ItemsPath)', "$($sandbox.Api)paged/odata " `
            -replace '-Property total', '-Property id' `
            -replace '/users (?=-FollowRelLink -ItemsPath)', "$($sandbox.Api)paged/odata " `
            -replace '/tickets (.*)-ItemsPath tickets', "$($sandbox.Api)paged/cursor `$1-ItemsPath items" `
            -replace '/orders (?=(-Query .*)?-PageParameter)', "$($sandbox.Api)paged/page " `
            -replace '/exports (?=-Method)', "'$($sandbox.Api)made/1?by=location&polls=0' "
    }
}

AfterAll {
    $runspace.Dispose()
    Stop-Sandbox $sandbox
    $env:CONTOSO_REDIS = $env:CONTOSO_REDIS_KEY = $null
    $env:XDG_CONFIG_HOME, $env:APPDATA = $folders
    Remove-Item $socket -ErrorAction Ignore
}

Describe 'The examples of <Name>' -ForEach ($cmdlets + $topics) {
    It 'are at least three that a test runs; one in a topic' {
        $least = $Name -like 'about_*' ? 1 : $Name -eq 'Show-BearerTrace' ? 0 : 3
        $Running | Should -BeGreaterOrEqual $least
    }

    It 'run in tests/conformance if they need a browser or client certificates' {
        $Missing | Should -BeNullOrEmpty
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
