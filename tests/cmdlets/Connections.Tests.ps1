# The identity that a request is sent with: only one that its author chose.

BeforeAll { . "$PSScriptRoot/Support/TwoSandboxes.ps1" }

AfterAll { $sandbox, $other | ForEach-Object { Stop-Sandbox $_ } }

Describe 'What is connected' {
    BeforeEach {
        Clear-BearerTokenCache
        Disconnect-BearerApi
    }

    It 'is never another runspace''s: 5,000 requests of two tenants from 64 runspaces' {
        $tenants = @((New-Token), (New-Token))
        $expected = $tenants | ForEach-Object { Get-Echoed $_ }
        $wrong = 0..63 | ForEach-Object -ThrottleLimit 64 -Parallel {
            Import-Module $using:manifest
            $tenant = $_ % 2
            Connect-BearerApi -Token ($using:tenants)[$tenant] -BaseUri $using:open
            1..80 | Invoke-BearerRequest -Uri { 'echo' } -ThrottleLimit 4 | Where-Object tokenFingerprint -NE ($using:expected)[$tenant]
        }
        @($wrong).Count | Should -Be 0
    }

    It 'is nothing in a runspace that a pool uses again' {
        $token = New-Token
        $seen = 1..6 | ForEach-Object -ThrottleLimit 1 -Parallel {
            Import-Module $using:manifest
            $before = @(Get-BearerConnection).Count
            Connect-BearerApi -Token $using:token -BaseUri $using:open
            [pscustomobject]@{ Runspace = [runspace]::DefaultRunspace.Id; Before = $before; After = @(Get-BearerConnection).Count }
        }
        @($seen.Runspace | Sort-Object -Unique).Count | Should -Be 1
        $seen.Before | Should -Be (@(0) * 6)
        $seen.After | Should -Be (@(1) * 6)
    }

    It 'is the module''s own, and the user''s is not touched' {
        $users, $modules = (New-Token), (New-Token)
        Connect-BearerApi -Token $users -BaseUri $open
        $module = New-Module -ArgumentList $modules, $open {
            param($token, $base)
            function Get-ModuleEcho { Invoke-BearerRequest echo }
            function Connect-Module { Connect-BearerApi -Token $token -BaseUri $base }
            function Get-ModuleConnection { Get-BearerConnection }
        }
        # What the user connected is not the module's.
        (Get-ErrorOf { Get-ModuleEcho }).FullyQualifiedErrorId | Should -BeLike 'NotConnected,*'
        Connect-Module | Should -BeNullOrEmpty
        (Get-ModuleEcho).tokenFingerprint | Should -Be (Get-Echoed $modules)
        (Invoke-BearerRequest echo).tokenFingerprint | Should -Be (Get-Echoed $users)
        Disconnect-BearerApi
        (Get-ModuleEcho).tokenFingerprint | Should -Be (Get-Echoed $modules)
        Remove-Module $module
    }

    It 'is each runspace''s for a module that several import' {
        $file = Join-Path $TestDrive Contoso.psm1
        Set-Content $file @"
Import-Module '$manifest'
function Connect-Contoso(`$Token, `$Base) { Connect-BearerApi -Token `$Token -BaseUri `$Base }
function Get-ContosoEcho { Invoke-BearerRequest echo }
"@
        $tokens = 1..8 | ForEach-Object { New-Token }
        $echoes = 0..7 | ForEach-Object -ThrottleLimit 8 -Parallel {
            Import-Module $using:file
            Connect-Contoso ($using:tokens)[$_] $using:open
            Start-Sleep -Milliseconds 50
            [pscustomobject]@{ N = $_; Echo = (Get-ContosoEcho).tokenFingerprint }
        }
        foreach ($echo in $echoes) { $echo.Echo | Should -Be (Get-Echoed $tokens[$echo.N]) }
        @($echoes).Count | Should -Be 8
    }

    It 'is not changed by Get-BearerToken, whose token works beside it' {
        Connect-BearerApi @flow -BaseUri $sandbox.Api
        $mine = (Get-BearerConnection).Fingerprint
        $null = Get-BearerToken @flow -Scope another -BaseUri "$($other.Address)/api/"
        (Get-BearerConnection).Fingerprint | Should -Be $mine
        (Get-BearerConnection).BaseUri | Should -Be $sandbox.Api
    }
}

