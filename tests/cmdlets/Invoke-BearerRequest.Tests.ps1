BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox
    $api = $sandbox.Api
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'Addresses of Invoke-BearerRequest' {
    BeforeAll { Clear-BearerTokenCache; $null = Connect-Sandbox $sandbox }

    It 'takes one by position: <_>' -ForEach 'items/7', '/items/7', 'items/7#top' {
        (Invoke-BearerRequest $_).id | Should -Be 7
    }

    It 'takes an absolute one' {
        (Invoke-BearerRequest "${api}items/7").id | Should -Be 7
    }

    It 'takes texts from the pipeline, in order' {
        ('items/3', '/items/1', "${api}items/2" | Invoke-BearerRequest).id | Should -Be 3, 1, 2
    }

    It 'takes Uris from the pipeline' {
        ([uri]'items/3', [uri]'/items/1', [uri]"${api}items/2" | Invoke-BearerRequest).id | Should -Be 3, 1, 2
    }

    It 'takes objects with a property Uri, as of a CSV' {
        ("Uri,Note`n/items/4,a`nitems/5,b" | ConvertFrom-Csv | Invoke-BearerRequest).id | Should -Be 4, 5
    }

    It 'takes a script block that makes an address of each input' {
        (1..3 | Invoke-BearerRequest -Uri { "/items/$_" }).id | Should -Be 1, 2, 3
        ("Id`n8`n9" | ConvertFrom-Csv | Invoke-BearerRequest -Uri { "items/$($_.Id)" }).id | Should -Be 8, 9
        (@{ n = 6 } | Invoke-BearerRequest -Uri { "items/$($_.n)" }).id | Should -Be 6
    }

    It 'joins relative ones under a base of its own' {
        (Invoke-BearerRequest "echo/there" -BaseUri $api).path | Should -Be '/api/echo/there'
        (Invoke-BearerRequest "there?x=1" -BaseUri "${api}echo").path | Should -Be '/api/echo/there'
    }

    It 'has the short name ibr' {
        (ibr items/7).id | Should -Be 7
    }
}

