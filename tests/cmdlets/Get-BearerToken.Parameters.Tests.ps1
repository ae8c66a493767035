# Parameter sets and completion of Get-BearerToken: a flow takes the parameters of its set, and Tab offers only what fits.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    $command = Get-Command Get-BearerToken
    $sets = $command.ParameterSets.Name | ForEach-Object { @{ Set = $_ } }
    $valued = $command.Parameters.Values |
        Where-Object { $_.Name -notin [System.Management.Automation.PSCmdlet]::CommonParameters -and -not $_.SwitchParameter } | ForEach-Object Name
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $command = Get-Command Get-BearerToken

    function Get-Completion([string] $Line) { (TabExpansion2 $Line $Line.Length).CompletionMatches.CompletionText }
    function New-Secret { [System.Net.NetworkCredential]::new('', "$(New-Guid)").SecurePassword }
}

Describe 'The parameter sets of Get-BearerToken' {
    BeforeAll {
        $engine = [Environment]::ProcessPath
        [string[]] $first = if ((Split-Path $engine -LeafBase) -eq 'dotnet') { Join-Path $PSHOME 'pwsh.dll' }
        $resultFile = Join-Path $TestDrive results.json
        $arguments = "$PSScriptRoot/Support/EveryParameter.ps1", (Resolve-Path "$PSScriptRoot/../../BearerTools.psd1").Path, "$TestDrive", $resultFile
        # No request leaves this machine: the proxy is a port on which nothing listens.
        $before = $env:HTTP_PROXY, $env:HTTPS_PROXY
        $env:HTTP_PROXY = $env:HTTPS_PROXY = 'http://127.0.0.1:1'
        try { & $engine @first -NoProfile -NonInteractive -File @arguments | Out-Host }
        finally { $env:HTTP_PROXY, $env:HTTPS_PROXY = $before }
        $results = @(Get-Content $resultFile -Raw | ConvertFrom-Json)
        # How a call fails whose parameters are all in order.
        $offline = 'HostUnreachable', 'ProxyFailed', 'NotInteractive', 'AccountNotFound', 'none'
    }

    It 'are exact: <Set> uses each of its parameters' -ForEach $sets {
        $own = @($results | Where-Object Set -EQ $Set)

        $own.Count | Should -BeGreaterThan 4
        $own | Where-Object { $_.Id -notin $offline -and "$($_.Id) $($_.Parameter)" -ne 'KeyNotFound ClientCertificateThumbprint' } |
            ForEach-Object { "-$($_.Parameter): $($_.Id): $($_.Message)" } | Should -BeNullOrEmpty
    }

    It 'have a syntax that fits on a screen: <Set>' -ForEach $sets {
        ($command.ParameterSets | Where-Object Name -EQ $Set).ToString().Length | Should -BeLessOrEqual 1500
    }

    It 'cover every parameter, except the one that only says what to give instead' {
        ($results.Parameter | Sort-Object -Unique) | Should -Be ($command.Parameters.Keys | Where-Object { $_ -notin [System.Management.Automation.PSCmdlet]::CommonParameters + 'Password' } | Sort-Object)
    }

    It 'ask for an authority first: <Line>' -ForEach @(
        @{ Line = 'Get-BearerToken -ClientId ops' }
        @{ Line = 'Get-BearerToken -SecretFrom env:PATH' }
        @{ Line = 'Get-BearerToken -Interactive' }
        @{ Line = 'Get-BearerToken -DeviceCode -ClientId ops' }
    ) {
        $failure = { & ([scriptblock]::Create($Line)) } | Should -Throw -ErrorId 'AuthorityMissing,*' -PassThru

        $failure.Exception.NextStep | Should -BeLike '*-Authority*-TenantId*'
    }

    It 'refuse plain text for a secret with a way to give it, and do not quote it: -<Name>' -ForEach @(
        @{ Name = 'ClientSecret'; With = @{}; Way = '-SecretFrom env:NAME' }
        @{ Name = 'ClientKeyPassword'; With = @{ ClientKey = 'key.pem' }; Way = '-SecretFrom env:NAME' }
        @{ Name = 'RefreshToken'; With = @{}; Way = '-RefreshTokenFrom env:NAME' }
        @{ Name = 'Assertion'; With = @{}; Way = '-AssertionFrom env:NAME' }
    ) {
        foreach ($value in 'hunter2-hunter2', 12345678, @('hunter2-hunter2', 'hunter2-hunter2')) {
            $given = @{ Authority = 'https://id.contoso.com'; ClientId = 'ops'; $Name = $value } + $With
            $failure = { Get-BearerToken @given } | Should -Throw "*SecureString*Read-Host -AsSecureString*$Way*" -ErrorId 'ParameterInvalid,*' -PassThru
            ($failure | Out-String) + ($failure | Format-List * -Force | Out-String) | Should -Not -Match 'hunter2-hunter2|12345678'
        }
    }

    It 'refuse plain text for every parameter that is a SecureString' {
        $parameters = Get-Command -Module BearerTools | ForEach-Object { $_.Parameters.Values } | Where-Object ParameterType -EQ ([securestring])
        $parameters.Name | Select-Object -Unique | Should -HaveCount 5
        $parameters | Where-Object { -not ($_.Attributes | Where-Object { $_.GetType().Name -in 'SecretTransformationAttribute', 'RefusedParameterAttribute' }) } |
            Should -BeNullOrEmpty
    }

    It 'do not take a password for the name of its field: <Line>' -ForEach @(
        @{ Line = 'Get-BearerToken -LoginUri https://api.contoso.com/login -UserName ada -Password $value' }
        @{ Line = 'Get-BearerToken -Authority https://id.contoso.com -ClientId ops -LegacyPassword -Credential $credential -Password $value' }
        @{ Line = 'Connect-BearerApi -LoginUri https://api.contoso.com/login -UserName ada -SecretFrom env:PATH -Password $value' }
        @{ Line = 'Connect-BearerApi -Authority https://id.contoso.com -ClientId ops -Password $value' }
        @{ Line = 'Connect-BearerApi -Password $value' }
        @{ Line = 'Set-BearerProfile login -LoginUri https://api.contoso.com/login -UserName ada -SecretFrom env:PATH -Password $value' }
        @{ Line = 'Use-BearerToken -LoginUri https://api.contoso.com/login -UserName ada -Password $value -ScriptBlock { }' }
    ) {
        $secret = New-Secret
        $credential = [pscredential]::new('ada', $secret)
        foreach ($value in 'hunter2-hunter2', $secret, @('hunter2-hunter2', 'b'), $null) {
            $failure = { & ([scriptblock]::Create($Line)) } |
                Should -Throw '-Password is not valid.*-Credential*-UserName NAME*-SecretFrom env:NAME*' -ErrorId 'ParameterInvalid,*' -PassThru
            ($failure | Out-String) + ($failure | Format-List * -Force | Out-String) | Should -Not -Match 'hunter2'
        }
        Get-BearerProfile | Where-Object Name -EQ login | Should -BeNullOrEmpty
    }

    It 'take no beginning of -Password for anything: -<_>' -ForEach 'P', 'Pass', 'Passwor' {
        $given = @{ LoginUri = 'https://api.contoso.com/login'; UserName = 'ada'; SecretFrom = 'env:PATH'; $_ = 'hunter2-hunter2' }
        foreach ($name in 'Get-BearerToken', 'Connect-BearerApi', 'Use-BearerToken', 'Set-BearerProfile') {
            { & $name @given } | Should -Throw -ErrorId 'AmbiguousParameter,*'
        }
    }

    It 'refuse a value that is no token, and several tokens: <Name>' -ForEach @(
        @{ Name = 'a number'; Value = 5; Says = '*takes one token*Int32*Get-BearerToken*' }
        @{ Name = 'a list'; Value = @('hunter2-hunter2', 'hunter2-hunter2'); Says = '*takes one token*a list of 2 values*Get-BearerToken*' }
        @{ Name = 'an object'; Value = [pscustomobject]@{ access_token = 'hunter2-hunter2' }; Says = '*takes one token*PSCustomObject*Get-BearerToken*' }
    ) {
        $failure = { Invoke-BearerRequest x -Token $Value } | Should -Throw $Says -ErrorId 'ParameterArgumentTransformationError,*' -PassThru
        ($failure | Out-String) + ($failure | Format-List * -Force | Out-String) | Should -Not -Match 'hunter2'
    }

    It 'refuse a switch that is turned off: <Line>' -ForEach @(
        @{ Line = 'Get-BearerToken -Interactive:$false -Authority https://id.contoso.com -ClientId ops' }
        @{ Line = 'Get-BearerToken -DeviceCode:$false -TenantId contoso.com -ClientId ops -Resource https://graph.microsoft.com' }
        @{ Line = 'Get-BearerToken -ManagedIdentity:$false -Resource https://graph.microsoft.com' }
    ) {
        { & ([scriptblock]::Create($Line)) } | Should -Throw '*:$false selects no token flow*' -ErrorId 'ParameterConflict,*'
    }
}

