# Connections that could be confused: of modules, of other runspaces, and after a Connect that fails.

BeforeAll { . "$PSScriptRoot/Support/TwoSandboxes.ps1" }

AfterAll { $sandbox, $other | ForEach-Object { Stop-Sandbox $_ } }

Describe 'A connection that could be confused with another one' {
    BeforeEach {
        Clear-BearerTokenCache
        Disconnect-BearerApi
        $a = Get-BearerToken -Token (New-Token) -BaseUri $open
        $b = Get-BearerToken -Token (New-Token) -BaseUri $open
        $module = Join-Path $TestDrive 'Contoso.psm1'
        Set-Content $module @"
function Connect-Contoso(`$Token) { Connect-BearerApi -Token `$Token }
function Get-Contoso { Invoke-BearerRequest echo }
function Invoke-ContosoScript(`$Path, `$With) { & `$Path @With }
"@
    }

    AfterAll { Remove-Module Contoso -ErrorAction Ignore }

    It 'of a module is gone in a runspace that a pool uses again' {
        $results = 1..6 | ForEach-Object -ThrottleLimit 1 -Parallel {
            Import-Module $using:manifest, $using:module
            if ($_ -eq 1) { Connect-Contoso $using:a }
            try { (Get-Contoso).tokenFingerprint } catch { $_.FullyQualifiedErrorId }
        }

        $results[0] | Should -Be (Invoke-BearerRequest echo -Token $a).tokenFingerprint
        $results[1..5] | Should -BeLike 'NotConnected,*'
    }

    It 'of a module is the same in a script that its function runs: <Name>' -ForEach @(
        @{ Name = 'a connect that fails'; Line = 'try { Connect-BearerApi -TokenFrom env:NOT_SET_HERE } catch { }' }
        @{ Name = 'a disconnect'; Line = 'Disconnect-BearerApi' }
    ) {
        Import-Module $module -Force
        Connect-Contoso $a
        Set-Content "$TestDrive/inside.ps1" $Line
        Invoke-ContosoScript "$TestDrive/inside.ps1" @{}

        (Get-ErrorOf { Get-Contoso }).FullyQualifiedErrorId | Should -BeLike 'NotConnected,*'
    }

    It 'that a script of a module makes is the module''s' {
        Import-Module $module -Force
        Connect-Contoso $a
        Set-Content "$TestDrive/inside.ps1" 'param($Token) Connect-BearerApi -Token $Token'
        Invoke-ContosoScript "$TestDrive/inside.ps1" @{ Token = $b }

        (Get-Contoso).tokenFingerprint | Should -Be (Invoke-BearerRequest echo -Token $b).tokenFingerprint
    }

    It 'keeps base address and origins of a token that was removed from the cache' {
        Remove-BearerToken -Token $a
        Connect-BearerApi -Token $a

        (Get-BearerConnection).BaseUri | Should -Be $open
        (Get-ErrorOf { Invoke-BearerRequest "$($other.Address)/open/echo" -ErrorAction Stop }).FullyQualifiedErrorId | Should -BeLike 'OriginNotAllowed,*'
    }

    It 'is not the former one after a Connect with <Name>' -ForEach @(
        @{ Name = 'a piped token'; Line = { $b | Connect-BearerApi -BaseUri $open } }
        @{ Name = 'a piped token beside a typed one'; Line = { $b | Connect-BearerApi -Token $a } }
        @{ Name = 'no client id'; Line = { Connect-BearerApi -Authority $sandbox.Address -ClientId $null -SecretFrom env:NOT_SET_HERE } }
        @{ Name = 'an empty client id'; Line = { Connect-BearerApi -Authority $sandbox.Address -ClientId '' -SecretFrom env:NOT_SET_HERE } }
        @{ Name = 'no authority'; Line = { Connect-BearerApi -Authority $null -ClientId ops -SecretFrom env:NOT_SET_HERE } }
        @{ Name = 'no reference'; Line = { Connect-BearerApi -Authority $sandbox.Address -ClientId ops -SecretFrom $null } }
        @{ Name = 'no reference to a token'; Line = { Connect-BearerApi -TokenFrom $null } }
        @{ Name = 'an empty token'; Line = { Connect-BearerApi -Token ([securestring]::new()) } }
        @{ Name = 'no login address'; Line = { Connect-BearerApi -LoginUri $null -Credential ([pscredential]::new('ada', (New-Token))) } }
        @{ Name = 'no base address'; Line = { Connect-BearerApi -Token $b -BaseUri $null } }
        @{ Name = 'no origin'; Line = { Connect-BearerApi -Token $b -AllowedOrigin $null } }
        @{ Name = 'an empty scope'; Line = { Connect-BearerApi -Authority $sandbox.Address -ClientId ops -SecretFrom env:NOT_SET_HERE -Scope 'a', '' } }
        @{ Name = 'no headers'; Line = { Connect-BearerApi -Token $b -Headers $null } }
    ) {
        Connect-BearerApi -Token $a
        try { $null = & $Line 2>&1 } catch { $failure = $_ }

        $sent = $null
        try { $sent = (Invoke-BearerRequest echo).tokenFingerprint } catch { $_.FullyQualifiedErrorId | Should -BeLike 'NotConnected,*' }
        $sent | Should -Not -Be (Invoke-BearerRequest echo -Token $(if ($Name -like '*beside*') { $b } else { $a })).tokenFingerprint
    }

    It 'ends before any missing value of Connect-BearerApi is refused: no parameter refuses it when it is bound' {
        $own = (Get-Command Connect-BearerApi).Parameters.Values | Where-Object { $_.Name -notin @('Credential', 'ProxyCredential', 'StoreFallback') + [System.Management.Automation.Cmdlet]::CommonParameters }
        $own.Count | Should -BeGreaterThan 30
        $early = $own | Where-Object {
            $_.Attributes.Where({ $_ -is [System.Management.Automation.ValidateArgumentsAttribute] }) -or
            (-not $_.ParameterType.IsValueType -and $_.ParameterSets.Values.IsMandatory -contains $true -and -not $_.Attributes.Where({ $_ -is [AllowNull] }))
        }
        $early.Name | Should -BeNullOrEmpty
    }

    It 'is not the former one after a Connect with a value that its parameter cannot take, whatever the parameter' {
        $odd = [pscustomobject]@{ odd = $true }
        $wrong = @{
            ([string]) = 'a', 'b'; ([switch]) = 'maybe'; ([int]) = 'many'; ([long]) = 'many'; ([int[]]) = 'many'; ([uri]) = 'a', 'b'; ([uri[]]) = [pscustomobject]@{ odd = 1 }, 2
            ([System.Collections.IDictionary]) = 'a=b'; ([scriptblock]) = 5; ([pscredential]) = $odd; ([securestring]) = 'text'; ([Nullable[timespan]]) = 'long'
            ([System.Security.Cryptography.X509Certificates.X509Certificate2]) = $odd
        }
        $checked = foreach ($parameter in (Get-Command Connect-BearerApi).Parameters.Values) {
            # Lists of texts and objects take anything.
            if ($parameter.Name -in [System.Management.Automation.Cmdlet]::CommonParameters -or $parameter.ParameterType -in [string[]], [object]) { continue }
            $value = if ($wrong.ContainsKey($parameter.ParameterType)) { $wrong[$parameter.ParameterType] } else { , @($a, $b) }
            # The parameter alone, or with what its set needs.
            $set = (Get-Command Connect-BearerApi).ParameterSets | Where-Object { $_.Parameters.Name -contains $parameter.Name } | Select-Object -First 1
            $with = @{}
            foreach ($needed in $set.Parameters.Where({ $_.IsMandatory })) { $with[$needed.Name] = if ($needed.Name -eq 'Credential') { [pscredential]::new('a', (New-Token)) } else { $null } }
            $with[$parameter.Name] = $value
            Connect-BearerApi -Token $a
            $failure = Get-ErrorOf { Connect-BearerApi @with }
            [pscustomobject]@{ Name = $parameter.Name; Id = ($failure.FullyQualifiedErrorId -split ',')[0]; Says = "$failure"; Left = $null -ne (Get-BearerConnection) }
        }
        $checked.Count | Should -BeGreaterThan 90
        ($checked | Where-Object Left).Name | Should -BeNullOrEmpty
        $line = 'Connect-BearerApi -StoreFallback ', 'Get-BearerToken -Prompt c'
        $line.ForEach({ (TabExpansion2 $_ $_.Length).CompletionMatches.CompletionText }) | Should -Be 'Memory', 'consent'
        # A missing value of another parameter may be found first.
        ($checked | Where-Object { $_.Id -notin 'ParameterInvalid', 'ParameterEmpty' } | ForEach-Object { "$($_.Name): $($_.Id)" }) | Should -BeNullOrEmpty
    }

    It 'says what a parameter takes: <Name>' -ForEach @(
        @{ Name = 'two tokens'; With = { @{ Token = @($a, $b) } }; Says = '-Token is not valid.*takes one token*a list of 2 values*' }
        @{ Name = 'a token as text'; With = { @{ Token = 'x' } }; Says = '-Token is not valid.*plain text*' }
        @{ Name = 'two client ids'; With = { @{ ClientId = 'a', 'b' } }; Says = '-ClientId is not valid.*takes one text*a list of 2 values*' }
        @{ Name = 'a number that is none'; With = { @{ Token = $a; ThrottleLimit = 'many' } }; Says = '-ThrottleLimit is not valid.*a whole number from 1 to 10000.' }
        @{ Name = 'a number out of range'; With = { @{ Token = $a; ThrottleLimit = 3000000000 } }; Says = '-ThrottleLimit is not valid.*from 1 to 10000, not 3000000000.' }
        @{ Name = 'a number that is too great for it'; With = { @{ Token = $a; ThrottleLimit = 10001 } }; Says = '-ThrottleLimit is not valid.*from 1 to 10000, not 10001.' }
        @{ Name = 'statuses that are none'; With = { @{ Token = $a; RenewOn = 419, 200 } }; Says = '-RenewOn is not valid.*from 400 to 599*' }
        @{ Name = 'a word that is not listed'; With = { @{ Authority = 'https://id.contoso.com'; ClientId = 'a'; ClientKey = 'a.pem'; SigningAlgorithm = 'HS256' } }; Says = '-SigningAlgorithm is not valid.*one of RS256, PS256 or ES256.' }
        @{ Name = 'another word'; With = { @{ Token = $a; RateLimit = '5/s'; RateLimitScope = 'Galaxy' } }; Says = '-RateLimitScope is not valid.*one of Process, Machine or Fleet.' }
        @{ Name = 'a rate that is none'; With = { @{ Token = $a; RateLimit = 'fast' } }; Says = '-RateLimit is not valid.*is not a rate*' }
        @{ Name = 'headers as text'; With = { @{ Token = $a; Headers = 'a=b' } }; Says = '-Headers is not valid.*a hashtable*' }
        @{ Name = 'a secret as text'; With = { @{ ClientId = 'a'; ClientSecret = 'x' } }; Says = '-ClientSecret is not valid.*plain text*' }
    ) {
        $with = & $With
        $failure = Get-ErrorOf { Connect-BearerApi @with }
        $failure.FullyQualifiedErrorId | Should -BeLike 'ParameterInvalid,*'
        "$failure" | Should -BeLike $Says
        (Get-ErrorOf { Get-BearerToken -TokenFrom env:PATH -MinimumLifetime long }).FullyQualifiedErrorId | Should -BeLike 'ParameterInvalid,*'
    }

    It 'is not used for an address whose base is $null' {
        Connect-BearerApi -Token $a
        (Get-ErrorOf { Invoke-BearerRequest echo -BaseUri $null }).FullyQualifiedErrorId | Should -BeLike 'ParameterConflict,*'
    }

    It 'of another runspace is not used by a class or script block that came from there' {
        Connect-BearerApi -Token $a
        $mine = { try { (Invoke-BearerRequest echo).tokenFingerprint } catch { $_.FullyQualifiedErrorId } }
        $connects = { try { Connect-BearerApi -Token $args[0]; 'connected' } catch { $_.FullyQualifiedErrorId } }
        $results = Start-ThreadJob { & $args[0]; & $args[1] $args[2] } -ArgumentList $mine, $connects, $b | Receive-Job -Wait -AutoRemoveJob

        $results[0] | Should -BeLike 'NotConnected,*'
        $results[1] | Should -BeLike 'ConnectionNotStored,*'
        (Invoke-BearerRequest echo).tokenFingerprint | Should -Be (Invoke-BearerRequest echo -Token $a).tokenFingerprint
    }

    It 'cannot be made if its variable is read-only, and none is left' {
        $shell = [powershell]::Create()
        try {
            $result = $shell.AddScript({
                    param($manifest, $token)
                    Import-Module $manifest
                    Set-Variable BearerToolsConnections mine -Scope Global -Option ReadOnly
                    try { Connect-BearerApi -Token $token } catch { $_.FullyQualifiedErrorId }
                    try { Invoke-BearerRequest echo } catch { $_.FullyQualifiedErrorId }
                }).AddArgument($manifest).AddArgument($a).Invoke()
            $result[0] | Should -BeLike 'ConnectionNotStored,*'
            $result[1] | Should -BeLike 'NotConnected,*'
        }
        finally { $shell.Dispose() }
    }
}
