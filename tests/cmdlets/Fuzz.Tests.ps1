# What servers and files may contain, through the cmdlets: no crash, no hang, and no error but ours.
# A sample by default; 'build.ps1 Test -Soak' tries 100,000 mutants. The seed is printed, and BEARERTOOLS_FUZZ_SEED sets it.

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    Import-Module "$PSScriptRoot/Support/Fuzz.psm1"
    $sandbox = Start-Sandbox
    $plan = Get-FuzzPlan
    $seed = $plan.Seed
    $plain = ConvertTo-SecureString "$(New-Guid)" -AsPlainText -Force

    # Each is an origin: a pause that one mutant asks for stops the mutants of one of them only.
    $servers = (Get-RawServer $sandbox -Count 48).addresses

    # Calls with all numbers, those that were not sent because of such a pause again. Gives the errors of others.
    function Find-ResponseFault([int] $From, [int] $Count, [hashtable] $With) {
        $numbers = $From..($From + $Count - 1)
        $before = (Get-RawServer $sandbox).requests
        for ($round = 0; $numbers -and $round -lt 20; $round++) {
            $clock = [Diagnostics.Stopwatch]::StartNew()
            $call = {
                param($More = @{})
                $numbers | Invoke-BearerRequest -Uri { "$($servers[$_ % $servers.Count])mutated/response/$seed/$_" } -Token $token -Method Get -Body $null -WarningAction Ignore @fixed @With @More 2>&1 |
                    Where-Object { $_ -is [System.Management.Automation.ErrorRecord] }
            }
            try { $errors = @(& $call) }
            # A mutant that rejects the token ends the run, unless statuses are not checked.
            catch { $errors = @($_) + @(& $call @{ SkipHttpErrorCheck = $true }) }
            $clock.Elapsed.TotalSeconds | Should -BeLessThan ([Math]::Max(60, $numbers.Count / 20)) -Because 'nothing hangs'
            $errors | Where-Object { -not (Test-KnownError $_) } | ForEach-Object { [pscustomobject]@{ Input = $_.TargetObject; Error = $_ } }
            $numbers = @($errors | Where-Object { $_.Exception.ErrorId -eq 'PausedBeyondDeadline' } | ForEach-Object { [int] $_.TargetObject })
            # Lifts the pauses.
            Clear-BearerTokenCache
        }
        @($numbers).Count | Should -BeLessThan ($Count / 50 + 1) -Because 'nearly all of them were sent'
        (Get-RawServer $sandbox).requests - $before | Should -BeGreaterOrEqual ($Count - @($numbers).Count)
    }

    # As text, each byte a character.
    function Get-MutantText([string] $Kind, [int] $Count) { Get-Mutant $sandbox $Kind $seed 0 $Count | ForEach-Object { [Text.Encoding]::Latin1.GetString($_) } }
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'Mutated responses of an API' {
    BeforeDiscovery {
        # Together 60,000 with the soak.
        $modes = @(
            @{ Mode = 'read as objects'; Count = 400; With = @{} }
            @{ Mode = 'read whole'; Count = 200; With = @{ IncludeResponse = $true; SkipHttpErrorCheck = $true } }
            @{ Mode = 'paged by link'; Count = 150; With = @{ FollowRelLink = $true; MaximumFollowRelLink = 3 } }
            @{ Mode = 'paged by path'; Count = 100; With = @{ NextLinkPath = '@odata.nextLink'; ItemsPath = 'value'; MaximumFollowRelLink = 3 } }
            @{ Mode = 'read as hashtables'; Count = 150; With = @{ AsHashtable = $true; DateKind = 'Offset'; NoEnumerate = $true } }
            @{ Mode = 'waited for'; Count = 100; With = @{ Wait = $true; WaitTimeoutSeconds = 1 } }
            @{ Mode = 'retried'; Count = 100; With = @{ MaximumRetryCount = 1; RetryIntervalSec = 1; AdaptiveThrottle = $true } }
        )
    }

    BeforeAll {
        $fixed = @{ MaximumRetryCount = 0; DeadlineSeconds = 2; ThrottleLimit = 64; Unordered = $true; MaximumObjectBytes = 1MB; Depth = 100; MaximumRedirection = 3 }
        $token = Get-BearerToken -Token $plain -BaseUri $servers[0] -AllowedOrigin $servers
        $next = @{ From = 0 }
    }

    It '<Mode> give objects or errors of this module' -ForEach $modes {
        $many = $Count * $plan.Factor
        $own = @{}
        $fixed.Keys | Where-Object { -not $With.ContainsKey($_) } | ForEach-Object { $own[$_] = $fixed[$_] }
        $fixed = $own
        Format-Fault (Find-ResponseFault $next.From $many $With) | Should -BeNullOrEmpty
        $next.From += $many
    }

    It 'saved give files or errors of this module, and nothing outside of the folder' {
        $folder = (New-Item "$TestDrive/saved/inner" -ItemType Directory).FullName
        Format-Fault (Find-ResponseFault 0 (100 * $plan.Factor) @{ OutFile = { "$folder/$_.bin" }; Resume = $true }) | Should -BeNullOrEmpty
        Format-Fault (Find-ResponseFault 0 (100 * $plan.Factor) @{ OutFile = $folder }) | Should -BeNullOrEmpty
        Get-ChildItem "$TestDrive/saved" -Force | ForEach-Object Name | Should -Be inner
    }

    It 'leave no connection behind' {
        # The runtime may have opened one that no request needed; it closes those that are idle after a minute.
        (Get-RawServer $sandbox).open | Should -BeLessOrEqual $servers.Count
        if (-not $plan.IsSoak) { return }
        $clock = [Diagnostics.Stopwatch]::StartNew()
        while ((Get-RawServer $sandbox).open -and $clock.Elapsed.TotalSeconds -lt 180) { Start-Sleep -Seconds 1 }
        (Get-RawServer $sandbox).open | Should -Be 0
    }
}

