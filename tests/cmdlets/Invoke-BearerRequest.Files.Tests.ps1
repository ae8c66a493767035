# Responses that are saved and files that are sent. Beside Invoke-RestMethod where the two agree.

BeforeDiscovery {
    # A small disk can be made without being asked for a password.
    $canMakeDisks = $IsLinux -and $(try { unshare -rm true 2>$null; $LASTEXITCODE -eq 0 } catch { $false })
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    Import-Module "$PSScriptRoot/Support/Stopping.psm1"
    $sandbox = Start-Sandbox
    $token = Connect-Sandbox $sandbox
    $command = 'BearerTools.Cmdlets.InvokeBearerRequestCommand'
    $theirs = @{ Authentication = 'Bearer'; Token = $token; AllowUnencryptedAuthentication = $true }

    function Get-Bytes([int] $Size) { , [byte[]] $(for ($n = 0; $n -lt $Size; $n++) { $n % 251 }) }
    function Get-Hash([byte[]] $Bytes) { [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData($Bytes)).ToLowerInvariant() }
    function Get-Failure([scriptblock] $Script) { try { & $Script 2>&1 | Where-Object { $_ -is [Management.Automation.ErrorRecord] } } catch { $_ } }
}

AfterAll { Stop-Sandbox $sandbox }

