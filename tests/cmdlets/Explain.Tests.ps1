# -Explain: plain sentences about decisions, on the information stream.

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox
    $token = Connect-Sandbox $sandbox
    $flow = @{ Authority = $sandbox.Address; ClientId = $sandbox.ClientId; SecretFrom = "file:$($sandbox.SecretFile)"; BaseUri = $sandbox.Api }

    # The explanations of a command, without their prefix. Its error, which the tests of errors check, is dropped.
    function Get-Reason([scriptblock] $Command) {
        & { try { & $Command } catch [BearerTools.BearerRequestException] { $null = $_ } } 6>&1 | Where-Object { $_ -is [System.Management.Automation.InformationRecord] } | ForEach-Object { "$_" -replace '^EXPLAIN: ' }
    }
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'Get-BearerToken -Explain' {
    It 'says that a token of the cache is used, and until when' {
        $why = Get-Reason { Get-BearerToken @flow -Explain }
        $why[0] | Should -BeLike 'The login of the command line is used, because its parameters describe one. Relative addresses belong to *'
        $why[1] | Should -BeLike "Token $($token.Fingerprint) of the cache (by ClientCredentials) is used, because it is valid until *. A new one is requested before it expires."
        $why.Count | Should -Be 2
    }

    It 'says why a token is requested' {
        (Get-Reason { Get-BearerToken @flow -Scope jwt -Explain })[1] | Should -BeLike 'A token is requested by ClientCredentials, because the cache has none for this login*'
        (Get-Reason { Get-BearerToken @flow -Scope jwt -ForceRefresh -Explain })[1] |
            Should -BeLike 'A new token is requested by ClientCredentials although the cache has token *, because the command asks for a new one*'
    }

    It 'names the profile' {
        Set-BearerProfile explained @flow
        (Get-Reason { Get-BearerToken -Profile explained -Explain })[0] | Should -BeLike "The connection of profile 'explained' is used, because -Profile names it.*"
        Remove-BearerProfile explained
    }
}

Describe 'Connect-BearerApi -Explain' {
    It 'explains the token that it connects with, and returns nothing' {
        $null = Connect-BearerApi @flow -Explain -InformationVariable why 6>$null
        "$why" | Should -BeLike 'EXPLAIN: The login of the command line is used*EXPLAIN: Token * of the cache*'
        Connect-BearerApi @flow -Explain 6>$null | Should -BeNullOrEmpty
    }
}