Describe 'Mutated tokens' {
    It 'are decoded or refused' {
        $texts = Get-MutantText jwt (200 * $plan.Factor)
        $errors = @($texts | Where-Object { $_ } | ConvertFrom-BearerToken 2>&1 | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] })
        Format-Fault ($errors | Where-Object { -not (Test-KnownError $_) } | ForEach-Object { [pscustomobject]@{ Input = $_.TargetObject; Error = $_ } }) | Should -BeNullOrEmpty
    }

    It 'are tested' {
        # A SecureString ends at a NUL and has at most 65,536 characters, and an empty one is no token.
        $tokens = Get-MutantText jwt (200 * $plan.Factor) | Where-Object { $_ -and $_[0] -ne "`0" -and $_.Length -le 65536 } |
            ForEach-Object { [BearerTools.AccessToken]::new((ConvertTo-SecureString $_ -AsPlainText -Force)) }
        $tested = @($tokens | Test-BearerToken -Detailed -Audience api -Scope a -MinimumLifetime 00:01 2>&1)
        @($tested | Where-Object { $_ -isnot [System.Management.Automation.ErrorRecord] }).Count | Should -BeGreaterThan ($tokens.Count / 2)
        Format-Fault ($tested | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] -and -not (Test-KnownError $_) } | ForEach-Object { [pscustomobject]@{ Input = $_.TargetObject; Error = $_ } }) | Should -BeNullOrEmpty
        $tested.Count | Should -Be $tokens.Count
    }
}

Describe 'Mutated responses of an authority' {
    It 'give tokens or errors of this module: <Kind>' -ForEach @(
        @{ Kind = 'token-response'; Count = 80; Script = { param($number) Get-BearerToken -TokenEndpoint "$($shared.Server)mutated/token-response/$($shared.Seed)/$number" -ClientId ops -ClientSecret $shared.Secret -Force } }
        @{ Kind = 'error-response'; Count = 40; Script = { param($number) Get-BearerToken -TokenEndpoint "$($shared.Server)mutated/error-response/$($shared.Seed)/$number" -ClientId ops -RefreshToken $shared.Secret } }
        @{ Kind = 'metadata-response'; Count = 40; Script = { param($number) Get-BearerToken -Authority "$($shared.Server)mutated/metadata-response/$($shared.Seed)/$number" -ClientId ops -ClientSecret $shared.Secret } }
        @{ Kind = 'login-response'; Count = 40; Script = { param($number) Get-BearerToken -LoginUri "$($shared.Server)mutated/login-response/$($shared.Seed)/$number" -UserName ada -SecretFrom $shared.Reference } }
        @{ Kind = 'introspection-response'; Count = 40; Script = { param($number) Get-BearerToken -Token $shared.Secret | Test-BearerToken -Online -IntrospectionEndpoint "$($shared.Server)mutated/introspection-response/$($shared.Seed)/$number" -ClientId ops -ClientSecret $shared.Secret } }
    ) {
        $env:BEARERTOOLS_TEST_FUZZ = New-Guid
        $shared = @{ Server = $servers[0]; Seed = $seed; Secret = $plain; Reference = 'env:BEARERTOOLS_TEST_FUZZ' }
        try { Format-Fault (Find-Fault (0..($Count * $plan.Factor - 1)) $shared $Script) | Should -BeNullOrEmpty }
        finally { Remove-Item env:BEARERTOOLS_TEST_FUZZ }
    }
}

