# Sign-in pages where data was requested, and bodies whose form the caller decides.

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox
    $null = Connect-Sandbox $sandbox
    $command = 'BearerTools.Cmdlets.InvokeBearerRequestCommand'
    # The objects before an error that ends the command, and the error.
    function Get-Failure([scriptblock] $Script) { try { & $Script } catch { $_ } }
    $html = '<!DOCTYPE html><html><body><h1>Welcome</h1><br></body></html>'
    $login = '<!DOCTYPE html><html><body><form><input name="pw" type="password"></form></body></html>'

    # The path of a response with these properties.
    function Get-Mirror([hashtable] $Response, [string] $At = 'mirror') {
        "${At}?" + (($Response.GetEnumerator() | ForEach-Object { "$($_.Key)=$([uri]::EscapeDataString($_.Value))" }) -join '&')
    }
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'A sign-in page' {
    It 'is an error where data was requested: <Name>' -ForEach @(
        @{ Name = 'status 203'; Response = { @{ status = 203; type = 'text/html'; body = $html } }; With = @{} }
        @{ Name = 'a form for a password'; Response = { @{ type = 'text/html; charset=utf-8'; body = $login } }; With = @{} }
        @{ Name = 'JSON in the Accept header'; Response = { @{ type = 'text/html'; body = $html } }; With = @{ Headers = @{ Accept = 'application/json' } } }
        @{ Name = 'a path of items'; Response = { @{ type = 'text/html'; body = $html } }; With = @{ ItemsPath = 'value' } }
        @{ Name = 'a form for a password as plain text'; Response = { @{ type = 'text/plain'; body = $login } }; With = @{} }
        @{ Name = 'a form for a password without a media type'; Response = { @{ type = 'none'; body = $login } }; With = @{} }
        @{ Name = 'a complete response'; Response = { @{ status = 203; type = 'text/html'; body = $html } }; With = @{ IncludeResponse = $true } }
    ) {
        $failure = Get-Failure { Invoke-BearerRequest (Get-Mirror (& $Response)) @With }
        $failure.FullyQualifiedErrorId | Should -Be "SignInPage,$command"
        $failure.CategoryInfo.Category | Should -Be AuthenticationError
        $failure.Exception.Body | Should -BeLike '*<html>*'
        "$failure" | Should -BeLike '*sign-in page*-SkipHttpErrorCheck*'
    }

    It 'is an error after a redirect to a login' {
        $to = [uri]::EscapeDataString('/api/' + (Get-Mirror @{ type = 'text/html'; body = $html } 'mirror/account/login'))
        (Get-Failure { Invoke-BearerRequest "redirect?to=$to" }).FullyQualifiedErrorId | Should -Be "SignInPage,$command"
        $elsewhere = [uri]::EscapeDataString('/api/' + (Get-Mirror @{ type = 'text/html'; body = $html } 'mirror/account/blogin'))
        Invoke-BearerRequest "redirect?to=$elsewhere" | Should -BeExactly $html
    }

    It 'does not become a file, unless the file is one of HTML' {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive pages)).FullName
        $path = Get-Mirror @{ status = 203; type = 'text/html'; body = $html }
        (Get-Failure { Invoke-BearerRequest $path -OutFile "$folder/data.json" }).FullyQualifiedErrorId | Should -Be "SignInPage,$command"
        Get-ChildItem $folder | Should -BeNullOrEmpty
        Invoke-BearerRequest $path -OutFile "$folder/page.html"
        Get-Content "$folder/page.html" -Raw | Should -BeExactly $html
    }

    It 'does not become a file if only its form shows it, or JSON was requested: <Name>' -ForEach @(
        @{ Name = 'HTML'; Response = { @{ type = 'text/html'; body = $login } }; With = @{} }
        @{ Name = 'HTML whose form is far down'; Response = { @{ type = 'text/html'; spaces = '100000'; body = $login } }; With = @{} }
        @{ Name = 'plain text'; Response = { @{ type = 'text/plain'; body = $login } }; With = @{} }
        @{ Name = 'no media type'; Response = { @{ type = 'none'; body = $login } }; With = @{} }
        @{ Name = 'HTML in place of JSON'; Response = { @{ type = 'text/html'; body = $html } }; With = @{ Headers = @{ Accept = 'application/json' } } }
    ) {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive (New-Guid))).FullName
        $path = Get-Mirror (& $Response)
        $failure = Get-Failure { Invoke-BearerRequest $path -OutFile "$folder/data.json" @With }
        $failure.FullyQualifiedErrorId | Should -Be "SignInPage,$command"
        $failure.Exception.Body | Should -BeLike '*<html>*'
        Get-ChildItem $folder | Should -BeNullOrEmpty
        Invoke-BearerRequest $path -OutFile "$folder/data.json" @With -SkipHttpErrorCheck
        (Get-Content "$folder/data.json" -Raw).TrimStart() | Should -BeExactly (& $Response).body
    }

    It 'is not seen in other text, which becomes a file as it is: <Name>' -ForEach @(
        @{ Name = 'HTML'; Response = { @{ type = 'text/html'; body = $html } } }
        @{ Name = 'long HTML'; Response = { @{ type = 'text/html'; spaces = '300000'; body = $html } } }
        @{ Name = 'text'; Response = { @{ type = 'text/plain'; body = 'plain ' * 1000 } } }
        @{ Name = 'markup without a media type'; Response = { @{ type = 'none'; body = '<a>text</a>' } } }
        @{ Name = 'nothing'; Response = { @{ type = 'text/html'; body = '' } } }
    ) {
        $file = Join-Path $TestDrive "$(New-Guid).txt"
        Invoke-BearerRequest (Get-Mirror (& $Response)) -OutFile $file
        [IO.File]::ReadAllText($file) | Should -BeExactly (' ' * (& $Response).spaces + (& $Response).body)
    }

    It 'is a result where the caller says so: <Name>' -ForEach @(
        @{ Name = 'an Accept header'; With = @{ Headers = @{ Accept = 'text/html' } } }
        @{ Name = '-AsText'; With = @{ AsText = $true } }
        @{ Name = '-SkipHttpErrorCheck'; With = @{ SkipHttpErrorCheck = $true } }
    ) {
        Invoke-BearerRequest (Get-Mirror @{ status = 203; type = 'text/html'; body = $login }) @With | Should -BeExactly $login
    }

    It 'is bytes with -AsBytes' {
        $bytes = Invoke-BearerRequest (Get-Mirror @{ status = 203; type = 'text/html'; body = $login }) -AsBytes
        [Text.Encoding]::UTF8.GetString($bytes) | Should -BeExactly $login
    }

    It 'is not seen in a page that nothing shows to be one' {
        Invoke-BearerRequest (Get-Mirror @{ type = 'text/html'; body = $html }) | Should -BeExactly $html
    }

    It 'is not seen in a page whose only form is in a comment' {
        $page = "<html><!-- $login --><p>ok</p><!-- <input type=password> </html>"
        Invoke-BearerRequest (Get-Mirror @{ type = 'text/html'; body = $page }) | Should -BeExactly $page
    }

    It 'is seen in a page with what looks like a comment: <_>' -ForEach "<script>var a='<!--';</script>", '<p title="<!--">', '<title><!--</title>', '<!-- x --!>', '<!-->' {
        (Get-Failure { Invoke-BearerRequest (Get-Mirror @{ type = 'text/html'; body = "<html>$_$login" }) }).FullyQualifiedErrorId | Should -BeExactly "SignInPage,$command"
    }

    It 'is not seen in a file that the server names as a download: status <_>' -ForEach 200, 203 {
        $file = "$TestDrive/page-$_.html"
        $address = Get-Mirror @{ status = $_; type = 'text/html'; body = $login; header = 'Content-Disposition: attachment; filename="page.html"' }
        Invoke-BearerRequest $address -OutFile $file
        Get-Content $file -Raw | Should -BeExactly $login
    }

    It 'is not seen in JSON that is declared as HTML' {
        (Invoke-BearerRequest (Get-Mirror @{ status = 203; type = 'text/html'; body = '{"value":[{"id":1}]}' }) -ItemsPath value).id | Should -Be 1
    }
}

