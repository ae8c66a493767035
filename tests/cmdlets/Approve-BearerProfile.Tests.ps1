# The file of profiles of a repository, its approval, and the layers of settings.

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    Import-Module "$PSScriptRoot/Support/TestHost.psm1"
    $sandbox = Start-Sandbox
    $open = "$($sandbox.Address)/open/"
    $previous = $env:XDG_CONFIG_HOME, $env:APPDATA
    $place = (New-Item (Join-Path ([IO.Path]::GetTempPath()) "bt-$(New-Guid)") -ItemType Directory).FullName
    $env:XDG_CONFIG_HOME = $env:APPDATA = "$place/config"
    $trusted = Join-Path "$place/config" ($IsWindows ? 'BearerTools' : 'bearertools') 'trusted.json'
    $variables = 'BEARERTOOLS_RATELIMIT', 'BEARERTOOLS_THROTTLELIMIT', 'BEARERTOOLS_MAXIMUMRETRYCOUNT'
    $env:BT_REPO_TOKEN = New-Guid
    $env:BT_USER_TOKEN = New-Guid
    $own = @{ orders = @{ TokenFrom = 'env:BT_REPO_TOKEN'; BaseUri = $open; ThrottleLimit = 3 } }

    function Get-ErrorOf([scriptblock] $Script) { try { & $Script } catch { $_ } }
    function Get-Id([scriptblock] $Script) { ((Get-ErrorOf $Script).FullyQualifiedErrorId -split ',')[0] }
    function Write-Repository([hashtable] $Profiles) { ConvertTo-Json @{ profiles = $Profiles } -Depth 9 | Set-Content $file }
    function Get-Setting([string] $Profile, [string] $Name) { Get-BearerProfile $Profile -Detailed | Where-Object Name -EQ $Name }
}

AfterAll {
    $env:XDG_CONFIG_HOME, $env:APPDATA = $previous
    $env:BT_REPO_TOKEN = $env:BT_USER_TOKEN = $null
    Remove-Item $place -Recurse -Force
    Stop-Sandbox $sandbox
}

