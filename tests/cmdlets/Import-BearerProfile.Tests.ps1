# Environments of other tools, in the formats that these write.

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $previous = $env:XDG_CONFIG_HOME, $env:APPDATA
    $place = (New-Item (Join-Path ([IO.Path]::GetTempPath()) "bt-$(New-Guid)") -ItemType Directory).FullName
    $env:XDG_CONFIG_HOME = $env:APPDATA = "$place/config"
    $variables = 'DEV_CLIENT_SECRET', 'STAGING_CLIENTSECRET', 'PROD_SECRET', 'LOCAL_BEARER_TOKEN', 'USER_SECRET'
    foreach ($name in $variables) { Set-Item "env:$name" (New-Guid) }
    $secret = "hush-$(New-Guid)"

    function Get-ErrorOf([scriptblock] $Script) { try { & $Script } catch { $_ } }
    function Write-File([string] $Name, [string] $Text) {
        $null = New-Item (Split-Path "$place/files/$Name") -ItemType Directory -Force
        [IO.File]::WriteAllText("$place/files/$Name", $Text)
        "$place/files/$Name"
    }
    function Get-Value([string] $Profile, [string] $Name) { (Get-BearerProfile $Profile -Detailed | Where-Object Name -EQ $Name).Value }
}

AfterAll {
    $env:XDG_CONFIG_HOME, $env:APPDATA = $previous
    foreach ($name in $variables) { Set-Item "env:$name" $null }
    Remove-Item $place -Recurse -Force
}