Describe 'The form of a body' {
    It 'is text where its type or a charset says so: <_>' -ForEach @(
        'application/csv; charset=utf-8', 'application/csv', 'application/jwt', 'application/at+jwt', 'application/x-pem-file'
        'application/octet-stream; charset=utf-8', 'application/vnd.own; charset=utf-8', 'application/x-yaml', 'application/vnd.own+yaml', 'application/sql'
        'application/vnd.influx.csv', 'application/pgp-keys', 'application/pgp-signature', 'application/jose', 'message/rfc822', 'application/x-turtle'
        'application/json5', 'application/edifact', 'application/EDI-X12', 'model/obj; charset=utf-8', 'model/step; charset=utf-8'
    ) {
        Invoke-BearerRequest (Get-Mirror @{ type = $_; body = 'a;ü' }) | Should -BeExactly 'a;ü'
    }

    It 'is bytes otherwise: <_>' -ForEach @(
        'application/octet-stream', 'application/pdf', 'image/png', 'image/png; charset=utf-8', 'application/pdf; charset=binary'
        foreach ($type in @(
            'application/zip', 'application/gzip', 'application/x-tar', 'application/pdf', 'application/vnd.ms-excel', 'application/msword', 'font/woff2', 'audio/ogg'
            'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'application/epub+zip', 'application/cbor'
            'model/gltf-binary', 'model/stl', 'application/pkcs7-mime', 'application/dns-message', 'application/pkix-cert', 'application/x-x509-ca-cert'
            'application/pkcs10', 'application/ocsp-request', 'application/oxps'
        )) { "$type; charset=utf-8" }
    ) {
        , (Invoke-BearerRequest (Get-Mirror @{ type = $_; body = 'ab' }) -NoEnumerate) | Should -BeOfType byte[]
    }

    It 'is text with -AsText: <Name>' -ForEach @(
        @{ Name = 'JSON'; Response = @{ body = '[{"id":1}]' }; Text = '[{"id":1}]' }
        @{ Name = 'JSON after a prefix'; Response = @{ body = ")]}'`n{}" }; Text = ")]}'`n{}" }
        @{ Name = 'JSON lines'; Response = @{ body = "{}`n{}"; type = 'application/x-ndjson' }; Text = "{}`n{}" }
        @{ Name = 'XML'; Response = @{ body = '<a/>'; type = 'application/xml' }; Text = '<a/>' }
        @{ Name = 'bytes'; Response = @{ body = 'ü'; type = 'application/octet-stream' }; Text = 'ü' }
        @{ Name = 'another charset'; Response = @{ base64 = '6Q=='; type = 'application/json; charset=iso-8859-1' }; Text = 'é' }
        @{ Name = 'a byte order mark'; Response = @{ base64 = '//7pAA=='; type = 'application/json' }; Text = 'é' }
    ) {
        Invoke-BearerRequest (Get-Mirror $Response) -AsText | Should -BeExactly $Text
        (Invoke-BearerRequest (Get-Mirror $Response) -AsText -IncludeResponse).Body | Should -BeExactly $Text
    }

    It 'is bytes with -AsBytes: <_>' -ForEach 'application/json', 'text/plain', 'application/xml' {
        $bytes = Invoke-BearerRequest (Get-Mirror @{ type = $_; body = '[1]' }) -AsBytes
        $bytes.GetType() | Should -Be ([byte[]])
        [Text.Encoding]::UTF8.GetString($bytes) | Should -BeExactly '[1]'
    }

    It 'cannot be text where objects are needed: <_>' -ForEach 'ItemsPath', 'NextLinkPath', 'PageParameter' {
        $with = @{ $_ = 'a' }
        { Invoke-BearerRequest echo -AsText @with } | Should -Throw -ErrorId "ParameterConflict,$command"
        { Invoke-BearerRequest echo -AsText -AsBytes } | Should -Throw -ErrorId "ParameterConflict,$command"
    }
}

Describe 'The error of a body that is not JSON' {
    It 'has its text' {
        $failure = Get-Failure { Invoke-BearerRequest (Get-Mirror @{ body = ")]}' {`"id`":1}" }) }
        $failure.FullyQualifiedErrorId | Should -Be "InvalidJson,$command"
        $failure.Exception.Body | Should -BeExactly ")]}' {`"id`":1}"
        "$failure" | Should -BeLike '*-AsText*$_.Exception.Body*'
    }
}
