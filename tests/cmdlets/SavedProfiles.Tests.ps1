# Profiles in the user's file.

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox
    $open = "$($sandbox.Address)/open/"
    $flow = @{ Authority = $sandbox.Address; ClientId = $sandbox.ClientId; SecretFrom = "file:$($sandbox.SecretFile)" }
    $previous = $env:XDG_CONFIG_HOME, $env:APPDATA
    $place = (New-Item (Join-Path ([IO.Path]::GetTempPath()) "bt-$(New-Guid)") -ItemType Directory).FullName
    $env:XDG_CONFIG_HOME = $env:APPDATA = $place
    $folder = $IsWindows ? "$place\BearerTools" : "$place/bearertools"
    $file = Join-Path $folder 'profiles.json'

    function Get-ErrorOf([scriptblock] $Script) { try { & $Script } catch { $_ } }
    function Get-Id([scriptblock] $Script) { ((Get-ErrorOf $Script).FullyQualifiedErrorId -split ',')[0] }
    function Write-Profiles([string] $Text) {
        $null = New-Item $folder -ItemType Directory -Force
        [IO.File]::WriteAllText($file, $Text)
        if (-not $IsWindows) { chmod 700 $folder; chmod 600 $file }
    }
}

AfterAll {
    $env:XDG_CONFIG_HOME, $env:APPDATA = $previous
    Remove-Item $place -Recurse -Force
    Stop-Sandbox $sandbox
}