Describe 'Mutated files' {
    It 'are read or refused: <Kind>' -ForEach @(
        @{ Kind = 'key'; Count = 50; Script = { param($file) Get-BearerToken -TokenEndpoint "$($shared.Server)none" -ClientId ops -ClientKey $file } }
        @{ Kind = 'key'; Count = 20; Script = { param($file) Get-BearerToken -ServiceAccountKey $file -Scope a } }
        @{ Kind = 'secret'; Count = 30; Script = { param($file) Get-BearerToken -TokenEndpoint "$($shared.Server)none" -ClientId ops -SecretFrom "file:$file" } }
        @{ Kind = 'jwt'; Count = 30; Script = { param($file) Get-BearerToken -TokenFrom "file:$file" | ConvertFrom-BearerToken } }
        @{ Kind = 'note'; Count = 30; Script = { param($file)
                Copy-Item $file "$file.out.bearertools-part.json"
                Set-Content "$file.out.bearertools-part" abc -NoNewline
                Invoke-BearerRequest "$($shared.Server)none" -Token $shared.Secret -OutFile "$file.out" -Resume
            }
        }
    ) {
        $folder = (New-Item "$TestDrive/files-$(New-Guid)" -ItemType Directory).FullName
        $number = 0
        $files = Get-Mutant $sandbox $Kind $seed 0 ($Count * $plan.Factor) | ForEach-Object { $file = "$folder/$(($number++))"; [IO.File]::WriteAllBytes($file, $_); $file }
        Format-Fault (Find-Fault $files @{ Server = $servers[0]; Secret = $plain } $Script) | Should -BeNullOrEmpty
    }
}

Describe 'Nasty values' {
    It 'for the parameters of all cmdlets give no error but ours and the binder''s' {
        $engine = Get-Engine
        $result = Join-Path $TestDrive nasty.json
        # MSAL would repeat a request for a managed identity after a 404, with delays.
        $null = Set-RawResponse $sandbox "HTTP/1.1 400 Bad Request`r`nConnection: close`r`nContent-Length: 0`r`n`r`n" -Path /none/identity
        # All of them with the soak.
        $most = $plan.IsSoak ? 0 : 300
        $arguments = @($engine | Select-Object -Skip 1) + '-NoProfile', '-NonInteractive', '-File', "$PSScriptRoot/Support/NastyValues.ps1", (Resolve-Path "$PSScriptRoot/../../BearerTools.psd1").Path, "$TestDrive", "$($servers[0])none", $result, $seed, $most
        $start = [Diagnostics.ProcessStartInfo]::new(@($engine)[0], [string[]] $arguments)
        # No request leaves this machine: the proxy is a port on which nothing listens.
        foreach ($name in 'HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY') { $start.Environment[$name] = 'http://127.0.0.1:1' }
        $start.RedirectStandardOutput = $start.RedirectStandardError = $true
        $child = [Diagnostics.Process]::Start($start)
        $output = $child.StandardOutput.ReadToEndAsync(), $child.StandardError.ReadToEndAsync()
        try { $child.WaitForExit([TimeSpan]::FromMinutes($plan.IsSoak ? 20 : 2)) | Should -BeTrue -Because "it does not hang at '$(Get-Content "$result.now")'" }
        finally { if (-not $child.HasExited) { $child.Kill() } }
        $child.ExitCode | Should -Be 0 -Because "it does not crash near '$(Get-Content "$result.now")': $($output[1].Result)"
        $found = Get-Content $result -Raw | ConvertFrom-Json
        Write-Host "$($found.Calls) calls, $($found.Parameters) parameters, $($found.Values) values."
        $found.Faults -join "`n" | Should -BeNullOrEmpty
        $found.Calls | Should -BeGreaterOrEqual $most
        $found.Values | Should -BeGreaterOrEqual 50
    }
}