Describe 'Import-BearerProfile' {
    BeforeEach {
        Remove-Item "$place/files", "$place/config" -Recurse -Force -ErrorAction Ignore
        foreach ($name in (Get-BearerProfile).Name) { Remove-BearerProfile $name }
    }

    It 'reads http-client.env.json of Visual Studio, with shared variables, those of the user and secrets that are elsewhere' {
        $file = Write-File http-client.env.json @'
{
  "$shared": { "tokenUrl": "https://id.contoso.com/token", "ClientId": "ops" },
  "dev": {
    "HostAddress": "https://localhost:44320",
    "Scope": "orders.read users.read",
    "client_secret": { "provider": "AspnetUserSecrets", "secretName": "config:ClientSecretDev" },
    "searchTerm": "maui"
  }
}
'@
        $null = Write-File http-client.env.json.user '{ "dev": { "HostAddress": "https://localhost:5001" } }'
        Import-BearerProfile $file -Verbose 4>&1 -WarningVariable warned -WarningAction SilentlyContinue | Tee-Object -Variable verbose | Out-Null

        $found = Get-BearerProfile dev
        $found.BaseUri | Should -Be https://localhost:5001/
        $found.ClientId | Should -Be ops
        $found.Scopes | Should -Be orders.read, users.read
        Get-Value dev TokenEndpoint | Should -Be https://id.contoso.com/token
        Get-Value dev SecretFrom | Should -Be env:DEV_CLIENT_SECRET
        "$warned" | Should -BeLike "*http-client.env.json, line 6, column 5: the secret 'client_secret' was not imported. Put it into the environment variable DEV_CLIENT_SECRET*"
        "$verbose" | Should -BeLike "*line 7, column 5: 'searchTerm' has no meaning*"
        $found.SavedIn | Should -BeNullOrEmpty
    }

    It 'reads the OAuth settings and the private file of JetBrains' {
        $null = Write-File http-client.env.json @'
{
  "staging": {
    "api": "https://staging.contoso.com/v1",
    "token_endpoint": "https://id.contoso.com/token",
    "Security": { "Auth": {
      "service": {
        "Type": "OAuth2", "Grant Type": "Client Credentials", "Token URL": "{{token_endpoint}}", "Client ID": "{{clientId}}",
        "Client Secret": "{{clientSecret}}", "Scope": "read"
      },
      "person": {
        "Type": "OAuth2", "Grant Type": "Authorization Code", "Auth URL": "https://id.contoso.com/auth", "Token URL": "{{token_endpoint}}",
        "Client ID": "web", "Redirect URL": "http://127.0.0.1:8400/"
      }
    } }
  }
}
'@
        $null = Write-File http-client.private.env.json "{ `"staging`": { `"clientId`": `"abc`", `"clientSecret`": `"$secret`" } }"
        Import-BearerProfile "$place/files" -WarningVariable warned -WarningAction SilentlyContinue -Save -PassThru | ForEach-Object Name |
            Should -Be staging.service, staging.person

        # An identifier in the file for private values is no secret.
        Get-Value staging.service ClientId | Should -Be abc
        Get-Value staging.service SecretFrom | Should -Be env:STAGING_CLIENTSECRET
        Get-Value staging.person Interactive | Should -Be true
        Get-Value staging.person AuthorizationEndpoint | Should -Be https://id.contoso.com/auth
        @($warned -like "*private.env.json, line 1*the secret 'clientSecret' was not imported*") | Should -HaveCount 2
        Get-ChildItem "$place/config" -Recurse -File | Get-Content -Raw | Should -Not -BeLike "*$secret*"
        "$warned" | Should -Not -BeLike "*$secret*"
    }

    It 'reads the environments of a Bruno collection' {
        $null = Write-File bruno.json '{ "version": "1", "name": "orders", "type": "collection", "ignore": ["node_modules", ".git"] }'
        $null = Write-File environments/Prod.bru @'
color: #2E8B57

vars {
  baseUrl: https://api.contoso.com/v1
  id: https://id.contoso.com
  access_token_url: {{id}}/token
  client_id: web
  client_secret: {{process.env.PROD_SECRET}}
  ~scope: off
  note: '''
    two
    lines
  '''
}
vars:secret [
  password,
  ~old
]
'@
        $null = Write-File environments/Local.bru "vars {`r`n  host: http://localhost:8080`r`n}`r`nvars:secret [`r`n  bearer_token`r`n]`r`n"
        Import-BearerProfile "$place/files" -Prefix bruno- -WarningVariable warned -WarningAction SilentlyContinue

        (Get-BearerProfile).Name | Should -Be bruno-Local, bruno-Prod
        Get-Value bruno-Prod TokenEndpoint | Should -Be https://id.contoso.com/token
        Get-Value bruno-Prod SecretFrom | Should -Be env:PROD_SECRET
        Get-Value bruno-Prod Scope | Should -BeNullOrEmpty
        Get-Value bruno-Local BaseUri | Should -Be http://localhost:8080
        Get-Value bruno-Local TokenFrom | Should -Be env:LOCAL_BEARER_TOKEN
        @($warned) | Should -HaveCount 2
        "$warned" | Should -BeLike "*line 16, column 3: the secret 'password' was not imported. If profile*"
    }

    It 'imports the environments that -Environment names, and nothing with -WhatIf' {
        $file = Write-File http-client.env.json '{ "dev": { "clientId": "a", "tokenUrl": "https://id/t", "clientSecret": "{{$processEnv USER_SECRET}}" }, "prod": { "clientId": "b", "tokenUrl": "https://id/t", "clientSecret": "{{$processEnv USER_SECRET}}" } }'
        Import-BearerProfile $file -WhatIf -WarningVariable warned
        Get-BearerProfile | Should -BeNullOrEmpty
        $warned | Should -BeNullOrEmpty
        Import-BearerProfile $file -Environment p*
        (Get-BearerProfile).Name | Should -Be prod
        "$(Get-ErrorOf { Import-BearerProfile $file -Environment stage -ErrorAction Stop })" | Should -BeLike "*no environment with such a name*'dev', 'prod'*"
    }

    It 'keeps a profile that exists, unless -Force replaces it' {
        Set-BearerProfile dev -Authority https://id.contoso.com -ClientId mine -SecretFrom env:USER_SECRET -Save
        $file = Write-File http-client.env.json '{ "DEV": { "clientId": "theirs", "tokenUrl": "https://evil.example/t", "clientSecret": "{{$processEnv USER_SECRET}}" } }'
        Import-BearerProfile $file -Save -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed.FullyQualifiedErrorId | Should -BeLike 'ProfileExists,*'
        (Get-BearerProfile dev).ClientId | Should -Be mine
        Import-BearerProfile $file -Save -Force
        (Get-BearerProfile dev).ClientId | Should -Be theirs
    }

    It 'says which environment names no way to get a token, and imports the others' {
        $file = Write-File http-client.env.json '{ "bare": { "baseUrl": "https://a" }, "dev": { "token": "{{$processEnv USER_SECRET}}", "baseUrl": "https://b" } }'
        Import-BearerProfile $file -ErrorVariable failed -ErrorAction SilentlyContinue
        "$failed" | Should -BeLike "*line 1, column 3: 'bare' was not imported, because it names no client id and no token*Set-BearerProfile 'bare'*"
        (Get-BearerProfile).Name | Should -Be dev
    }

    It 'says what is missing of a secret that an imported profile needs' {
        $file = Write-File http-client.env.json '{ "dev": { "clientId": "a", "tokenUrl": "https://id/t", "clientSecret": "{{$processEnv BT_NOT_SET}}" } }'
        Import-BearerProfile $file -ErrorVariable failed -ErrorAction SilentlyContinue
        "$failed" | Should -BeLike '*BT_NOT_SET is not set*'
        Import-BearerProfile $file -Save -WarningVariable warned -WarningAction SilentlyContinue
        "$warned" | Should -BeLike '*saved, but cannot be used yet*BT_NOT_SET*'
    }

    It 'names the line and column of <Name>: <Text>' -ForEach @(
        @{ Name = 'http-client.env.json'; Text = "{`n  `"dev`": {`n    `"a`": 1,`n  }`n"; Message = '*line *column *not valid JSON*' }
        @{ Name = 'http-client.env.json'; Text = "{`n  `"dev`": 1 }"; Message = "*line 2, column 3: 'dev' is not an object*" }
        @{ Name = 'http-client.env.json'; Text = '[]'; Message = '*line 1, column 1: The file does not contain a JSON object*' }
        @{ Name = 'environments/a.bru'; Text = "vars {`n  a: b`n"; Message = '*line 1, column 1: The block has no end*' }
        @{ Name = 'environments/a.bru'; Text = "vars {`n  a b`n}"; Message = '*line 2, column 3: A variable is written NAME: VALUE*' }
        @{ Name = 'environments/a.bru'; Text = "vars:secret [`n  a`n"; Message = '*line 1, column 1: The list has no end*' }
        @{ Name = 'environments/a.bru'; Text = "  what`n"; Message = '*line 1, column 3: This is neither a block*' }
    ) {
        $file = Write-File $Name $Text
        Import-BearerProfile $file -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed.FullyQualifiedErrorId | Should -BeLike 'ImportFileInvalid,*'
        "$failed" | Should -BeLike $Message
    }

    It 'says what it expects where there is nothing to import' {
        $null = New-Item "$place/files" -ItemType Directory
        Import-BearerProfile "$place/files", "$place/none.json" -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed.Count | Should -Be 2
        "$failed" | Should -BeLike '*contains neither http-client.env.json nor bruno.json*does not exist*'
    }
}