Describe 'Saved profiles' {
    BeforeEach {
        $env:BEARERTOOLS_PROFILE = $null
        Clear-BearerTokenCache
        Disconnect-BearerApi
        Remove-Item $folder -Recurse -Force -ErrorAction Ignore
        foreach ($name in (Get-BearerProfile).Name) { Remove-BearerProfile $name }
    }

    It 'connects in a later session with a profile that was saved' {
        Set-BearerProfile contoso @flow -BaseUri $open -Headers @{ 'X-Team' = 'ops' } -Save
        $script = "Import-Module '$PSScriptRoot/../../BearerTools.psd1'; Connect-BearerApi contoso; (Invoke-BearerRequest echo).headers.'X-Team'"
        $engine = @(Get-Engine)
        & $engine[0] @($engine | Select-Object -Skip 1) -NoProfile -NonInteractive -Command $script | Should -Be ops
    }

    It 'gives the same profile as the command line, whatever its parameters' {
        $parameters = $flow + @{
            BaseUri = $open; AllowedOrigin = 'https://files.contoso.com'; Scope = 'a', 'b'; Query = @{ v = 1; tag = 'x', 'y' }
            AdditionalParameter = @{ audience = 'api' }; RateLimit = '50/s'; RenewOn = 403; MaximumRetryCount = 4; DPoP = $true
        }
        Set-BearerProfile typed @parameters
        Set-BearerProfile saved @parameters -Save
        $typed, $saved = 'typed', 'saved' | ForEach-Object {
            Get-BearerProfile $_ | Select-Object * -ExcludeProperty Name, SavedIn | ConvertTo-Json
        }
        $saved | Should -Be $typed
        (Get-BearerProfile saved).SavedIn | Should -Be $file
        # Equal token keys: one token.
        (Get-BearerToken -Profile typed).Fingerprint | Should -Be (Get-BearerToken -Profile saved).Fingerprint
    }

    It 'writes no secret, and says what to use instead of <Name>' -ForEach @(
        @{ Name = '-ClientSecret'; Parameters = { @{ Authority = 'https://id'; ClientId = 'a'; ClientSecret = ConvertTo-SecureString hush-hush -AsPlainText } }; Instead = '*-SecretFrom*' }
        @{ Name = '-Credential'; Parameters = { @{ LoginUri = 'https://id'; Credential = [pscredential]::new('a', (ConvertTo-SecureString hush-hush -AsPlainText)) } }; Instead = '*-UserName*' }
        @{ Name = '-Token'; Parameters = { @{ Token = ConvertTo-SecureString hush-hush -AsPlainText } }; Instead = '*-TokenFrom*' }
        @{ Name = '-Headers'; Parameters = { $flow + @{ Headers = @{ 'X-Api-Key' = 'hush-hush' } } }; Instead = '*-SendTokenInHeader*' }
        @{ Name = 'a line break'; Parameters = { @{ TokenFrom = 'env:PATH'; UserAgent = "a`nb" } }; Instead = '*Remove the character*' }
        @{ Name = 'the header Ocp-Apim-Subscription-Key'; Parameters = { $flow + @{ Headers = @{ 'Ocp-Apim-Subscription-Key' = 'hush-hush' } } }; Instead = '*-SendTokenInHeader*' }
        @{ Name = 'the header x-functions-key'; Parameters = { $flow + @{ Headers = @{ 'x-functions-key' = 'hush-hush' } } }; Instead = '*-SendTokenInHeader*' }
        @{ Name = 'Bearer in a header'; Parameters = { $flow + @{ Headers = @{ 'X-Foo' = 'Bearer hush-hush-hush-hush-4' } } }; Instead = '*form of a credential*' }
        @{ Name = 'a token of GitHub'; Parameters = { $flow + @{ Headers = @{ 'X-Foo' = "ghp_$('hushhush7' * 4)" } } }; Instead = '*form of a credential*' }
        @{ Name = 'the parameter sig'; Parameters = { $flow + @{ Query = @{ sig = 'hush-hush' } } }; Instead = '*-TokenFrom*' }
        @{ Name = 'the parameter code'; Parameters = { $flow + @{ Query = @{ code = 'hush-hush' * 5 } } }; Instead = '*-TokenFrom*' }
        @{ Name = '-BaseUri with a key'; Parameters = { $flow + @{ BaseUri = 'https://api.contoso.com/?v=1&api_key=hush-hush' } }; Instead = "*'api_key' in the address*" }
        @{ Name = '-TokenEndpoint with a secret'; Parameters = { @{ TokenEndpoint = 'https://id/t?client_secret=hush-hush'; ClientId = 'a'; SecretFrom = 'env:PATH' } }; Instead = "*'client_secret' in the address*" }
        @{ Name = 'a secret argument'; Parameters = { @{ TokenFrom = 'command:tool --token hush-hush' } }; Instead = "*argument '--token'*" }
        @{ Name = 'a secret argument with ='; Parameters = { @{ TokenFrom = 'command:tool get --api-key=hush-hush' } }; Instead = "*argument '--api-key'*" }
        @{ Name = '-Proxy'; Parameters = { $flow + @{ Proxy = 'http://ada:hush-hush@proxy' } }; Instead = '*-SecretFrom*' }
    ) {
        $given = & $Parameters
        $failure = Get-ErrorOf { Set-BearerProfile contoso @given -Save }
        $failure.FullyQualifiedErrorId | Should -BeLike 'ProfileNotSavable,*'
        "$failure" | Should -BeLike $Instead
        "$failure" | Should -Not -BeLike '*hush-hush*'
        Test-Path $file | Should -BeFalse
    }

    It 'keeps comments and order of a file that was edited' {
        Write-Profiles "{`n  // mine`n  `"profiles`": { `"b`": { `"TokenFrom`": `"env:B`" }, /* old */ `"a`": { `"TokenFrom`": `"env:A`" } } }"
        Set-BearerProfile b @flow -Save
        $text = Get-Content $file -Raw
        $text | Should -Match '(?s)// mine.*"b".*/\* old \*/ "a": \{ "TokenFrom": "env:A" \}'
        Get-BearerProfile | ForEach-Object Name | Should -Be a, b
    }

    It 'uses the profile in memory before a saved one, until that is saved' {
        Set-BearerProfile contoso @flow -BaseUri https://saved.contoso.com/ -Save
        Set-BearerProfile contoso @flow -BaseUri https://memory.contoso.com/
        (Get-BearerProfile contoso).BaseUri.Host | Should -Be memory.contoso.com
        Set-BearerProfile Contoso @flow -BaseUri https://new.contoso.com/ -Save
        (Get-BearerProfile).BaseUri.Host | Should -Be new.contoso.com
    }

    It 'applies an edit to the next command' {
        Set-BearerProfile contoso @flow -BaseUri https://one.contoso.com/ -Save
        (Get-BearerProfile contoso).BaseUri.Host | Should -Be one.contoso.com
        [IO.File]::WriteAllText($file, (Get-Content $file -Raw).Replace('one.', 'two.'))
        (Get-BearerProfile contoso).BaseUri.Host | Should -Be two.contoso.com
    }

    It 'saves a profile whose secret is missing, with a warning, and uses it when the secret is there' {
        Set-BearerProfile contoso -TokenFrom env:BT_SAVED_TOKEN -BaseUri $open -Save -WarningVariable warned -WarningAction SilentlyContinue
        "$warned" | Should -BeLike '*cannot be used yet*BT_SAVED_TOKEN is not set*'
        (Get-BearerProfile contoso).BaseUri | Should -Be $open
        Get-Id { Connect-BearerApi contoso } | Should -Be SecretNotFound
        try {
            $env:BT_SAVED_TOKEN = "$(New-Guid)"
            Connect-BearerApi contoso
            (Get-BearerConnection).BaseUri | Should -Be $open
        }
        finally { $env:BT_SAVED_TOKEN = $null }
    }

    It 'is not affected by the current location' {
        Push-Location $place
        try {
            Set-Content "$place/secret.txt" secret
            Set-BearerProfile contoso -TokenFrom file:secret.txt -Save
            Set-Location Env:
            (Get-BearerProfile contoso).Flow | Should -Be GivenToken
        }
        finally { Pop-Location }
    }

    It 'saves what only names a secret, and a command that finds one' {
        $programs = 'gh auth token', 'pass show contoso/token', 'vault kv get -field=token secret/ops', 'gcloud secrets versions access latest --secret=ops'
        $programs += 'aws secretsmanager get-secret-value --secret-id ops/token --query SecretString', 'tool --password-file /run/secrets/ops'
        foreach ($program in $programs) {
            { Set-BearerProfile program -TokenFrom "command:$program" -Headers @{ 'X-Team' = 'ops' } -Query @{ code = '42'; token_type = 'jwt' } -Save } | Should -Not -Throw -Because $program
        }
    }

    It 'saves a profile whose variable contains no token, with a warning' {
        $env:BT_MALFORMED = "two words`tof text"
        try {
            Set-BearerProfile malformed -TokenFrom env:BT_MALFORMED -Save -WarningVariable warnings -WarningAction SilentlyContinue
            "$warnings" | Should -BeLike '*cannot be used yet*not a valid token*'
            "$warnings" | Should -Not -BeLike '*two words*'
            (Get-BearerProfile malformed).SavedIn | Should -Be $file
            Get-Id { Connect-BearerApi malformed } | Should -Be TokenMalformed
        }
        finally { $env:BT_MALFORMED = $null }
    }

    It 'writes no file that would be too long to be read' {
        Set-BearerProfile a -TokenFrom env:PATH -Save
        $text = Get-Content $file -Raw
        Write-Profiles ($text + ' ' * (1MB - $text.Length))
        $failure = Get-ErrorOf { Set-BearerProfile b -TokenFrom env:PATH -Save -WarningAction SilentlyContinue }
        "$failure" | Should -BeLike '*is unchanged: it would be longer than 1024 KiB*'
        (Get-Item $file).Length | Should -Be 1MB
        (Get-BearerProfile).Name | Should -Contain a
    }

    It 'waits for another process that saves, also after a command that failed' {
        Set-BearerProfile a -TokenFrom env:PATH -Save -WarningAction SilentlyContinue
        { Connect-BearerApi there-is-none } | Should -Throw
        $held = [IO.File]::Open("$file.lock", 'Open', 'ReadWrite', 'None')
        $timer = [Threading.CancellationTokenSource]::new(200)
        $null = $timer.Token.Register([Delegate]::CreateDelegate([Action], $held, 'Dispose'))
        { Remove-BearerProfile a -Saved -ErrorAction Stop } | Should -Not -Throw
        $timer.IsCancellationRequested | Should -BeTrue
        Get-BearerProfile a -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'says that a file contains only comments' {
        Write-Profiles "// one`n/* two */ // three"
        "$(Get-ErrorOf { Connect-BearerApi a })" | Should -BeLike '*The file contains only comments.*'
    }

    It 'names the line and column of <Text>' -ForEach @(
        @{ Text = '"ThrottleLimit": 0, "TokenFrom": "env:PATH"'; Message = '*line 2, column 9:*ThrottleLimit*' }
        @{ Text = '"Authority": "https://id.contoso.com", "ClientId": "a", "ClientKey": "env:PATH", "SigningAlgorithm": "none"'; Message = '*line 2, column *SigningAlgorithm*' }
        @{ Text = '"TokenFrom": "env:PATH", "ManagedIdentity": true'; Message = '*line 2, column 2:*Parameter set*' }
        @{ Text = '"TokenFrom": "hush-hush"'; Message = '*line 2, column 9:*secret reference is not valid*' }
        @{ Text = '"Authority": "https://id.contoso.com", "ClientId": "ops", "SecretFrom": "hush-hush"'; Message = '*line 2, column 67:*secret reference is not valid*' }
        @{ Text = '"TokenFrom": "env:PATH", "RateLimitScope": "Machine,Fleet"'; Message = '*line 2, column 34:*It takes one of Process, Machine or Fleet.*' }
        @{ Text = '"TokenFrom": "env:PATH", "Headers": { "x-functions-key": "hush-hush" }'; Message = "*line 2, column *'x-functions-key' in 'Headers'*" }
        @{ Text = '"TokenFrom": "env:PATH", "BaseUri": "https://api/?api_key=hush-hush"'; Message = "*line 2, column *'api_key' in the address*" }
        @{ Text = '"TokenFrom": "command:tool --password hush-hush"'; Message = "*line 2, column *'--password'*" }
        @{ Text = '"TokenFrom": "env:PATH", "Throtle": 1'; Message = "*line 2, column 34:*'Throtle' is not a field*" }
    ) {
        Write-Profiles "{`"profiles`": {`n `"a`": { $Text }}}"
        $failure = Get-ErrorOf { Connect-BearerApi a }
        "$failure" | Should -BeLike $Message
        "$failure" | Should -Not -BeLike '*hush-hush*'
    }

    It 'keeps profiles in memory usable when the file is not valid' {
        Set-BearerProfile contoso @flow -BaseUri $open
        Write-Profiles '{ broken'
        (Get-BearerProfile -ErrorVariable failure -ErrorAction SilentlyContinue).Name | Should -Be contoso
        "$failure" | Should -BeLike '*line 1, column 3*'
        Connect-BearerApi contoso
        Get-Id { Connect-BearerApi other } | Should -Be ProfileFileInvalid
        Get-Id { Set-BearerProfile other @flow -Save } | Should -Be ProfileFileInvalid
        Get-Content $file -Raw | Should -Be '{ broken'
    }

    It 'refuses a name that looks like another one' {
        foreach ($name in 'contoso ', ' contoso', "con`u{200B}toso", "con`ttoso") {
            Get-Id { Set-BearerProfile $name @flow -Save } | Should -Be ProfileNameRefused
            Get-Id { Set-BearerProfile $name @flow } | Should -Be ProfileNameRefused
        }
        Get-BearerProfile | Should -BeNullOrEmpty
    }

    It 'leaves no handled error in $Error' {
        Write-Profiles '{"profiles": {"a": { "TokenFrom": "env:BT_SAVED_TOKEN" }}}'
        $Error.Clear()
        (Get-BearerProfile).Name | Should -Be a
        $Error | Should -BeNullOrEmpty
    }

    It 'removes a saved profile only with -Saved' {
        Set-BearerProfile contoso @flow -Save
        Set-BearerProfile fabrikam @flow -Save
        Get-Id { Remove-BearerProfile contoso -ErrorAction Stop } | Should -Be ProfileIsSaved
        Remove-BearerProfile contoso -Saved -WhatIf
        (Get-BearerProfile).Name | Should -Be contoso, fabrikam
        Remove-BearerProfile contoso -Saved
        (Get-BearerProfile).Name | Should -Be fabrikam
        Get-Id { Remove-BearerProfile contoso -Saved -ErrorAction Stop } | Should -Be ProfileNotFound
    }

    It 'does nothing with -WhatIf' {
        Set-BearerProfile contoso @flow -Save -WhatIf
        Test-Path $folder | Should -BeFalse
    }

    It 'completes and suggests the names of saved profiles' {
        Set-BearerProfile contoso @flow -Save
        (TabExpansion2 'Connect-BearerApi con' 21).CompletionMatches.CompletionText | Should -Contain contoso
        "$(Get-ErrorOf { Connect-BearerApi contsoo })" | Should -BeLike "*Did you mean 'contoso'*"
    }

    It 'connects with the profile of BEARERTOOLS_PROFILE only where Connect-BearerApi names nothing' {
        Set-BearerProfile contoso @flow -BaseUri $open -Save
        Get-Id { Connect-BearerApi } | Should -Be ParameterConflict
        try {
            $env:BEARERTOOLS_PROFILE = 'contoso'
            Get-BearerConnection | Should -BeNullOrEmpty
            Get-Id { Invoke-BearerRequest x } | Should -Be NotConnected
            Get-Id { Get-BearerToken } | Should -Not -BeNullOrEmpty
            Connect-BearerApi
            (Get-BearerConnection).BaseUri | Should -Be $open
            Connect-BearerApi @flow -BaseUri https://typed.contoso.com/
            (Get-BearerConnection).BaseUri | Should -Be https://typed.contoso.com/
            $env:BEARERTOOLS_PROFILE = 'contsoo'
            "$(Get-ErrorOf { Connect-BearerApi })" | Should -BeLike "*BEARERTOOLS_PROFILE names it.*Did you mean 'contoso'*"
            Get-BearerConnection | Should -BeNullOrEmpty
        }
        finally { $env:BEARERTOOLS_PROFILE = $null }
    }

    It 'works in parallel runspaces' {
        Set-BearerProfile contoso @flow -BaseUri $open -Save
        $tokens = 1..4 | ForEach-Object -Parallel {
            if (-not (Get-Module BearerTools)) { Import-Module $using:PSScriptRoot/../../BearerTools.psd1 }
            (Get-BearerToken -Profile contoso).Fingerprint
        }
        @($tokens).Count | Should -Be 4
        @($tokens | Select-Object -Unique).Count | Should -Be 1
    }

    It 'writes the schema beside the file, and a current one is in the repository' {
        Set-BearerProfile contoso @flow -Save
        Test-Json -Json (Get-Content $file -Raw) -SchemaFile (Join-Path $folder 'profiles.schema.json') | Should -BeTrue
        $made = Join-Path $place made.json
        $engine = @(Get-Engine)
        & $engine[0] @($engine | Select-Object -Skip 1) -NoProfile -NonInteractive -File "$PSScriptRoot/../../docs/Build-ProfileSchema.ps1" -Destination $made
        Get-Content $made -Raw | Should -Be (Get-Content "$PSScriptRoot/../../docs/profiles.schema.json" -Raw).Replace("`r`n", "`n")
    }
}
