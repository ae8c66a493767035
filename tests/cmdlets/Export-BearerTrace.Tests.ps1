BeforeDiscovery { $hasChromium = [bool](Get-Command chromium -CommandType Application -ErrorAction Ignore) }

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    Import-Module "$PSScriptRoot/Support/DevTools.psm1"
    $sandbox = Start-Sandbox
    $null = Connect-Sandbox $sandbox
    function Get-Har([string] $Path) { (Get-Content $Path -Raw | ConvertFrom-Json -DateKind String).log }
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'Export-BearerTrace' {
    BeforeAll {
        Clear-BearerTrace
        200, 404, 503, 200 | ForEach-Object { Invoke-BearerRequest "/status/$_`?page=3&code=hidden" -SkipHttpErrorCheck -MaximumRetryCount 0 } | Out-Null
        $null = Update-BearerToken
    }

    BeforeEach { $path = Join-Path $TestDrive "$(New-Guid).har" }

    It 'writes a HAR file of the whole trace that only its owner can read' {
        Export-BearerTrace $path
        $log = Get-Har $path
        $log.version | Should -BeExactly '1.2'
        $log.entries.response.status | Should -Be 200, 404, 503, 200
        $log.entries[0].request.url | Should -BeLike '*/status/200?page=3&code=REDACTED'
        $log.entries[0].request.queryString[1].value | Should -BeExactly REDACTED
        $log.entries[0].request.headers | Should -BeNullOrEmpty
        $log._events.kind | Should -Contain Token
        if (-not $IsWindows) { (Get-Item $path).UnixMode | Should -Be '-rw-------' }
    }

    It 'refuses what is no path: <Name>' -ForEach @(
        @{ Name = 'a hashtable'; Value = @{ a = 1 } }
        @{ Name = 'an object'; Value = [pscustomobject]@{ a = 1 } }
    ) {
        { Export-BearerTrace -Path $Value } | Should -Throw '*which is no path*'
        { New-BearerMockResponse -File $Value } | Should -Throw '*which is no path*'
    }

    It 'writes a page for the extension <_>, and for -As Html' -ForEach html, HTM {
        Export-BearerTrace (Join-Path $TestDrive "a.$_")
        Export-BearerTrace $path -As Html
        foreach ($file in (Join-Path $TestDrive "a.$_"), $path) { Get-Content $file -Raw | Should -BeLike '<!DOCTYPE html>*/status/404*' }
        Export-BearerTrace (Join-Path $TestDrive "a.$_") -As Har
        (Get-Har (Join-Path $TestDrive "a.$_")).version | Should -Be 1.2
    }

    It 'takes the filters of Get-BearerTrace, or its objects' {
        Export-BearerTrace $path -Failed
        (Get-Har $path).entries.response.status | Should -Be 404, 503
        Export-BearerTrace $path -Last 2 -Uri */status/*
        (Get-Har $path).entries.response.status | Should -Be 503, 200
        Get-BearerTrace | Where-Object Status -EQ 404 | Export-BearerTrace $path
        (Get-Har $path).entries.response.status | Should -Be 404
        Export-BearerTrace $path -InputObject (Get-BearerTrace -Failed)
        (Get-Har $path).entries.Count | Should -Be 2
    }

    It 'warns about an export without entries, and writes a valid file' {
        Export-BearerTrace $path -Uri */nothing/* -WarningVariable warning 3>$null
        "$warning" | Should -BeLike '*no entries*'
        (Get-Har $path).entries.Count | Should -Be 0
    }

    It 'does not replace a file if there are no entries' {
        Set-Content $path before
        Export-BearerTrace $path -Uri */nothing/* -WarningVariable warning 3>$null
        "$warning" | Should -BeLike "*no entries*'$path' is not changed."
        Get-Content $path | Should -BeExactly before
    }

    It 'names the path of the user if the folder takes no files' -Skip:(-not $IsLinux) {
        $message = { Export-BearerTrace /proc/trace.har } | Should -Throw -PassThru -ErrorId 'FileUnwritable,*'
        "$message" | Should -BeLike "The file '/proc/trace.har' cannot be written: *"
        "$message" | Should -Not -BeLike '*.tmp*'
    }

    It 'includes bodies only with -IncludeBody, and only those that were traced' {
        $with = @{ Method = 'Post'; Body = [ordered]@{ name = 'ada'; password = 'hidden1' }; TraceBody = $true; SkipHttpErrorCheck = $true }
        $null = Invoke-BearerRequest /echo?page=77 @with
        Export-BearerTrace $path -Uri *page=77*
        $entry = (Get-Har $path).entries[0]
        $entry.request.headers.name | Should -Contain Authorization
        ($entry.request.headers | Where-Object name -EQ Authorization).value | Should -BeExactly REDACTED
        $entry.request.PSObject.Properties.Name | Should -Not -Contain postData
        $entry.response.content.PSObject.Properties.Name | Should -Not -Contain text
        $entry.request.bodySize | Should -BeGreaterThan 20

        Export-BearerTrace $path -Uri *page=77* -IncludeBody
        (Get-Har $path).entries[0].request.postData.text | Should -BeExactly '{"name":"ada","password":"REDACTED"}'
        (Get-Har $path).entries[0].request.postData.mimeType | Should -BeExactly application/json
    }

    Context 'to a path' {
        It 'is relative to the current location, and may be on a drive of the FileSystem provider' {
            $null = New-PSDrive TraceDrive FileSystem $TestDrive
            Push-Location $TestDrive
            try {
                Export-BearerTrace relative.har
                Export-BearerTrace TraceDrive:\drive.har
            }
            finally { Pop-Location; Remove-PSDrive TraceDrive }
            'relative.har', 'drive.har' | ForEach-Object { Join-Path $TestDrive $_ | Should -Exist }
        }

        It 'replaces a file as a whole, but not with -NoClobber' {
            Set-Content $path 'old'
            if (-not $IsWindows) { chmod 644 $path }
            { Export-BearerTrace $path -NoClobber } | Should -Throw -ErrorId 'FileExists,*' -ExpectedMessage '*already exists*'
            Get-Content $path | Should -Be old
            Export-BearerTrace $path
            (Get-Har $path).entries.Count | Should -BeGreaterOrEqual 4
            if (-not $IsWindows) { (Get-Item $path).UnixMode | Should -Be '-rw-------' }
        }

        It 'replaces a read-only file only with -Force' {
            Set-Content $path 'old'
            Set-ItemProperty $path IsReadOnly $true
            { Export-BearerTrace $path } | Should -Throw -ErrorId 'FileReadOnly,*'
            Export-BearerTrace $path -Force
            (Get-Har $path).version | Should -Be 1.2
        }

        It 'writes nothing with -WhatIf' {
            Export-BearerTrace $path -WhatIf
            $path | Should -Not -Exist
        }

        It 'follows a link' -Skip:$IsWindows {
            $target = Join-Path $TestDrive 'target.har'
            Set-Content $target old
            $null = New-Item $path -ItemType SymbolicLink -Target $target
            Export-BearerTrace $path
            (Get-Item $path).LinkType | Should -Be SymbolicLink
            (Get-Har $target).version | Should -Be 1.2
        }

        It 'says what is wrong with <Case>' -ForEach @(
            @{ Case = 'a folder'; To = { $TestDrive }; Id = 'NotAFile' }
            @{ Case = 'a missing folder'; To = { Join-Path $TestDrive missing/a.har }; Id = 'FolderMissing' }
            @{ Case = 'another provider'; To = { 'Env:\trace' }; Id = 'NotAFile' }
        ) {
            { Export-BearerTrace (& $To) } | Should -Throw -ErrorId "$Id,*"
        }

        It 'refuses a FIFO, which might never have a reader' -Skip:$IsWindows {
            $fifo = Join-Path $TestDrive fifo.har
            mkfifo $fifo
            { Export-BearerTrace $fifo } | Should -Throw '*not a regular file*' -ErrorId 'NotAFile,*'
        }

        It 'writes to a device' -Skip:$IsWindows {
            Export-BearerTrace /dev/null
            '/dev/null' | Should -Exist
            (Get-Item /dev/null).UnixMode | Should -BeLike 'c*'
        }
    }

    It 'writes a page that a browser shows' -Skip:(-not $hasChromium) {
        $page = Join-Path $TestDrive page.html
        Export-BearerTrace $page -Uri */status/*
        $text = chromium --headless --no-sandbox --disable-gpu "--user-data-dir=$TestDrive/browser" --dump-dom "file://$page#failed" 2>$null | Out-String
        $text | Should -Match '2 of 4 rows shown · 4 requests · 2 failed'
        $text | Should -Match '/status/404\?page=3&amp;code=REDACTED'
        ([regex]'class="row failed"').Matches($text).Count | Should -Be 2
    }

    It 'writes a HAR file that the network panel of a browser opens' -Skip:(-not $hasChromium) {
        $null = Invoke-BearerRequest /items/1 -TraceBody
        { Invoke-BearerRequest http://127.0.0.1:1/refused -Token (Get-BearerToken) -MaximumRetryCount 0 } | Should -Throw -ErrorId 'HostUnreachable,*'
        Export-BearerTrace $path -IncludeBody
        $log = Get-Har $path
        $opened = Import-HarToDevTools $path -UserData (Join-Path $TestDrive devtools)

        $opened.rows.Count | Should -Be $log.entries.Count
        $opened.rows[1] | Should -BeLike '404?page=3&code=REDACTED127.0.0.1/api/status404Not Found*'
        $opened.requests.url | Should -Be $log.entries.request.url
        $opened.requests.status | Should -Be $log.entries.response.status
        $item = $opened.requests | Where-Object url -Like */items/1
        ($item.body | ConvertFrom-Json).id | Should -Be 1
        $item.headers | Should -Contain 'Content-Type: application/json'
    }
}