Describe 'Invoke-BearerRequest -Explain' {
    It 'explains the identity, the token and the connection once for many inputs' {
        $why = Get-Reason { 1..20 | Invoke-BearerRequest -Uri { "/items/$_" } -ThrottleLimit 1 -Explain }
        $why[0] | Should -BeLike 'The connection that Connect-BearerApi made is used, because neither -Token nor -Profile is given. *'
        @($why -like 'Token * of the cache*').Count | Should -Be 1
        @($why -like 'An open connection to * is reused*').Count | Should -Be 1
        $why.Count | Should -BeLessOrEqual 5
    }

    It 'explains the last page' {
        Get-Reason { Invoke-BearerRequest '/paged/link?total=30&size=10' -FollowRelLink -Explain } | Should -Contain ('Page 3 is the last, because it has no link ' +
            "to the next page and no '@odata.nextLink' and no '@nextLink'.")
        Get-Reason { Invoke-BearerRequest '/paged/link?total=30&size=10' -FollowRelLink -MaximumFollowRelLink 2 -Explain } |
            Should -Contain 'No page after page 2 is requested, although there are more, because -MaximumFollowRelLink allows no more.'
    }

    It 'explains a retry, and why a POST has none' {
        $why = Get-Reason { Invoke-BearerRequest '/status/503' -RetryIntervalSec 1 -MaximumRetryCount 1 -Explain -ErrorAction Ignore }
        @($why -like 'GET */status/503 returned 503, which is often temporary, so it is sent again (retry 1 of 1) in *').Count | Should -Be 1
        @($why -like 'GET */status/503 returned 503 and is not sent again: given up after 2 attempts.').Count | Should -Be 1
        $why = Get-Reason { Invoke-BearerRequest '/status/503' -Method Post -Body '{}' -MaximumRetryCount 1 -Explain -ErrorAction Ignore }
        @($why -like 'POST * and is not sent again, because the API may have processed it, and POST is not safe to repeat*').Count | Should -Be 1
    }

    It 'mixes nothing with the objects, and can be silenced' {
        $rows = @(1..3 | Invoke-BearerRequest -Uri { "/items/$_" } -Explain -InformationVariable why 6>$null)
        $rows.id | Should -Be 1, 2, 3
        $why.Count | Should -BeGreaterThan 1
        $why[0].Tags | Should -Contain BearerTools.Explain
    }

    It 'does not show the verbose lines too' {
        & { Invoke-BearerRequest /items/1 -Explain } 4>&1 6>$null | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] } | Should -BeNullOrEmpty
    }

    It 'shows them at the prompt by default' {
        $script = Join-Path $TestDrive session.ps1
        @"
Import-Module '$(Resolve-Path "$PSScriptRoot/../../BearerTools.psd1")'
`$token = Get-BearerToken -Authority $($sandbox.Address) -ClientId ops -SecretFrom 'file:$($sandbox.SecretFile)' -BaseUri $($sandbox.Api)
`$row = Invoke-BearerRequest /items/7 -Token `$token -Explain
"row `$(`$row.id)"
"@ | Set-Content $script
        $engine, [string[]] $first = Get-Engine
        $output = @(& $engine @first -NoProfile -NonInteractive -File $script)
        $output[0] | Should -BeLike 'EXPLAIN: The connection of the token is used, because -Token gives one.*'
        $output[-1] | Should -Be 'row 7'
    }

    It 'says what happens to a request whose token is rejected' {
        $env:BEARERTOOLS_TEST_TOKEN = "rejected$([guid]::NewGuid().ToString('N'))"
        try {
            $given = Get-BearerToken -TokenFrom env:BEARERTOOLS_TEST_TOKEN -BaseUri $sandbox.Api
            $call = { Invoke-BearerRequest /items/1 -Token $given -MaximumRetryCount 0 -Explain -ErrorAction Ignore }
            $why = Get-Reason $call
            $why | Should -Contain "env:BEARERTOOLS_TEST_TOKEN still contains the rejected token $($given.Fingerprint), so the request is not sent again."
            "$why $(Get-Reason $call)" | Should -Not -Match 'once more|new token .* too'
            $env:BEARERTOOLS_OTHER_TOKEN = $env:BEARERTOOLS_TEST_TOKEN
            $given = Get-BearerToken -TokenFrom env:BEARERTOOLS_OTHER_TOKEN -BaseUri $sandbox.Api
            $env:BEARERTOOLS_OTHER_TOKEN = [pscredential]::new('-', $token.Token).GetNetworkCredential().Password
            @((Get-Reason $call) -like "The API rejected token $($given.Fingerprint), so the request is sent once more, with token *.").Count | Should -Be 1
        }
        finally { $env:BEARERTOOLS_TEST_TOKEN = $env:BEARERTOOLS_OTHER_TOKEN = $null }
    }

    It 'shows no secret' {
        $secret = (Get-Content $sandbox.SecretFile -Raw).Trim()
        $why = Get-Reason { Invoke-BearerRequest "/status/503?key=$([uri]::EscapeDataString($secret))" -MaximumRetryCount 0 -Explain -ErrorAction Ignore }
        "$why" | Should -BeLike '*/status/503?key=* returned 503 and is not sent again: retries are turned off.*'
        "$why".Contains($secret) -or "$why".Contains([uri]::EscapeDataString($secret)) | Should -BeFalse
    }
}