Describe 'Profiles of a repository' {
    BeforeEach {
        Disconnect-BearerApi
        Clear-BearerTokenCache
        # Profiles belong to the process, which other test files share.
        foreach ($name in (Get-BearerProfile -WarningAction Ignore).Name) { Remove-BearerProfile $name }
        # A new repository for each test: a file is named once per session.
        $repository = (New-Item "$place/$(New-Guid)" -ItemType Directory).FullName
        $file = Join-Path $repository '.bearertools.json'
        $null = New-Item "$repository/.git", "$repository/src/deep" -ItemType Directory
        Push-Location "$repository/src/deep"
        Write-Repository $own
    }

    AfterEach {
        Pop-Location
        foreach ($name in $variables) { Set-Item "env:$name" $null }
        Remove-Item "$place/config" -Recurse -Force -ErrorAction Ignore
        foreach ($name in (Get-BearerProfile).Name) { Remove-BearerProfile $name }
    }

    It 'are ignored, which is said once, until they are approved' {
        Get-BearerProfile -WarningVariable first -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        "$first" | Should -BeLike "*$file is ignored, because you have not approved it.*Approve-BearerProfile -Path '$file'*"
        Get-BearerProfile -WarningVariable second | Should -BeNullOrEmpty
        $second | Should -BeNullOrEmpty
        $failure = Get-ErrorOf { Connect-BearerApi orders }
        $failure.FullyQualifiedErrorId | Should -BeLike 'ProfileNotFound,*'
        "$failure" | Should -BeLike '*Approve-BearerProfile*'

        Approve-BearerProfile -Confirm:$false
        Connect-BearerApi orders
        (Invoke-BearerRequest echo).path | Should -Be /open/echo
        (Get-BearerProfile orders).SavedIn | Should -Be $file
        if (-not $IsWindows) { (Get-Item $trusted).UnixMode | Should -Be '-rw-------' }
    }

    It 'are ignored again when the file changes, and after the approval is withdrawn' {
        Approve-BearerProfile -Confirm:$false
        Add-Content $file ' '
        Get-BearerProfile -WarningVariable warned -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        "$warned" | Should -BeLike '*it has changed since you approved it*'

        Approve-BearerProfile $file -Confirm:$false
        (Get-BearerProfile).Name | Should -Be orders
        Approve-BearerProfile $file -Remove -Confirm:$false
        Get-BearerProfile -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        Get-Id { Approve-BearerProfile $file -Remove -Confirm:$false } | Should -Be RepositoryFileNotApproved
    }

    It 'are approved for one path: a copy elsewhere is not' {
        Approve-BearerProfile -Confirm:$false
        $copy = (New-Item "$place/$(New-Guid)" -ItemType Directory).FullName
        Copy-Item $file $copy
        Push-Location $copy
        try { Get-BearerProfile -WarningAction SilentlyContinue | Should -BeNullOrEmpty } finally { Pop-Location }
    }

    It 'are shown before they are approved, and nothing is approved with -WhatIf' {
        Write-Repository @{ orders = $own.orders + @{ AllowedOrigin = @("https://f$([char] 0x456)les.contoso.com") } }
        $null = Start-Transcript "$place/what.txt"
        try { Approve-BearerProfile -WhatIf } finally { $null = Stop-Transcript }
        $said = Get-Content "$place/what.txt" -Raw
        foreach ($part in $file, 'TokenFrom: env:BT_REPO_TOKEN', "BaseUri: $open", 'AllowedOrigin: https://xn--') { $said | Should -BeLike "*$part*" }
        Test-Path $trusted | Should -BeFalse
    }

    It 'are shown with all characters that cannot be seen, in addresses too' {
        Write-Repository @{ orders = @{ TokenFrom = 'env:BT_REPO_TOKEN'; BaseUri = "https://a.contoso.com/`u{202E}moc/`u{200B}"; Query = @{ team = "ops`u{E0041}`u{A0}" } } }
        $null = Start-Transcript "$place/hidden.txt"
        try { Approve-BearerProfile -WhatIf } finally { $null = Stop-Transcript }
        $said = Get-Content "$place/hidden.txt" -Raw
        foreach ($part in 'cannot be seen', '\u202Emoc/\u200B', 'team=ops\u{E0041}\u00A0') { $said | Should -Match ([regex]::Escape($part.Replace('\\', '\'))) }
        $said | Should -Not -Match "[`u{202E}`u{200B}]"

        Write-Repository $own
        $null = Start-Transcript "$place/seen.txt"
        try { Approve-BearerProfile -WhatIf } finally { $null = Stop-Transcript }
        Get-Content "$place/seen.txt" -Raw | Should -Not -BeLike '*cannot be seen*'
    }

    It 'are approved only by Yes: Enter means No' {
        $module = (Resolve-Path "$PSScriptRoot/../../BearerTools.psd1").Path
        foreach ($case in @{ Answer = $null }, @{ Answer = 1 }, @{ Answer = 0 }) {
            $asked = Invoke-Asked $module "Set-Location '$repository'; Approve-BearerProfile" $case.Answer
            $asked.Default | Should -Be 1
            $asked.Choices[$asked.Default] | Should -Be '&No'
            $asked.Message | Should -BeLike "*BaseUri: $open*Use these profiles?"
            Test-Path $trusted | Should -Be ($case.Answer -eq 0)
        }
    }

    It 'are approved without a question by <Switch>' -ForEach @{ Switch = '-Force' }, @{ Switch = '-Confirm:$false' } {
        $asked = Invoke-Asked (Resolve-Path "$PSScriptRoot/../../BearerTools.psd1").Path "Set-Location '$repository'; Approve-BearerProfile $Switch" 1
        $asked.Message | Should -BeNullOrEmpty
        Test-Path $trusted | Should -BeTrue
    }

    It 'are not approved in a non-interactive session, unless -Confirm:$false says so' {
        $engine = @(Get-Engine)
        $script = "Import-Module '$PSScriptRoot/../../BearerTools.psd1'; Approve-BearerProfile"
        $said = & $engine[0] @($engine | Select-Object -Skip 1) -NoProfile -NonInteractive -Command $script 2>&1
        "$said" | Should -BeLike '*this session cannot ask you*-WhatIf*-Confirm:$false*'
        Test-Path $trusted | Should -BeFalse
    }

    It 'are not read beyond the root of the repository' {
        Move-Item $file $place/.bearertools.json -Force
        try { Get-BearerProfile -WarningVariable warned | Should -BeNullOrEmpty; $warned | Should -BeNullOrEmpty }
        finally { Remove-Item $place/.bearertools.json -Force }
    }

    It 'refuse <Field>: <Why>' -ForEach @(
        @{ Field = 'SecretFrom'; Set = @{ Authority = 'https://id.contoso.com'; ClientId = 'a'; SecretFrom = 'file:/etc/hostname' }; Why = '*only refer to environment variables*' }
        @{ Field = 'TokenFrom'; Set = @{ TokenFrom = 'command:id' }; Why = '*only refer to environment variables*' }
        @{ Field = 'TokenFrom'; Set = @{ TokenFrom = 'vault:ops' }; Why = '*only refer to environment variables*' }
        @{ Field = 'TokenFrom'; Set = @{ TokenFrom = 'automation:ops' }; Why = '*only refer to environment variables*' }
        @{ Field = 'ClientKey'; Set = @{ Authority = 'https://id.contoso.com'; ClientId = 'a'; ClientKey = '/etc/key.pem' }; Why = '*only refer to environment variables*' }
        @{ Field = 'ManagedIdentity'; Set = @{ ManagedIdentity = $true; Resource = 'https://management.azure.com' }; Why = '*cannot use an identity*' }
        @{ Field = 'DefaultChain'; Set = @{ DefaultChain = $true; Resource = 'https://management.azure.com' }; Why = '*cannot use an identity*' }
        @{ Field = 'Account'; Set = @{ Account = 'a@contoso.com' }; Why = '*cannot use an identity*' }
        @{ Field = 'Proxy'; Set = @{ TokenFrom = 'env:BT_REPO_TOKEN'; Proxy = 'http://proxy' }; Why = '*cannot use an identity or a proxy*' }
        @{ Field = 'ClientSecret'; Set = @{ ClientSecret = 'hush-hush' }; Why = '*not a field*' }
    ) {
        Write-Repository @{ evil = $Set }
        $failure = Get-ErrorOf { Approve-BearerProfile -Confirm:$false }
        "$failure" | Should -BeLike "*line *'$Field'$Why"
        "$failure" | Should -Not -BeLike '*hush-hush*'
        Test-Path $trusted | Should -BeFalse
    }

    It 'know every field that a profile may have: a new one has to be classified here' {
        $schema = Get-Content "$PSScriptRoot/../../docs/profiles.schema.json" -Raw | ConvertFrom-Json
        $fields = $schema.properties.profiles.additionalProperties.properties.psobject.Properties.Name
        $refused = 'Account', 'ClientCertificateThumbprint', 'DefaultChain', 'ManagedIdentity', 'Proxy', 'ProxyUseDefaultCredentials', 'Store', 'StoreConnection', 'StoreFallback', 'StoreKeyFrom'
        $references = 'ActorTokenFrom', 'AssertionFrom', 'ClientAssertionFrom', 'ClientKey', 'RefreshTokenFrom', 'SecretFrom', 'ServiceAccountKey'
        $references += 'SubjectTokenFrom', 'TokenFrom'
        # Who gets a token, from where and for whom: shown when the file is approved, and refused for a saved profile.
        $shown = @(
            'ActorTokenType', 'AdditionalParameter', 'AllowedOrigin', 'AssertionAudience', 'Audience', 'Authority', 'AuthorizationEndpoint'
            'BaseUri', 'BaseUriPath', 'Body', 'ClientAuthenticationMethod', 'ClientId', 'ContentType', 'DPoP', 'DeviceAuthorizationEndpoint'
            'DeviceCode', 'Environment', 'ExpiresInPath', 'GrantType', 'Headers', 'InstallationId', 'Interactive', 'KeyId', 'LegacyPassword'
            'LoginAuthentication', 'LoginHint', 'LoginMethod', 'LoginTimeoutSec', 'LoginUri', 'NoBrowser', 'NoProxy', 'ObjectId'
            'PasswordField', 'Permission', 'Prompt', 'PushRequest', 'Query', 'RedirectUri', 'RenewOn', 'Repository', 'RequestedTokenType'
            'Resource', 'ResourceId', 'Scope', 'SendTokenInCookie', 'SendTokenInHeader', 'SigningAlgorithm', 'SkipHttpErrorCheck', 'Subject'
            'SubjectTokenType', 'TenantId', 'TokenEndpoint', 'TokenHeader', 'TokenPath', 'TokenRequestHeaders', 'TokenScheme'
            'TraceQuery', 'UserAgent', 'UserName', 'UserNameField'
        )
        $harmless = @(
            'AdaptiveThrottle', 'ConnectionTimeoutSeconds', 'MaximumQuotaWaitSec', 'MaximumRetryCount', 'OperationTimeoutSeconds'
            'OriginThrottleLimit', 'RateLimit', 'RateLimitScope', 'RetryIntervalSec', 'ThrottleLimit'
        )
        $fields | Where-Object { $_ -notin ($refused + $references + $shown + $harmless) } | Should -BeNullOrEmpty
    }

    It 'with the name of a saved profile change neither who it is nor where its token goes: <Field>' -ForEach @(
        @{ Field = 'BaseUri'; Value = 'https://evil.example/' }, @{ Field = 'AllowedOrigin'; Value = @('https://evil.example') }
        @{ Field = 'TokenFrom'; Value = 'env:BT_REPO_TOKEN' }, @{ Field = 'Headers'; Value = @{ 'X-User' = 'admin' } }
        @{ Field = 'SkipHttpErrorCheck'; Value = $true }, @{ Field = 'NoProxy'; Value = $true }
    ) {
        Set-BearerProfile prod -TokenFrom env:BT_USER_TOKEN -BaseUri $open -Save
        Write-Repository @{ prod = @{ $Field = $Value } }
        $failure = Get-ErrorOf { Approve-BearerProfile -Confirm:$false }
        $failure.FullyQualifiedErrorId | Should -BeLike 'RepositoryProfileRefused,*'
        "$failure" | Should -BeLike "*line *'$Field' is refused, because you have saved a profile 'prod'*RateLimit*"
    }

    It 'with settings only are for a profile that users may have saved, and are none themselves' {
        Write-Repository ($own + @{ prod = @{ RateLimit = '5/s' } })
        Approve-BearerProfile -Confirm:$false
        (Get-BearerProfile).Name | Should -Be orders
        Get-Id { Connect-BearerApi prod } | Should -Be ProfileNotFound
        Set-BearerProfile prod -TokenFrom env:BT_USER_TOKEN -BaseUri $open -Save
        (Get-Setting prod RateLimit).Value | Should -Be 5/s
    }

    It 'name a folder so that neither a terminal nor a copied command obeys it' -Skip:$IsWindows {
        $nasty = (New-Item "$repository/a$([char] 27)[31m$([char] 0x2019); exit; $([char] 0x2018)b" -ItemType Directory).FullName
        Move-Item $file $nasty -Force
        Push-Location -LiteralPath $nasty
        try { $null = Get-BearerProfile -WarningVariable warned -WarningAction SilentlyContinue } finally { Pop-Location }
        "$warned" | Should -Not -Match '\e'
        $command = "$warned" -replace '(?s).*(?=Approve-BearerProfile)' -replace '\.$'
        $ast = [Management.Automation.Language.Parser]::ParseInput($command, [ref] $null, [ref] $null)
        $ast.EndBlock.Statements | Should -HaveCount 1
    }

    It 'are refused when a profile of the same name is saved after they were approved' {
        Approve-BearerProfile -Confirm:$false
        Set-BearerProfile orders -TokenFrom env:BT_USER_TOKEN -BaseUri $open -Save
        Get-Id { Invoke-BearerRequest echo -Profile orders } | Should -Be RepositoryProfileRefused
        # One in memory is not affected.
        Set-BearerProfile orders -TokenFrom env:BT_USER_TOKEN -BaseUri $open
        (Invoke-BearerRequest echo -Profile orders).path | Should -Be /open/echo
    }

    It 'are ignored where <Case>' -Skip:$IsWindows -ForEach @(
        @{ Case = 'the file is a link'; Make = { Move-Item $file "$repository/real.json"; $null = New-Item $file -ItemType SymbolicLink -Target "$repository/real.json" }; Why = '*is a link*' }
        @{ Case = 'everyone can write to the file'; Make = { chmod 666 $file }; Why = '*changed by other users*' }
        @{ Case = 'everyone can write to the folder'; Make = { chmod 1777 $repository }; Why = '*replaced by other users*' }
        @{ Case = 'the file is too long'; Make = { Add-Content $file (' ' * 70000) }; Why = '*longer than 64 KiB*' }
        @{ Case = 'the file is a FIFO'; Make = { Remove-Item $file -Force; mkfifo $file }; Why = '*not a regular file*' }
        @{ Case = 'it is a folder'; Make = { Remove-Item $file -Force; $null = New-Item $file -ItemType Directory }; Why = '*is a folder*' }
    ) {
        Approve-BearerProfile -Confirm:$false
        . $Make
        Get-BearerProfile -WarningVariable warned -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        "$warned" | Should -BeLike $Why
        "$(Get-ErrorOf { Approve-BearerProfile -Confirm:$false })" | Should -BeLike $Why
    }

    It 'are ignored when the list of approved files was changed by hand to something else' {
        Approve-BearerProfile -Confirm:$false
        (Get-Content $trusted -Raw) -replace '[0-9a-f]{64}', ('0' * 64) | Set-Content $trusted
        Get-BearerProfile -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        Set-Content $trusted '{ "trusted": [] }'
        Get-BearerProfile -WarningVariable warned -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        "$warned" | Should -BeLike "*$file is ignored, because the list of approved files cannot be used: *trusted.json, line 1*Remove the file, and approve*"
    }

    It 'are ignored when the list of approved files cannot be used, and saved profiles are not affected: <Case>' -ForEach @(
        @{ Case = 'it is damaged'; Break = { Set-Content $trusted '{ broken' } }
        @{ Case = 'it is empty'; Break = { Clear-Content $trusted } }
        @{ Case = 'it is a folder'; Break = { Remove-Item $trusted; $null = New-Item $trusted -ItemType Directory } }
        @{ Case = 'others can change it'; Break = { if ($IsWindows) { Set-Content $trusted '[' } else { chmod 666 $trusted } } }
    ) {
        Set-BearerProfile mine -TokenFrom env:BT_USER_TOKEN -BaseUri $open -Save
        Approve-BearerProfile -Confirm:$false
        . $Break
        Connect-BearerApi mine -WarningVariable warned -WarningAction SilentlyContinue
        "$warned" | Should -BeLike "*$file is ignored, because the list of approved files cannot be used*trusted.json*"
        (Invoke-BearerRequest echo -Profile mine -WarningVariable again).path | Should -Be /open/echo
        $again | Should -BeNullOrEmpty
        (Get-BearerProfile).Name | Should -Be mine
        (TabExpansion2 'Connect-BearerApi mi' 20).CompletionMatches.CompletionText | Should -Be mine
        # The profile of the repository is refused, and the error says why.
        "$(Get-ErrorOf { Connect-BearerApi orders })" | Should -BeLike '*list of approved files cannot be used*'
    }

    It 'are not removed, and the error says what to do' {
        Approve-BearerProfile -Confirm:$false
        Remove-BearerProfile orders -ErrorVariable failed -ErrorAction SilentlyContinue
        "$failed" | Should -BeLike "*$file defines it*Approve-BearerProfile -Remove*"
    }

    It 'complete' {
        Approve-BearerProfile -Confirm:$false
        (TabExpansion2 'Connect-BearerApi ord' 21).CompletionMatches.CompletionText | Should -Be orders
    }
}

Describe 'Layers of settings' {
    BeforeAll {
        $repository = (New-Item "$place/$(New-Guid)" -ItemType Directory).FullName
        $file = Join-Path $repository '.bearertools.json'
        Push-Location $repository
        Set-BearerProfile prod -TokenFrom env:BT_USER_TOKEN -BaseUri $open -ThrottleLimit 5 -RateLimit 50/s -MaximumRetryCount 7 -Save
        Write-Repository @{ prod = @{ RateLimit = '20/s'; MaximumRetryCount = 5 } }
        Approve-BearerProfile -Confirm:$false
        $env:BEARERTOOLS_MAXIMUMRETRYCOUNT = 0
    }

    AfterAll {
        Pop-Location
        foreach ($name in $variables) { Set-Item "env:$name" $null }
    }

    It 'say where each value comes from' {
        $saved = (Get-BearerProfile prod).SavedIn
        'ThrottleLimit 5 Saved', 'RateLimit 20/s Repository', 'MaximumRetryCount 0 Environment', 'MaximumQuotaWaitSec 60 Default', 'TokenFrom env:BT_USER_TOKEN Saved' | ForEach-Object {
            $name, $value, $source = -split $_
            $setting = Get-Setting prod $name
            $setting.Value | Should -Be $value
            $setting.Source | Should -Be $source
        }
        (Get-Setting prod ThrottleLimit).Path | Should -Be $saved
        (Get-Setting prod RateLimit).Path | Should -Be $file
        (Get-Content $file)[(Get-Setting prod RateLimit).Line - 1] | Should -BeLike '*RateLimit*'
        (Get-Setting prod MaximumRetryCount).Path | Should -Be BEARERTOOLS_MAXIMUMRETRYCOUNT
    }

    It 'are applied in that order, and what is typed is above all' {
        # Nothing listens there, so a request is tried as often as the highest layer says that it is.
        Set-BearerProfile closed -TokenFrom env:BT_USER_TOKEN -BaseUri http://127.0.0.1:1/ -MaximumRetryCount 3 -RetryIntervalSec 1 -Save
        $env:BEARERTOOLS_MAXIMUMRETRYCOUNT = 0
        "$(Get-ErrorOf { Invoke-BearerRequest x -Profile closed })" | Should -Not -BeLike '*attempts*'
        "$(Get-ErrorOf { Invoke-BearerRequest x -Profile closed -MaximumRetryCount 1 })" | Should -BeLike '*after 2 attempts*'
        Connect-BearerApi closed
        "$(Get-ErrorOf { Invoke-BearerRequest x })" | Should -Not -BeLike '*attempts*'
        Set-BearerProfile closed -TokenFrom env:BT_USER_TOKEN -BaseUri http://127.0.0.1:1/ -MaximumRetryCount 1 -RetryIntervalSec 1
        "$(Get-ErrorOf { Invoke-BearerRequest x -Profile closed })" | Should -BeLike '*after 2 attempts*'
        Disconnect-BearerApi

        Set-BearerProfile prod -TokenFrom env:BT_USER_TOKEN -BaseUri $open -MaximumRetryCount 4
        try { (Get-Setting prod MaximumRetryCount).Source | Should -Be Session } finally { Remove-BearerProfile prod }
    }

    It 'do not show secrets that were typed' {
        $secret = "$(New-Guid)"
        Set-BearerProfile typed -Authority $sandbox.Address -ClientId a -ClientSecret (ConvertTo-SecureString $secret -AsPlainText -Force) -Headers @{ 'X-Api-Key' = $secret; 'X-Team' = 'ops' }
        $all = Get-BearerProfile typed -Detailed
        ($all | ConvertTo-Json) + ($all | Out-String) | Should -Not -BeLike "*$secret*"
        ($all | Where-Object Name -EQ ClientSecret).Value | Should -Be '(not shown)'
        ($all | Where-Object Name -EQ Headers).Value | Should -BeLike '*X-Team=ops*'
    }

    It 'name a variable whose text is not valid' {
        $env:BEARERTOOLS_THROTTLELIMIT = 'many'
        try { "$(Get-ErrorOf { Connect-BearerApi prod })" | Should -BeLike "*BEARERTOOLS_THROTTLELIMIT is not valid: 'many'*-ThrottleLimit*" }
        finally { $env:BEARERTOOLS_THROTTLELIMIT = $null }
    }
}
