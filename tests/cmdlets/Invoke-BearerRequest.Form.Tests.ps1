# Forms. The sandbox says what it understood, side by side with what Invoke-RestMethod sends.

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox
    $token = Connect-Sandbox $sandbox
    $command = 'BearerTools.Cmdlets.InvokeBearerRequestCommand'
    $theirs = @{ Uri = "$($sandbox.Api)form"; Method = 'Post'; Authentication = 'Bearer'; Token = $token; AllowUnencryptedAuthentication = $true }
    $file = Join-Path $TestDrive 'a.bin'
    [IO.File]::WriteAllBytes($file, [byte[]](0..255))

    function Send($Form, [hashtable] $With = @{}) { Invoke-BearerRequest form -Method Post -Form $Form @With }
}

AfterAll { Stop-Sandbox $sandbox }

Describe '-Form' {
    It 'sends what Invoke-RestMethod sends: <Name>' -ForEach @(
        @{ Name = 'texts'; Make = { @{ a = 'x'; b = 'y z' } } }
        @{ Name = 'other scripts'; Make = { @{ 'ключ' = 'Grüße' } } }
        @{ Name = 'a file'; Make = { @{ f = Get-Item $file } } }
        @{ Name = 'a list'; Make = { @{ many = 'one', 2, 3.5 } } }
        @{ Name = 'a list of files and texts'; Make = { @{ many = (Get-Item $file), 'text', (Get-Item $file) } } }
        @{ Name = 'a list in a list'; Make = { @{ many = @('one', @('two', 'three')) } } }
        @{ Name = 'numbers and nothing'; Make = { @{ n = 1.5; none = $null } } }
        @{ Name = 'an ordered dictionary'; Make = { [ordered]@{ z = 1; a = 2 } } }
        @{ Name = 'wrapped values'; Make = { @{ a = Write-Output text; f = Get-Item $file | Add-Member x 1 -PassThru } } }
    ) {
        $form = & $Make
        $ours = Send $form
        ConvertTo-Json $ours -Depth 5 | Should -BeExactly (ConvertTo-Json (Invoke-RestMethod @theirs -Form $form) -Depth 5)
        $ours.mediaType | Should -Be multipart/form-data
    }

    It 'sends the content of streams and bytes' {
        $stream = [IO.File]::OpenRead($file)
        try { $form = Send @{ s = $stream; m = [IO.MemoryStream]::new([Text.Encoding]::UTF8.GetBytes('memory')); b = [Text.Encoding]::UTF8.GetBytes('bytes') } }
        finally { $stream.Dispose() }
        $form.files.fileName | Should -Be a.bin
        $form.files.bytes | Should -Be 256
        $form.fields.m | Should -Be memory
        $form.fields.b | Should -Be bytes
    }

    It 'refuses a folder, whose path is not what is meant' {
        { Send @{ f = Get-Item $TestDrive } } | Should -Throw '*is not a file: it is a folder*' -ErrorId "NotAFile,$command"
        { Send @{ many = (Get-Item $file), (Get-Item $TestDrive) } } | Should -Throw -ErrorId "NotAFile,$command"
    }

    It 'sends file names whatever their script' {
        $named = Join-Path $TestDrive 'Übersicht "1" файл.txt'
        if ($IsWindows) { $named = $named.Replace('"', '') }
        Set-Content -LiteralPath $named x
        (Send @{ f = Get-Item -LiteralPath $named }).files.fileName | Should -Be (Split-Path $named -Leaf).Replace('"', '%22')
    }

    It 'sends one for each input' {
        $sent = Get-Item $file, $file | Invoke-BearerRequest form -Method Post -Form { @{ title = $_.BaseName; f = $_ } }
        $sent.fields.title | Should -Be a, a
        $sent.files.bytes | Should -Be 256, 256
    }

    It 'is an error without a method, before anything is sent: <_>' -ForEach 'Form', 'InFile' {
        Reset-SandboxStats $sandbox
        $with = @{ $_ = if ($_ -eq 'Form') { @{ a = 1 } } else { $file } }
        $failure = Get-TerminatingError { Invoke-BearerRequest form @with }
        $failure.FullyQualifiedErrorId | Should -Be "ParameterConflict,$command"
        $failure.ErrorDetails.Message | Should -BeLike "-$_ sends a body, and the default method is GET. Add -Method Post*"
        { Invoke-BearerRequest form @with -WhatIf } | Should -Throw -ErrorId "ParameterConflict,$command"
        (Get-SandboxStats $sandbox).requests | Should -Be 0
        { Invoke-BearerRequest echo @with -Method Get } | Should -Not -Throw
        { Invoke-BearerRequest echo @with -CustomMethod Report } | Should -Not -Throw
    }

    It 'says that a value is missing, or is a secret, instead of naming the type that PowerShell has for it' {
        (Get-TerminatingError { Send @{ f = Get-Item "$TestDrive/none*.txt" } }).ErrorDetails.Message |
            Should -BeLike "'f' has no value: the command that it comes from returned nothing. Check that command*"
        (Get-TerminatingError { Send @{ f = ConvertTo-SecureString ([guid]::NewGuid()) -AsPlainText } }).ErrorDetails.Message |
            Should -BeLike '*SecureString*convert it with ConvertFrom-SecureString -AsPlainText.'
    }

    It 'is an error where a file is not there' {
        $failure = Get-TerminatingError { Send @{ f = [IO.FileInfo](Join-Path $TestDrive none) } }
        $failure.FullyQualifiedErrorId | Should -Be "FileNotFound,$command"
    }

    It 'keeps its own media type, which knows where its parts end' {
        (Send @{ a = 'x' } @{ ContentType = 'multipart/form-data'; Headers = @{ 'Content-Type' = 'text/plain' } }).fields.a | Should -Be x
    }

    It 'sends it again when the token was rejected' {
        Revoke-SandboxTokens $sandbox
        (Send @{ f = Get-Item $file }).files.bytes | Should -Be 256
    }
}

