# A session against an independent authority is recorded, and replays without it: to the same objects, and without a socket.

BeforeDiscovery {
    $node = Get-Command node -CommandType Application -ErrorAction Ignore | Select-Object -First 1
    $reason = if (-not $node) { 'node is not on the PATH' }
    elseif (-not (Test-Path "$PSScriptRoot/node_modules/oidc-provider")) { "its npm packages are missing: run 'npm ci --ignore-scripts' in tests/conformance" }
    if ($reason) { Write-Warning "The conformance tests are skipped: $reason." }
}

Describe 'A recorded session against oidc-provider' -Skip:([bool]$reason) -Tag Conformance {
    BeforeAll {
        $manifest = (Resolve-Path "$PSScriptRoot/../../BearerTools.psd1").Path
        Import-Module $manifest
        Import-Module "$PSScriptRoot/Support/Authority.psm1"
        Import-Module "$PSScriptRoot/../cmdlets/Support/Sandbox.psm1"

        $recording = "$TestDrive/session.json"
        # Pages, a throttle, more seconds than a token lasts, and an error.
        $session = {
            Invoke-BearerRequest users -FollowRelLink
            1..6 | Invoke-BearerRequest -Uri { "throttled/$_" } -WarningAction Ignore
            1..4 | Invoke-BearerRequest -Uri { "items/${_}?delay=900" } -ThrottleLimit 1
            Invoke-BearerRequest me
            try { Invoke-BearerRequest nothing -ErrorAction Stop } catch { [ordered] @{ status = [int] $_.Exception.StatusCode; id = $_.FullyQualifiedErrorId } }
        }
        $authority = Start-Authority
        $client = $authority.clients | Where-Object name -EQ short-jwt
        $connection = @{ Authority = $authority.issuer; ClientId = $client.id; Scope = 'api.read'; BaseUri = $authority.api }
        Clear-BearerTokenCache -Confirm:$false
        $live = Use-BearerMock $authority.api -Record $recording {
            Connect-BearerApi @connection -SecretFrom "file:$($client.secretFile)"
            . $session
        } | ConvertTo-Json -Depth 9
        $stats = Invoke-RestMethod $authority.stats
        $secret = Get-Content $client.secretFile -Raw
        Disconnect-BearerApi
        Stop-Authority $authority
        $text = Get-Content $recording -Raw
    }

    AfterAll { if (-not $authority.Process.HasExited) { Stop-Authority $authority } }

    It 'has pages, a throttle and renewals' {
        $stats.tokensIssued | Should -BeGreaterOrEqual 2
        $entries = ($text | ConvertFrom-Json).entries
        @($entries | Where-Object address -Like '/api/users*').Count | Should -Be 3
        @($entries | Where-Object status -EQ 429).Count | Should -Be 6
        @($entries | Where-Object status -EQ 404).Count | Should -Be 1
        $text.Contains($secret) | Should -BeFalse
    }

    It 'replays to identical objects in another process, without a network and without a secret' {
        $connection | ConvertTo-Json | Set-Content "$TestDrive/connection.json"
        @"
. '$PSScriptRoot/../cmdlets/Support/SocketCounter.ps1'
Import-Module '$manifest'
`$connection = Get-Content '$TestDrive/connection.json' -Raw | ConvertFrom-Json -AsHashtable
Use-BearerMock -Replay '$recording' -ScriptBlock {
    Connect-BearerApi @connection -SecretFrom env:BEARERTOOLS_NOT_SET
    . { $session }
} | ConvertTo-Json -Depth 9 | Set-Content '$TestDrive/replayed.json'
[SocketCounter]::Opened
"@ | Set-Content "$TestDrive/replay.ps1"
        $engine = @(Get-Engine)
        $before = $env:POWERSHELL_TELEMETRY_OPTOUT
        try {
            # PowerShell's own telemetry would open a socket.
            $env:POWERSHELL_TELEMETRY_OPTOUT = '1'
            $opened = & $engine[0] @($engine | Select-Object -Skip 1) -NoProfile -NonInteractive -File "$TestDrive/replay.ps1"
        }
        finally { $env:POWERSHELL_TELEMETRY_OPTOUT = $before }

        $opened | Should -Be 0
        (Get-Content "$TestDrive/replayed.json" -Raw).Trim() | Should -BeExactly $live.Trim()
    }

    It 'fails with the field named if one field of one response is changed: <Field>' -ForEach @(
        @{ Pattern = '"name": "user 7"'; Change = '"name": "user 77"'; Field = 'responseJson[2].name'; Value = '"user 77"' }
        @{ Pattern = '"id": 12,'; Change = '"id": "12",'; Field = 'responseJson[3].id'; Value = '"12"' }
        @{ Pattern = '"status": 404'; Change = '"status": 410'; Field = 'status'; Value = '410' }
        @{ Pattern = 'page=3>; rel=\\"next\\"'; Change = 'page=2>; rel=\"next\"'; Field = 'headers.link'; Value = '"</api/users?page=2>; rel="next""' }
        @{ Pattern = '"tokenFormat": "jwt"'; Change = '"tokenFormat": "opaque"'; Field = 'responseJson.tokenFormat'; Value = '"opaque"' }
    ) {
        $edited = $text -replace $Pattern, $Change
        $edited | Should -Not -BeExactly $text
        $edited | Set-Content "$TestDrive/edited.json" -NoNewline

        { Use-BearerMock -Replay "$TestDrive/edited.json" -ScriptBlock { throw 'The block ran.' } } |
            Should -Throw "*edited.json, line *, column *: entries``[*``].$([WildcardPattern]::Escape($Field)) was edited after it was recorded (GET /api/*): it is $([WildcardPattern]::Escape($Value)).*" -ErrorId 'RecordingEdited*'
    }
}