Describe 'Completion of the parameters of Get-BearerToken' {
    It 'offers only what fits after <Line>' -ForEach @(
        @{ Line = '-ManagedIdentity'; Fits = 'ClientId', 'ResourceId', 'ObjectId', 'Scope', 'Resource' }
        @{ Line = '-TokenFrom env:API_TOKEN'; Fits = @() }
        @{ Line = '-LoginUri https://api.contoso.com/login'; Fits = 'Credential', 'UserName', 'SecretFrom', 'Body', 'ContentType', 'UserNameField', 'PasswordField', 'TokenPath', 'ExpiresInPath', 'TokenHeader', 'BaseUriPath', 'LoginMethod', 'LoginAuthentication', 'TokenRequestHeaders' }
        @{ Line = '-Interactive -TenantId contoso.com'; Fits = 'ClientId', 'Environment', 'Scope', 'Resource', 'NoBrowser', 'RedirectUri', 'LoginHint', 'Prompt', 'LoginTimeoutSec' }
        @{ Line = '-ServiceAccountKey key.json'; Fits = 'Scope', 'Resource', 'AdditionalParameter', 'Subject', 'BaseUriPath', 'TokenRequestHeaders' }
    ) {
        $offered = @(Get-Completion "Get-BearerToken $Line -") | ForEach-Object { $_.TrimStart('-') } | Where-Object { $_ -notin [System.Management.Automation.PSCmdlet]::CommonParameters }

        $offered | Sort-Object | Should -Be (@($Fits) + 'BaseUri', 'AllowedOrigin', 'ForceRefresh', 'Explain', 'AsPlainText', 'MinimumLifetime', 'TokenScheme', 'SendTokenInHeader', 'SendTokenInCookie' | Sort-Object)
    }

    It 'offers no parameter that is only refused' {
        foreach ($name in 'Get-BearerToken', 'Connect-BearerApi', 'Use-BearerToken', 'Set-BearerProfile') {
            Get-Completion "$name -Passw" | Should -Be '-PasswordField'
            Get-Completion "$name -LoginUri https://api.contoso.com/login -Passw" | Should -Be '-PasswordField'
        }
    }

    It 'offers no file names after -<_>' -ForEach ($valued | Where-Object { $_ -notin 'ClientKey', 'ServiceAccountKey' }) {
        Push-Location TestDrive:/
        try {
            Set-Content a-file.txt 'x'
            Get-Completion "Get-BearerToken -$_ " | Should -Not -BeLike '*a-file*'
            Get-Completion "Get-BearerToken -$_ a-f" | Should -BeNullOrEmpty
        }
        finally { Pop-Location }
    }

    It 'offers the files themselves after -<_>' -ForEach 'ClientKey', 'ServiceAccountKey' {
        Push-Location TestDrive:/
        try {
            Set-Content a-file.txt 'x'
            Get-Completion "Get-BearerToken -$_ a-f" | Should -BeLike '*a-file.txt'
        }
        finally { Pop-Location }
    }
}

