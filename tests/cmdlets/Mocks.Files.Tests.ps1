# Recordings and the files they are written to: nothing that exists is lost.

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox
    $api = $sandbox.Api
    Connect-BearerApi -Authority $sandbox.Address -ClientId $sandbox.ClientId -BaseUri $api -SecretFrom "file:$($sandbox.SecretFile)"
    function New-Recording([string] $Name) {
        $null = Use-BearerMock $api -Record "$TestDrive/$Name" { Invoke-BearerRequest users/1 }
        "$TestDrive/$Name"
    }
    function Get-RequestCount { (Invoke-RestMethod "$($sandbox.Address)/stats").requests }
}

AfterAll {
    Stop-BearerMock
    Disconnect-BearerApi
    Stop-Sandbox $sandbox
}

Describe 'A recording' {
    It 'leaves the file as it was if nothing was requested, with a warning' {
        $file = New-Recording kept.json
        $before = Get-Content $file -Raw

        Use-BearerMock $api -Record $file { } -WarningVariable warning -WarningAction SilentlyContinue
        "$warning" | Should -BeLike "No request to $($api -replace '/api/$') was sent, so nothing was recorded. *kept.json is unchanged."
        $null = Start-BearerMock $api -Record $file
        Stop-BearerMock 3>&1 | Should -BeLike '*nothing was recorded*'

        Get-Content $file -Raw | Should -BeExactly $before
        Use-BearerMock $api -Record "$TestDrive/new.json" { } 3>&1 | Should -BeLike '*new.json was not written.'
        "$TestDrive/new.json" | Should -Not -Exist
    }

    It 'never replaces a file that is no recording, and says so before anything is requested: <Name>' -ForEach @(
        @{ Name = 'text'; Content = 'my notes' }, @{ Name = 'a HAR file'; Content = '{ "log": { "entries": [] } }' }
    ) {
        Set-Content "$TestDrive/mine.json" $Content
        $sent = Get-RequestCount

        foreach ($append in $false, $true) {
            { Use-BearerMock $api -Record "$TestDrive/mine.json" -Append:$append { Invoke-BearerRequest users/1 } } |
                Should -Throw '*mine.json exists and is not a recording, so it is not replaced.*' -ErrorId 'RecordingOverFile*'
        }
        Protect-BearerRecording "$TestDrive/mine.json" -ErrorAction SilentlyContinue

        Get-RequestCount | Should -Be $sent
        Get-Content "$TestDrive/mine.json" | Should -Be $Content
    }

    It 'cannot replace a file that is read-only' {
        $file = New-Recording fixed.json
        (Get-Item $file).IsReadOnly = $true
        $sent = Get-RequestCount

        try { { Use-BearerMock $api -Record $file { Invoke-BearerRequest users/1 } } | Should -Throw '*It is read-only.*' -ErrorId 'RecordingFileFailed*' }
        finally { (Get-Item $file).IsReadOnly = $false }
        Get-RequestCount | Should -Be $sent
    }

    It 'cannot be in a folder that cannot be written' -Skip:(-not $IsLinux) {
        { Use-BearerMock $api -Record /proc/recording.json { Invoke-BearerRequest users/1 } } | Should -Throw '*cannot be written*' -ErrorId 'RecordingFileFailed*'
    }

    It 'is kept in another file if its own cannot be written at the end' {
        $failure = { Use-BearerMock $api -Record "$TestDrive/late.json" { Invoke-BearerRequest users/1; New-Item "$TestDrive/late.json/x" -ItemType Directory -Force } } |
            Should -Throw -ErrorId 'RecordingFileFailed*' -PassThru

        "$failure" | Should -Match 'What was recorded is in (.+\.json)\.'
        $kept = "$failure" -replace '(?s).*What was recorded is in (.+?\.json)\..*', '$1'
        (Get-Content $kept -Raw | ConvertFrom-Json).entries | ForEach-Object { $_.address } | Should -Be '/api/users/1'
        Remove-Item $kept
    }

    It 'cannot be written to a file that another one is written to, unless both add to it' {
        $file = "$TestDrive/nested.json"
        { Use-BearerMock $api -Record $file { Invoke-BearerRequest users/1; Use-BearerMock $api -Record $file { Invoke-BearerRequest users/2 } } } |
            Should -Throw '*nested.json is being recorded already*' -ErrorId 'RecordingInProgress*'
        Invoke-BearerRequest users/3 | Should -Not -BeNullOrEmpty

        $null = Use-BearerMock $api -Record $file -Append { Invoke-BearerRequest users/1; Use-BearerMock $api -Record $file -Append { Invoke-BearerRequest users/2 } }
        (Get-Content $file -Raw | ConvertFrom-Json).entries | ForEach-Object { $_.address } | Should -Be '/api/users/1', '/api/users/2'
        New-Recording nested.json | Should -Exist
    }

    It 'does not keep the other mocks active if it cannot be written' {
        $null = Start-BearerMock https://other.example/
        $null = Start-BearerMock $api -Record "$TestDrive/stop.json"
        $null = Invoke-BearerRequest users/1
        $null = New-Item "$TestDrive/stop.json/x" -ItemType Directory -Force

        $failure = { Stop-BearerMock } | Should -Throw -ErrorId 'RecordingFileFailed*' -PassThru

        { Get-BearerMockCall } | Should -Throw -ErrorId 'MockNotActive*'
        Remove-Item ("$failure" -replace '(?s).*What was recorded is in (.+?\.json)\..*', '$1')
    }
}

Describe 'An error in a replay' {
    It 'has the text of the live one' {
        # The name of the login, which is there if the process has several, may be the token's account.
        $block = { try { Invoke-BearerRequest nothing -ErrorAction Stop } catch { "$_" -replace ' \((account|client) .*\)$' } }
        $file = "$TestDrive/error.json"
        $live = Use-BearerMock $api -Record $file $block

        Use-BearerMock -Replay $file $block | Should -BeExactly $live
        $again = Use-BearerMock -Replay $file {
            Connect-BearerApi -Authority $sandbox.Address -ClientId $sandbox.ClientId -BaseUri $api -SecretFrom env:BEARERTOOLS_NOT_SET
            . $block
        }

        $again | Should -BeExactly $live
    }
}