Describe 'Responses of Invoke-BearerRequest' {
    BeforeAll { Clear-BearerTokenCache; $null = Connect-Sandbox $sandbox }

    It 'are objects, one for each element of an array' {
        $users = Invoke-BearerRequest users
        $users.Count | Should -Be 3
        $users[0] | Should -BeOfType ([pscustomobject])
        $users.name | Should -Be 'ada', 'grace', 'edsger'
        $users[0].id | Should -BeOfType ([long])
        , $users[2].groups | Should -BeOfType ([object[]])
    }

    It 'are one array with -NoEnumerate' {
        $rows = @('users', 'users' | Invoke-BearerRequest -NoEnumerate)
        $rows.Count | Should -Be 2
        $rows[1].name | Should -Be 'ada', 'grace', 'edsger'
    }

    It 'come as they arrive: the first row long before the last' {
        $clock = [Diagnostics.Stopwatch]::StartNew()
        $times = Invoke-BearerRequest 'items?count=4&delayMs=600' | ForEach-Object { $clock.ElapsedMilliseconds }
        $times.Count | Should -Be 4
        $times[3] - $times[0] | Should -BeGreaterThan 900
    }

    It 'are <Expected> for <Path>' -ForEach @(
        @{ Path = 'odd/text'; Expected = 'Grüße, world' }
        @{ Path = 'odd/latin1'; Expected = 'Café crème' }
        @{ Path = 'odd/scalar'; Expected = 42 }
    ) {
        Invoke-BearerRequest $Path | Should -BeExactly $Expected
    }

    It 'are nothing for <_>' -ForEach 'odd/empty', 'odd/empty-array', 'odd/no-content' {
        @(Invoke-BearerRequest $_).Count | Should -Be 0
    }

    It 'are $null for null' {
        $responses = @(Invoke-BearerRequest odd/null)
        $responses.Count | Should -Be 1
        $responses[0] | Should -Be $null
    }

    It 'are bytes, in one array, for content that is not text' {
        $bytes = @(Invoke-BearerRequest odd/bytes)
        $bytes.Count | Should -Be 1
        , $bytes[0] | Should -BeOfType ([byte[]])
        $bytes[0].Length | Should -Be 256
    }

    It 'lose no member whose name differs only in case' {
        $object = Invoke-BearerRequest odd/case-keys
        $object['id'], $object['ID'], $object['Id'], $object[''] | Should -Be 1, 2, 3, 4
    }

    It 'may begin with a byte order mark, and may be JSON lines' {
        (Invoke-BearerRequest odd/bom).id | Should -Be 1
        (Invoke-BearerRequest odd/jsonlines).id | Should -Be 1, 2, 3
    }

    It 'come in the order of the inputs, though the first are the slowest' {
        $waits = 400, 300, 200, 100, 0
        ($waits | Invoke-BearerRequest -Uri { "slow?ms=$_" }).ms | Should -Be $waits
    }

    It 'come from no more requests at once than -ThrottleLimit' {
        Reset-SandboxStats $sandbox
        $null = 1..9 | Invoke-BearerRequest -Uri { 'slow?ms=150' } -ThrottleLimit 3
        (Get-SandboxStats $sandbox).maxConcurrent | Should -BeIn 2, 3
    }

    It 'come with status and headers with -IncludeResponse' {
        $response = 'x' | Invoke-BearerRequest -Uri { 'users' } -IncludeResponse

        $response | Should -BeOfType ([BearerTools.BearerResponse])
        $response.StatusCode | Should -Be 200
        $response.Headers['Content-Type'] | Should -BeLike 'application/json*'
        $response.Body.name | Should -Be 'ada', 'grace', 'edsger'
        $response.Duration.TotalMilliseconds | Should -BeGreaterThan 0
        $response.Attempts | Should -Be 1
        $response.Input | Should -Be 'x'
        $response.Uri | Should -Be "${api}users"
    }

    It 'say how many attempts they took' {
        Revoke-SandboxTokens $sandbox
        (Invoke-BearerRequest 'redirect?to=/api/items/1' -IncludeResponse).Attempts | Should -Be 3
    }

    It 'are not errors at any status with -SkipHttpErrorCheck' {
        $responses = 'status/418', 'items/1' | Invoke-BearerRequest -SkipHttpErrorCheck -StatusCodeVariable status -ErrorVariable failures
        $responses[0].status | Should -Be 418
        $responses[1].id | Should -Be 1
        $failures | Should -BeNullOrEmpty
        (Invoke-BearerRequest status/404 -SkipHttpErrorCheck -IncludeResponse).StatusCode | Should -Be 404
    }

    It 'set the variables for status and headers before their objects come' {
        $seen = 'items/1', 'status/418', 'items/2' | Invoke-BearerRequest -SkipHttpErrorCheck -StatusCodeVariable status -ResponseHeadersVariable headers |
            ForEach-Object { "$status $($headers['Content-Type'])" }
        $seen | Should -Be '200 application/json', '418 application/problem+json', '200 application/json'
    }

    It 'set the variables for an error too, and for a response without objects' {
        $null = Get-TerminatingError { Invoke-BearerRequest status/404 -StatusCodeVariable status }
        $status | Should -Be 404
        $null = Invoke-BearerRequest odd/no-content -StatusCodeVariable status
        $status | Should -Be 204
    }

    It 'are not sent when <Name> cannot be used' -ForEach @(
        @{ Name = 'a variable that is constant'; Id = 'ParameterConflict'; With = { @{ StatusCodeVariable = 'true' } } }
        @{ Name = 'a variable on another drive'; Id = 'ParameterConflict'; With = { @{ ResponseHeadersVariable = 'nope:x' } } }
        @{ Name = 'a charset'; Id = 'InvalidEncoding'; With = { @{ Body = 'x'; ContentType = 'text/plain; charset=bogus' } } }
        @{ Name = 'UTF-7'; Id = 'InvalidEncoding'; With = { @{ Body = 'x'; ContentType = 'text/plain; charset=utf-7' } } }
        @{ Name = 'the encoding of an XML document'; Id = 'InvalidEncoding'; With = { $xml = [xml] '<?xml version="1.0" encoding="utf-8"?><a/>'; $xml.FirstChild.Encoding = 'bogus'; @{ Body = $xml } } }
        @{ Name = 'a path with a null character'; Id = 'NotAFile'; With = { @{ OutFile = "a`0b" } } }
    ) {
        Reset-SandboxStats $sandbox
        $parameters = & $With
        $failure = try { $null = Invoke-BearerRequest things/1 -Method Post @parameters -ErrorAction Stop } catch { $_ }

        $failure.FullyQualifiedErrorId | Should -Be "$Id,BearerTools.Cmdlets.InvokeBearerRequestCommand"
        (Get-SandboxStats $sandbox).requests | Should -Be 0
    }
}

Describe 'Invoke-BearerRequest with methods that change something' {
    BeforeAll { Clear-BearerTokenCache; $null = Connect-Sandbox $sandbox }
    BeforeEach { Reset-SandboxStats $sandbox }

    It 'sends nothing with -WhatIf by <_>' -ForEach 'Post', 'Put', 'Patch', 'Delete', 'Merge' {
        Invoke-BearerRequest things/1 -Method $_ -Body @{ a = 1 } -WhatIf | Should -BeNullOrEmpty
        (Get-SandboxStats $sandbox).requests | Should -Be 0
    }

    It 'still reads with -WhatIf' {
        (Invoke-BearerRequest items/1 -WhatIf).id | Should -Be 1
    }

    It 'asks with -Confirm, and sends nothing in a non-interactive session' {
        { Invoke-BearerRequest things/1 -Method Put -Body @{ a = 1 } -Confirm } | Should -Throw
        (Get-SandboxStats $sandbox).requests | Should -Be 0
    }

    It 'sends by every method of Invoke-RestMethod (<_>)' -ForEach 'Get', 'Post', 'Put', 'Delete', 'Options', 'Patch', 'Merge', 'Default' {
        (Invoke-BearerRequest echo -Method $_).method | Should -Be ($_ -eq 'Default' ? 'GET' : $_.ToUpperInvariant())
    }

    It 'gets the headers of a HEAD' {
        (Invoke-BearerRequest items/1 -Method Head -IncludeResponse).Headers['Content-Type'] | Should -Be 'application/json'
    }

    It 'makes one effect an input' {
        $made = 1..5 | Invoke-BearerRequest -Uri { "things/$_" } -Method Put -Body { @{ n = $_ } }
        $made.id | Should -Be '1', '2', '3', '4', '5'
        (Get-SandboxStats $sandbox).effects | Should -Be 5
        (Invoke-BearerRequest things/3).n | Should -Be 3
    }
}