Describe 'Completion of references to secrets' {
    BeforeAll {
        $env:BEARERTOOLS_TEST_COMPLETED = 'x'
        Push-Location (New-Item TestDrive:/keys -ItemType Directory)
        Set-Content secret.txt, 'my secret.txt' 'x'
    }

    AfterAll {
        Pop-Location
        $env:BEARERTOOLS_TEST_COMPLETED = $null
    }

    It 'names the places, then variables and paths, after -<_>' -ForEach 'SecretFrom', 'TokenFrom', 'RefreshTokenFrom', 'SubjectTokenFrom', 'ActorTokenFrom', 'AssertionFrom' {
        Get-Completion "Get-BearerToken -$_ " | Should -Be 'file:', 'env:', 'command:', 'vault:', 'automation:'
        Get-Completion "Get-BearerToken -$_ e" | Should -Be 'env:'
        Get-Completion "Get-BearerToken -$_ env:BEARERTOOLS_TEST_COMP" | Should -Be 'env:BEARERTOOLS_TEST_COMPLETED'
        $paths = Get-Completion "Get-BearerToken -$_ file:" | ForEach-Object { $_.Replace('\', '/') }
        $paths | Should -Contain 'file:./secret.txt'
        $paths | Should -Contain "'file:./my secret.txt'"
    }

    It 'keeps the quotes that are typed' {
        Get-Completion "Get-BearerToken -SecretFrom 'env:BEARERTOOLS_TEST_COMP" | Should -Be "'env:BEARERTOOLS_TEST_COMPLETED'"
        Get-Completion 'Get-BearerToken -SecretFrom "env:BEARERTOOLS_TEST_COMP' | Should -Be '"env:BEARERTOOLS_TEST_COMPLETED"'
    }

    It 'goes on after env: for assertions too' {
        Get-Completion 'Get-BearerToken -ClientAssertionFrom env:BEARERTOOLS_TEST_COMP' | Should -Be 'env:BEARERTOOLS_TEST_COMPLETED'
    }
}

Describe 'Completion of values' {
    It 'offers rates after <_>' -ForEach 'Connect-BearerApi -RateLimit', 'Invoke-BearerRequest / -RateLimit' {
        Get-Completion "$_ " | Should -Be '10/s', '50/s', '100/s', '600/m', '5000/h'
        Get-Completion "$_ 5" | Should -Be '50/s', '5000/h'
    }

    It 'offers no files after <_>' -ForEach 'Connect-BearerApi -UserAgent', 'Connect-BearerApi -Proxy', 'Connect-BearerApi -TraceQuery' {
        Get-Completion "$_ " | Should -BeNullOrEmpty
    }

    It 'offers the types of tokens after -<_>' -ForEach 'SubjectTokenType', 'ActorTokenType', 'RequestedTokenType' {
        Get-Completion "Get-BearerToken -$_ " | Should -Be 'access_token', 'refresh_token', 'id_token', 'saml1', 'saml2', 'jwt'
        Get-Completion "Get-BearerToken -$_ sa" | Should -Be 'saml1', 'saml2'
    }

    It 'offers variables that hold tokens after <_>' -ForEach @(
        'Get-BearerToken -Token', 'Get-BearerToken -OnBehalfOf', 'Get-BearerToken -SubjectToken', 'Get-BearerToken -ActorToken', 'Invoke-BearerRequest /x -Token'
        'Update-BearerToken -Token', 'Test-BearerToken -Token', 'Remove-BearerToken -Token', 'Remove-BearerToken'
    ) {
        $global:BearerToolsTestToken = [BearerTools.AccessToken]::new((New-Secret))
        $global:BearerToolsTestText = 'not a token'
        try {
            Get-Completion "$_ " | Should -Contain '$BearerToolsTestToken'
            Get-Completion "$_ " | Should -Not -Contain '$BearerToolsTestText'
            Get-Completion "$_ BearerToolsTest" | Should -Be '$BearerToolsTestToken'
        }
        finally { Remove-Variable BearerToolsTestToken, BearerToolsTestText -Scope Global }
    }

    Context 'once an authority is known' {
        BeforeAll {
            $sandbox = Start-Sandbox
            Clear-BearerTokenCache
            $null = Get-BearerToken -Authority $sandbox.Address -ClientId $sandbox.ClientId -SecretFrom "file:$($sandbox.SecretFile)" -Scope special.read
        }

        AfterAll {
            Clear-BearerTokenCache
            Stop-Sandbox $sandbox
        }

        It 'offers its name' {
            Get-Completion 'Get-BearerToken -Authority ' | Should -Contain $sandbox.Address
            Get-Completion 'Get-BearerToken -Issuer http' | Should -Contain $sandbox.Address
        }

        It 'offers the scopes that its metadata names, and those of tokens' {
            $scopes = Get-Completion "Get-BearerToken -Authority $($sandbox.Address) -Scope "

            $scopes | Should -Contain 'offline_access'
            $scopes | Should -Contain 'special.read'
            Get-Completion "Get-BearerToken -Authority $($sandbox.Address) -Scope openid, offl" | Should -Be 'offline_access'
        }

        It 'offers no scopes of another authority' {
            Get-Completion 'Get-BearerToken -Authority https://id.contoso.com -Scope ' | Should -BeNullOrEmpty
        }
    }
}