Describe 'Other bodies of Invoke-RestMethod' {
    It 'sends a dictionary as a form where the media type says so' {
        $body = [ordered]@{ a = 'x y&z'; 'ü' = 'Grüße+'; none = $null }
        $with = @{ Method = 'Post'; Body = $body; ContentType = 'application/x-www-form-urlencoded' }
        $ours = Invoke-BearerRequest echo @with
        $ours.contentType | Should -Be application/x-www-form-urlencoded
        $ours.body | Should -BeExactly (Invoke-RestMethod "$($sandbox.Api)echo" @with -Authentication Bearer -Token (Get-BearerToken) -AllowUnencryptedAuthentication).body
        (Invoke-BearerRequest form -Method Post -ContentType $with.ContentType -Body ([pscustomobject]@{ many = 1, 2 })).fields.many | Should -Be 1, 2
    }

    It 'sends XML as XML, in the encoding that it names' {
        $echo = Invoke-BearerRequest echo -Method Post -Body ([xml]'<a>Grüße</a>')
        $echo.body | Should -BeExactly '<a>Grüße</a>'
        $echo.contentType | Should -Be application/xml
        $named = Invoke-BearerRequest echo -Method Post -Body ([xml]'<?xml version="1.0" encoding="iso-8859-1"?><a>ü</a>')
        [Text.Encoding]::Latin1.GetString([Convert]::FromBase64String($named.bodyBase64)) | Should -BeLike '*<a>ü</a>'
    }

    It 'sends content that is complete' {
        $content = [Net.Http.MultipartFormDataContent]::new()
        $content.Add([Net.Http.StringContent]::new('x'), 'a')
        (Invoke-BearerRequest form -Method Post -Body $content).fields.a | Should -Be x
    }
}