Describe 'A token object' {
    BeforeEach { Clear-BearerTokenCache }

    It 'carries its base address and is renewed by its source' {
        $a = Get-BearerToken @flow -Scope a, lifetime:1 -BaseUri $sandbox.Api
        $null = Get-BearerToken @flow -Scope b -BaseUri "$($other.Address)/api/"
        (Invoke-BearerRequest /items/1 -Token $a).id | Should -Be 1
        # The same object, though its own token has expired.
        while ([DateTimeOffset]::Now -lt $a.ExpiresOn.AddMilliseconds(300)) { Start-Sleep -Milliseconds 50 }
        (Invoke-BearerRequest /items/2 -Token $a).id | Should -Be 2
        $copy = Get-BearerToken -Token $a
        (Invoke-BearerRequest /items/3 -Token $copy).id | Should -Be 3
    }

    It 'works with piped relative addresses in -Parallel' {
        $token = Get-BearerToken @flow -BaseUri $sandbox.Api
        $ids = 1..4 | ForEach-Object -Parallel {
            Import-Module $using:manifest
            ("/items/$_" | Invoke-BearerRequest -Token $using:token).id
        }
        $ids | Sort-Object | Should -Be 1, 2, 3, 4
    }

    It 'keeps the origins of its own connection, though another shares the cached token' {
        $one = Get-BearerToken @flow -BaseUri $open
        $two = Get-BearerToken @flow -BaseUri "$($other.Address)/open/"
        $one.Fingerprint | Should -Be $two.Fingerprint
        "$($other.Address)/open/echo" | Invoke-BearerRequest -Token $one -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeLike 'OriginNotAllowed,*'
    }

    It 'goes to an address that is typed beside it in that call only, and not with -WhatIf' {
        $token = Get-BearerToken @flow -BaseUri $sandbox.Api
        $address = "$($other.Address)/open/echo"
        Invoke-BearerRequest $address -Method Post -Body 1 -Token $token -WhatIf
        (Invoke-BearerRequest $address -Token $token).sensitiveHeaders | Should -Be 'Authorization'
        $address | Invoke-BearerRequest -Token $token -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeLike 'OriginNotAllowed,*'
    }

    It 'that was removed from the cache still goes to its origins, and cannot be renewed' {
        $token = Get-BearerToken @flow -BaseUri $sandbox.Api
        Clear-BearerTokenCache
        (Invoke-BearerRequest items/1 -Token $token).id | Should -Be 1
        (Get-ErrorOf { Update-BearerToken $token -ErrorAction Stop }).FullyQualifiedErrorId | Should -BeLike 'TokenNotCached,*'
    }

    It 'that is null never means what is connected' {
        Connect-BearerApi -Token (New-Token) -BaseUri $open
        { Invoke-BearerRequest echo -Token $null } | Should -Throw '*token is $null*'
        { 1 | Invoke-BearerRequest -Uri { 'echo' } -Token $neverSet } | Should -Throw '*token is $null*'
        { Update-BearerToken -Token $null } | Should -Throw '*token is $null*'
        { Remove-BearerToken -Token $null } | Should -Throw '*token is $null*'
        { Test-BearerToken -Token $null } | Should -Throw '*token is $null*'
        Get-BearerConnection | Should -Not -BeNullOrEmpty
    }

    It 'of another process says what to do' {
        $foreign = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize((Get-BearerToken @flow)))
        "$(Get-ErrorOf { Invoke-BearerRequest $open -Token $foreign })" | Should -BeLike '*another process*-Profile*'
    }

    It 'does not go to an origin that only a connection made from it allows' {
        $token = Get-BearerToken @flow -BaseUri $open
        Connect-BearerApi -Token $token -BaseUri "$($other.Address)/open/"
        (Invoke-BearerRequest echo).sensitiveHeaders | Should -Be 'Authorization'
        Disconnect-BearerApi

        $failure = $null
        "$($other.Address)/open/echo" | Invoke-BearerRequest -Token $token -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeLike 'OriginNotAllowed,*'
    }

    It 'is needed in a closure, whose module is connected to nothing' {
        Connect-BearerApi -Token (New-Token) -BaseUri $open
        $token = Get-BearerToken @flow -BaseUri $open
        $without = { Invoke-BearerRequest echo }.GetNewClosure()
        $with = { Invoke-BearerRequest echo -Token $token }.GetNewClosure()

        (Get-ErrorOf { & $without }).FullyQualifiedErrorId | Should -BeLike 'NotConnected,*'
        (& $with).sensitiveHeaders | Should -Be 'Authorization'
    }

    It 'leaves the caller''s headers behind at another origin: a next page' {
        $head = "HTTP/1.1 200 OK`r`nContent-Type: application/json`r`nLink: <$($other.Address)/open/echo>; rel=`"next`"`r`nContent-Length: 2`r`n`r`n[]"
        $list = Set-RawResponse $sandbox $head -Path /list
        $token = Get-BearerToken -Token (New-Token) -BaseUri $list -AllowedOrigin $other.Address

        $echo = Invoke-BearerRequest $list -Token $token -FollowRelLink -Headers @{ 'X-Mine' = 'mine' }
        $echo.headers.PSObject.Properties.Name | Should -Not -Contain 'X-Mine'
        $echo.sensitiveHeaders | Should -Be 'Authorization'
    }
}

Describe 'Profiles' {
    BeforeEach {
        Clear-BearerTokenCache
        Disconnect-BearerApi
        Get-BearerProfile | Remove-BearerProfile
    }

    It 'serve every runspace by name, without being connected' {
        Set-BearerProfile contoso @flow -BaseUri $sandbox.Api
        (Invoke-BearerRequest items/1 -Profile Contoso).id | Should -Be 1
        Get-BearerConnection | Should -BeNullOrEmpty
        1..3 | ForEach-Object -Parallel { Import-Module $using:manifest; (Invoke-BearerRequest "items/$_" -Profile contoso).id } | Sort-Object | Should -Be 1, 2, 3
    }

    It 'connect by name, and what is typed goes before them' {
        Set-BearerProfile contoso @flow -BaseUri $open -Headers @{ 'X-One' = '1'; 'X-Two' = '2' }
        Connect-BearerApi contoso -Headers @{ 'X-Two' = 'typed' }
        $echo = Invoke-BearerRequest echo
        $echo.headers.'X-One', $echo.headers.'X-Two' | Should -Be '1', 'typed'
        (Get-BearerConnection).Profile | Should -Be contoso
    }

    It 'cannot be combined with -Token' {
        Set-BearerProfile contoso @flow
        (Get-ErrorOf { Invoke-BearerRequest x -Profile contoso -Token (New-Token) }).FullyQualifiedErrorId | Should -BeLike 'ParameterConflict,*'
    }

    It 'are named where an address is theirs and nothing else fits' {
        Set-BearerProfile there @flow -BaseUri $other.Address
        "$(Get-ErrorOf { Invoke-BearerRequest "$($other.Address)/open/echo" })" | Should -BeLike '*Nothing is connected here*Profiles for that address: there*'
        Connect-BearerApi -Token (New-Token) -BaseUri $open
        $failure = Get-TerminatingError { Invoke-BearerRequest "$($other.Address)/open/echo" }
        $failure.ErrorDetails.Message | Should -BeLike '*Profiles for that origin: there*-Profile*'
    }

}

Describe 'The pipeline''s data' {
    BeforeAll { Connect-BearerApi -Token (New-Token) -BaseUri $open }

    It 'is the body as a whole where the address is typed' {
        $echo = [pscustomobject]@{ title = 'bug'; body = 'it broke'; headers = @{ a = 1 } } | Invoke-BearerRequest -Method Post -Uri echo
        ($echo.body | ConvertFrom-Json).title, ($echo.body | ConvertFrom-Json).body | Should -Be 'bug', 'it broke'
    }

    It 'decides nothing else: an object whose address is made of it needs -Body' {
        $issue = [pscustomobject]@{ number = 7; body = 'please fix this'; headers = 'none' }
        $failure = Get-ErrorOf { $issue | Invoke-BearerRequest -Method Put -Uri { "echo?n=$($_.number)" } }
        $failure.FullyQualifiedErrorId | Should -BeLike 'BodyAmbiguous,*'
        "$failure" | Should -BeLike '*-Body { $_ }*-Body $null*'
        ($issue | Invoke-BearerRequest -Method Put -Uri { "echo?n=$($_.number)" } -Body $null).body | Should -BeNullOrEmpty
        (($issue | Invoke-BearerRequest -Method Put -Uri { "echo?n=$($_.number)" } -Body { $_ }).body | ConvertFrom-Json).number | Should -Be 7
        (@{ id = 7 } | Invoke-BearerRequest -Uri { "echo?n=$($_.id)" }).body | Should -BeNullOrEmpty
    }

    It 'is no body where it is a text, a number or an address' {
        (7, '8', ([uri]'/9'), ([guid]::Empty) | Invoke-BearerRequest -Method Put -Uri { "echo?n=$_" }).body | Should -Be '', '', '', ''
    }
}