Describe '-OutFile' {
    BeforeEach {
        $folder = Join-Path $TestDrive (New-Guid)
        Push-Location (New-Item -ItemType Directory $folder)
    }
    AfterEach { Pop-Location }

    It 'writes nothing with -WhatIf, also for a GET' {
        Set-Content x.json 'mine' -NoNewline
        Reset-SandboxStats $sandbox
        Invoke-BearerRequest users -OutFile x.json -WhatIf
        Get-Content x.json -Raw | Should -BeExactly 'mine'
        (Get-SandboxStats $sandbox).requests | Should -Be 0
    }

    It 'refuses what is no path, as -InFile does: <Name>' -ForEach @(
        @{ Name = 'a hashtable'; Value = @{ a = 1 } }
        @{ Name = 'an object'; Value = [pscustomobject]@{ a = 1 } }
        @{ Name = 'a list'; Value = 'a.json', 'b.json' }
        @{ Name = 'an object without a text'; Value = [Text.Json.JsonSerializerOptions]::new() }
    ) {
        Reset-SandboxStats $sandbox
        (Get-Failure { Invoke-BearerRequest users -OutFile $Value }).FullyQualifiedErrorId | Should -Be "ValueRefused,$command"
        $failure = Get-Failure { Invoke-BearerRequest sink -Method Put -InFile $Value }
        $failure.FullyQualifiedErrorId | Should -Be "ValueRefused,$command"
        $failure.ErrorDetails.Message | Should -BeLike "The value of -InFile is a *, which is no path. Pass the path*"
        if ($Value -isnot [array]) {
            (Get-Failure { 1 | Invoke-BearerRequest users -OutFile { $Value } }).FullyQualifiedErrorId | Should -Be "ValueRefused,$command"
        }
        Get-ChildItem | Should -BeNullOrEmpty
        (Get-SandboxStats $sandbox).requests | Should -Be 0
    }

    It 'refuses an empty path, which would be that of the current folder: <Name>' -ForEach @(
        @{ Name = 'nothing'; Path = '' }
        @{ Name = 'spaces'; Path = ' ' }
        @{ Name = 'a list'; Path = , ('a', 'b') }
    ) {
        $failure = Get-Failure { 1 | Invoke-BearerRequest users -OutFile { , $Path } }
        $failure.FullyQualifiedErrorId | Should -Be "ValueRefused,$command"
        Get-ChildItem | Should -BeNullOrEmpty
    }

    It 'takes text, files, locations and numbers' {
        Set-Content old.json x
        'text.json', (Get-Item old.json), ([IO.FileInfo]"$folder/new.json"), (Get-Location), 7 | ForEach-Object {
            Invoke-BearerRequest users -OutFile $_
        }
        'text.json', 'old.json', 'new.json', 'users', '7' | Should -Exist
        Get-Content old.json -Raw | Should -BeLike '*id*'
    }

    It 'resolves paths as PowerShell does, in the folder and on the drive of the moment' {
        $null = New-Item -ItemType Directory sub
        $null = New-PSDrive other FileSystem (Join-Path $folder sub) -Scope Global
        try {
            $paths = "a.json", "b c.json", "sub/d.json", "./e.json", "sub/../f.json", "$folder/g.json", 'other:/h.json'
            $expected = $paths | ForEach-Object { $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($_) }
            $paths | Invoke-BearerRequest -Uri { 'users' } -OutFile { $_ }
            Set-Location other:/
            Invoke-BearerRequest users -OutFile "$folder/i.json"
            Invoke-BearerRequest users -OutFile j.json
        }
        finally {
            Set-Location $folder
            Remove-PSDrive other -Scope Global
        }

        $expected + "$folder/i.json" + "$folder/sub/j.json" | Should -Exist
    }

    It 'saves a response, as Invoke-RestMethod does, and writes nothing' {
        Invoke-BearerRequest users -OutFile ours.json | Should -BeNullOrEmpty
        Invoke-RestMethod "$($sandbox.Api)users" -OutFile theirs.json @theirs
        Get-Content ours.json -Raw | Should -BeExactly (Get-Content theirs.json -Raw)
        (Get-ChildItem).Name | Should -Be ours.json, theirs.json
    }

    It 'saves each response under a name of its own, many at once' {
        1..50 | Invoke-BearerRequest -Uri { "files/x?size=$_" } -OutFile { "$_.bin" } -ThrottleLimit 8
        1..50 | ForEach-Object { (Get-Item "$_.bin").Length } | Should -Be (1..50)
        (Get-ChildItem).Count | Should -Be 50
    }

    It 'saves in a folder under the last part of the address, as Invoke-RestMethod does' {
        $null = New-Item -ItemType Directory ours, theirs
        Invoke-BearerRequest 'files/a%20b.bin?size=10' -OutFile ours
        Invoke-RestMethod "$($sandbox.Api)files/a%20b.bin?size=10" -OutFile theirs @theirs
        (Get-ChildItem ours).Name | Should -Be (Get-ChildItem theirs).Name
    }

    It 'takes paths as PowerShell means them: relative to its location, of its drives, with brackets' {
        $null = New-PSDrive -Name Bearer -PSProvider FileSystem -Root $folder -Scope Global
        try {
            Invoke-BearerRequest users -OutFile 'Bearer:\of-drive.json'
            Invoke-BearerRequest users -OutFile 'a[1].json'
            Invoke-BearerRequest users -OutFile "../$(Split-Path $folder -Leaf)/up.json"
        }
        finally { Remove-PSDrive Bearer -Scope Global }
        (Get-ChildItem).Name | Should -Be 'a[1].json', of-drive.json, up.json
        (Get-Failure { Invoke-BearerRequest users -OutFile Env:\users }).FullyQualifiedErrorId | Should -Be "NotAFile,$command"
        (Get-Failure { Invoke-BearerRequest users -OutFile NoDrive:\users }).FullyQualifiedErrorId | Should -Be "NotAFile,$command"
    }

    It 'does not let two inputs write the same file' {
        $failure = Get-Failure { 1..2 | Invoke-BearerRequest -Uri { "files/x?size=$_" } -OutFile same.bin }
        $failure.FullyQualifiedErrorId | Should -Be "OutFileTaken,$command"
        $failure.TargetObject | Should -Be 2
        (Get-Item same.bin).Length | Should -Be 1
    }

    It 'is refused before anything is sent where there is no such folder' {
        Reset-SandboxStats $sandbox
        $failure = Get-Failure { Invoke-BearerRequest things -Method Post -Body @{} -OutFile none/a.json }
        $failure.FullyQualifiedErrorId | Should -Be "OutFolderMissing,$command"
        $failure.ErrorDetails.Message | Should -BeLike "*New-Item -ItemType Directory '*none'*"
        (Get-SandboxStats $sandbox).effects | Should -Be 0
    }

    It 'does not take the path from what comes down the pipeline' {
        [pscustomobject]@{ Uri = 'users'; OutFile = 'evil.json'; InFile = 'x'; Form = 'x' } | Invoke-BearerRequest | Should -HaveCount 3
        Get-ChildItem | Should -BeNullOrEmpty
    }

    It 'does not save an error response without -SkipHttpErrorCheck' {
        (Get-Failure { Invoke-BearerRequest status/404 -OutFile a.json }).FullyQualifiedErrorId | Should -Be "HttpStatus404,$command"
        Get-ChildItem | Should -BeNullOrEmpty
        Invoke-BearerRequest status/404 -OutFile ours.json -SkipHttpErrorCheck -StatusCodeVariable ours
        Invoke-RestMethod "$($sandbox.Api)status/404" -OutFile theirs.json -SkipHttpErrorCheck -StatusCodeVariable status @theirs
        $ours | Should -Be $status
        Get-Content ours.json -Raw | Should -BeExactly (Get-Content theirs.json -Raw)
    }

    It 'saves and writes with -PassThru' {
        (Invoke-BearerRequest users -OutFile users.json -PassThru).name | Should -Be ada, grace, edsger
        (Get-Content users.json -Raw | ConvertFrom-Json).name | Should -Be ada, grace, edsger
        (Invoke-BearerRequest formats/xml -OutFile order.xml -PassThru).order.id | Should -Be 7
    }

    It 'returns the headers that were received with -PassThru and -IncludeResponse' {
        [IO.File]::WriteAllBytes("$PWD/x.bin", [byte[]]::new(100))
        $response = Invoke-BearerRequest 'files/x?size=5000&fault=no-etag' -OutFile x.bin -Resume -PassThru -IncludeResponse
        $response.StatusCode | Should -Be 206
        $response.Headers['Content-Range'] | Should -Be 'bytes 100-4999/5000'
        $response.Headers['Content-Length'] | Should -Be 4900
        $response.Body.Count | Should -Be 5000
    }

    It 'names the file in the response of -IncludeResponse' {
        $response = Invoke-BearerRequest users -OutFile users.json -IncludeResponse
        $response.Body.FullName | Should -Be (Get-Item users.json).FullName
        $response.StatusCode | Should -Be 200
    }

    It 'keeps what came before the connection broke, under another name, and -Resume fetches the rest' {
        $failure = Get-Failure { Invoke-BearerRequest 'files/x?size=5000&fault=truncate&at=2000' -OutFile x.bin }
        $failure.FullyQualifiedErrorId | Should -Be "ConnectionFailed,$command"
        $failure.ErrorDetails.Message | Should -BeLike '*2000 bytes are saved in *x.bin.bearertools-part*-Resume*'
        Test-Path x.bin | Should -BeFalse

        Invoke-BearerRequest 'files/x?size=5000' -OutFile x.bin -Resume -ResponseHeadersVariable headers -StatusCodeVariable status
        $status | Should -Be 206
        "$($headers['X-Range'])" | Should -Be 'bytes=2000-'
        Get-Hash ([IO.File]::ReadAllBytes("$folder/x.bin")) | Should -Be (Get-Hash (Get-Bytes 5000))
        (Get-ChildItem).Name | Should -Be x.bin
    }

    It 'resumes what Invoke-RestMethod left, and leaves a complete file unchanged' {
        [IO.File]::WriteAllBytes("$folder/x.bin", (Get-Bytes 1000))
        Invoke-BearerRequest 'files/x?size=5000&fault=no-etag' -OutFile x.bin -Resume -StatusCodeVariable status
        $status | Should -Be 206
        Invoke-BearerRequest 'files/x?size=5000' -OutFile x.bin -Resume -StatusCodeVariable status
        $status | Should -Be 416
        Get-Hash ([IO.File]::ReadAllBytes("$folder/x.bin")) | Should -Be (Get-Hash (Get-Bytes 5000))
    }

    It 'downloads a file again that has become longer, and says so' {
        Invoke-BearerRequest 'files/x?size=1000' -OutFile x.bin
        [IO.File]::WriteAllBytes("$folder/x.bin", [byte[]]::new(1000))
        $lines = Invoke-BearerRequest 'files/x?size=5000&etag="v2"' -OutFile x.bin -Resume -Verbose 4>&1
        "$lines" | Should -BeLike "*x.bin' with its 1000 bytes, or an unknown version*downloading all of it*"
        Get-Hash ([IO.File]::ReadAllBytes("$folder/x.bin")) | Should -Be (Get-Hash (Get-Bytes 5000))
        (Get-ChildItem).Name | Should -Be x.bin
    }

    It 'refuses parameters that cannot be combined: <Name>' -ForEach @(
        @{ Name = '-PassThru alone'; With = @{ PassThru = $true }; Says = '-PassThru needs -OutFile*' }
        @{ Name = '-Body and -InFile'; With = @{ Body = 'x'; InFile = 'x' }; Says = '-Body cannot be combined with -InFile*' }
        @{ Name = '-Body and -Form'; With = @{ Body = 'x'; Form = @{} }; Says = '-Body cannot be combined with -Form*' }
        @{ Name = '-InFile and -Form'; With = @{ InFile = 'x'; Form = @{} }; Says = '-InFile cannot be combined with -Form*' }
        @{ Name = '-OutFile and pages'; With = @{ OutFile = 'x'; FollowRelLink = $true }; Says = '-OutFile *pages*' }
    ) {
        { Invoke-BearerRequest echo @With } | Should -Throw $Says -ErrorId "ParameterConflict,$command"
    }

    It 'says that a download into a folder cannot be resumed' {
        (Get-Failure { Invoke-BearerRequest users -OutFile . -Resume }).FullyQualifiedErrorId | Should -Be "ParameterConflict,$command"
    }

    It 'keeps what came before the disk was full, says so, and resumes when there is space: <_> bytes' -ForEach 1000000, 3000000 -Skip:(-not $canMakeDisks) {
        $script = Join-Path $TestDrive 'full.ps1'
        Set-Content $script @"
Import-Module '$PSScriptRoot/../../BearerTools.psd1'
Connect-BearerApi -TokenFrom env:BEARERTOOLS_TEST_TOKEN -BaseUri '$($sandbox.Api)'
Set-Location '$folder'
try { Invoke-BearerRequest 'files/x?size=$_' -OutFile x.bin -ErrorAction Stop } catch { `$_.FullyQualifiedErrorId; "`$(`$_.ErrorDetails)" }
"whole: `$(Test-Path x.bin)"
`$null = mount -o remount,size=8m '$folder'
Invoke-BearerRequest 'files/x?size=$_' -OutFile x.bin -Resume -StatusCodeVariable status
"status `$status"
(Get-FileHash x.bin).Hash
(Get-ChildItem).Name -join ' '
"@
        $engine, $first = Get-Engine
        $env:BEARERTOOLS_TEST_TOKEN = Get-BearerToken -AsPlainText
        try { $said = unshare -rm sh -c "mount -t tmpfs -o size=512k tmpfs '$folder' && exec `"`$@`"" sh $engine $first -NoProfile -File $script }
        finally { Remove-Item Env:BEARERTOOLS_TEST_TOKEN }

        $said[0] | Should -Be "DiskFull,$command"
        $said[1] | Should -BeLike '*the disk is full. Free disk space*x.bin.bearertools-part*-Resume*'
        $said[2..5] | Should -Be 'whole: False', 'status 206', (Get-Hash (Get-Bytes $_)).ToUpperInvariant(), 'x.bin'
    }

    It 'ends within a second, and keeps what was received' {
        $started = Start-Script "$PSScriptRoot/../../BearerTools.psd1" 'Invoke-BearerRequest "files/x?size=9000000&fault=stall&at=3000000" -OutFile "$folder/x.bin"' @{ folder = $folder }
        Wait-Until { (Test-Path x.bin.bearertools-part) -and (Get-Item x.bin.bearertools-part).Length -eq 3000000 }
        Stop-Script $started | Should -BeLessThan 2
        (Get-ChildItem).Name | Should -Be x.bin.bearertools-part, x.bin.bearertools-part.json
    }
}

Describe '-InFile' {
    BeforeAll {
        Push-Location $TestDrive
        [IO.File]::WriteAllBytes("$TestDrive/a.bin", (Get-Bytes 300000))
        [IO.File]::WriteAllBytes("$TestDrive/b[1].bin", (Get-Bytes 10))
        $hash = Get-Hash (Get-Bytes 300000)
    }
    AfterAll { Pop-Location }

    It 'sends a file unchanged, with its length' {
        $sink = Invoke-BearerRequest sink -Method Put -InFile a.bin
        $sink.sha256 | Should -Be $hash
        $sink.contentLength | Should -Be 300000
        $sink.contentType | Should -Be application/octet-stream
        (Invoke-BearerRequest sink -Method Put -InFile a.bin -ContentType image/png).contentType | Should -Be image/png
        (Invoke-RestMethod "$($sandbox.Api)sink" -Method Put -InFile a.bin @theirs).sha256 | Should -Be $hash
    }

    It 'sends one for each input, and writes an error for a file that does not exist' {
        $sent = Get-ChildItem *.bin | Invoke-BearerRequest sink -Method Put -InFile { $_.FullName }
        $sent.bytes | Should -Be 300000, 10
        $failed = 'a.bin', 'none.bin', 'a.bin' | Invoke-BearerRequest -Uri { 'sink' } -Method Put -InFile { $_ } -ErrorVariable failure -ErrorAction SilentlyContinue
        $failed.bytes | Should -Be 300000, 300000
        $failure[0].FullyQualifiedErrorId | Should -Be "FileNotFound,$command"
        $failure[0].CategoryInfo.Category | Should -Be ObjectNotFound
        $failure[0].TargetObject | Should -Be none.bin
    }

    It 'takes a pattern that one file matches, and brackets as they are' {
        (Invoke-BearerRequest sink -Method Put -InFile a.*).bytes | Should -Be 300000
        (Invoke-BearerRequest sink -Method Put -InFile 'b[1].bin').bytes | Should -Be 10
        (Get-Failure { Invoke-BearerRequest sink -Method Put -InFile *.bin }).FullyQualifiedErrorId | Should -Be "NotAFile,$command"
        (Get-Failure { Invoke-BearerRequest sink -Method Put -InFile . }).FullyQualifiedErrorId | Should -Be "NotAFile,$command"
    }

    It 'sends it again when the token was rejected' {
        Revoke-SandboxTokens $sandbox
        $response = Invoke-BearerRequest sink -Method Put -InFile a.bin -IncludeResponse
        $response.Body.sha256 | Should -Be $hash
        $response.Attempts | Should -Be 2
    }

    It 'is not sent to a server that refuses it before the body (Expect: 100-continue)' {
        $failure = Get-Failure { Invoke-BearerRequest sink/refused -Method Put -InFile a.bin -Headers @{ Expect = '100-continue' } }
        $failure.FullyQualifiedErrorId | Should -Be "HttpStatus417,$command"
        $failure.ErrorDetails.Message | Should -BeLike '*Expect header*'
    }
}
