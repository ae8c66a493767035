# The media type and charset of a body: what is announced is what is sent.

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox
    $null = Connect-Sandbox $sandbox
    $command = 'BearerTools.Cmdlets.InvokeBearerRequestCommand'
    # The objects before an error that ends the command, and the error.
    function Get-Failure([scriptblock] $Script) { try { & $Script } catch { $_ } }

    function Send($Body, [hashtable] $With = @{}) { Invoke-BearerRequest echo -Method Post -Body $Body @With }
    function ConvertTo-Hex($Echo) { [Convert]::ToHexString([Convert]::FromBase64String($Echo.bodyBase64)) }
    function ConvertTo-HexOf([string] $Text, [string] $Encoding) { [Convert]::ToHexString([Text.Encoding]::GetEncoding($Encoding).GetBytes($Text)) }
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'The media type of a body' {
    It 'decides the charset of text: <Type>, given by <By>' -ForEach @(
        foreach ($by in 'parameter', 'header') {
            @{ By = $by; Type = 'text/plain; charset=iso-8859-1'; Hex = 'E9' }
            @{ By = $by; Type = 'text/plain; charset="ISO-8859-1"'; Hex = 'E9' }
            @{ By = $by; Type = 'text/plain; charset=utf-16'; Hex = 'E900' }
            @{ By = $by; Type = 'text/plain; charset=utf8'; Hex = 'C3A9' }
            @{ By = $by; Type = 'text/plain'; Hex = 'C3A9' }
        }
    ) {
        $with = $By -eq 'header' ? @{ Headers = @{ 'content-type' = $Type } } : @{ ContentType = $Type }
        $echo = Send 'é' $with
        $echo.contentType | Should -BeExactly $Type
        ConvertTo-Hex $echo | Should -BeExactly $Hex
    }

    It 'decides the charset of an object that becomes JSON' {
        $echo = Send @{ a = 'é' } @{ ContentType = 'application/json; charset=utf-16' }
        ConvertTo-Hex $echo | Should -BeExactly (ConvertTo-HexOf '{"a":"é"}' utf-16)
        ConvertTo-Hex (Send @{ a = 'é€😀' } @{ ContentType = 'application/json; charset=iso-8859-1' }) |
            Should -BeExactly (ConvertTo-HexOf '{"a":"é\u20ac\ud83d\ude00"}' iso-8859-1)
    }

    It 'makes an object a form, given by <By>' -ForEach @{ By = 'parameter' }, @{ By = 'header' } {
        $type = 'application/x-www-form-urlencoded'
        $with = $By -eq 'header' ? @{ Headers = @{ 'Content-Type' = $type } } : @{ ContentType = $type }
        (Send ([ordered]@{ a = 'x y'; n = 1 }) $with).body | Should -BeExactly 'a=x+y&n=1'
        (Send ([pscustomobject]@{ a = 'x y'; n = 1 }) $with).body | Should -BeExactly 'a=x+y&n=1'
        (Send 'a=1' $with).body | Should -BeExactly 'a=1'
        (Send @{ a = 'é' } @{ ContentType = "$type; charset=iso-8859-1" }).body | Should -BeExactly 'a=%E9'
    }

    It 'makes a list lines of JSON' {
        $echo = Send @(@{ a = 1 }, @{ a = 2 }) @{ ContentType = 'application/x-ndjson' }
        $echo.body | Should -BeExactly "{`"a`":1}`n{`"a`":2}`n"
    }

    It 'decides the encoding and the declaration of XML' {
        $xml = [xml]'<?xml version="1.0" encoding="utf-8"?><a>é€</a>'
        $echo = Send $xml @{ ContentType = 'application/xml; charset=iso-8859-1' }
        ConvertTo-Hex $echo | Should -BeExactly (ConvertTo-HexOf '<?xml version="1.0" encoding="iso-8859-1"?><a>é&#x20AC;</a>' iso-8859-1)
        $xml.OuterXml | Should -BeLike '*utf-8*é€*'
    }

    It 'is that of -ContentType, then that of -Headers, then that of the connection' {
        $token = Connect-Sandbox $sandbox -With @{ Headers = @{ 'Content-Type' = 'application/vnd.common' } }
        $own = @{ Token = $token; Headers = @{ 'Content-Type' = 'text/plain' } }
        (Send 'x' ($own + @{ ContentType = 'application/json' })).contentType | Should -BeExactly 'application/json'
        (Send 'x' $own).contentType | Should -BeExactly 'text/plain'
        (Send 'x' @{ Token = $token }).contentType | Should -BeExactly 'application/vnd.common'
        (Invoke-BearerRequest echo -Token $token).contentType | Should -BeNullOrEmpty
        (Invoke-BearerRequest form -Method Post -Form @{ a = 'x' } -Token $token).fields.a | Should -Be x
        $null = Connect-Sandbox $sandbox
    }

    It 'is sent with a file' {
        $file = Join-Path $TestDrive 'a.txt'
        Set-Content $file x -NoNewline
        (Invoke-BearerRequest echo -Method Post -InFile $file -Headers @{ 'Content-Type' = 'text/csv' }).contentType | Should -BeExactly 'text/csv'
        (Invoke-BearerRequest echo -Method Post -InFile $file -ContentType text/plain -Headers @{ 'Content-Type' = 'text/csv' }).contentType | Should -BeExactly 'text/plain'
        (Invoke-BearerRequest echo -Method Post -InFile $file).contentType | Should -BeExactly 'application/octet-stream'
    }

    It 'is sent without a body too: <_>' -ForEach 'Post', 'Put', 'Patch', 'Delete', 'Get' {
        $echo = Invoke-BearerRequest echo -Method $_ -ContentType application/json
        $echo.contentType | Should -BeExactly 'application/json'
        $echo.body | Should -BeExactly ''
        (Invoke-BearerRequest echo -Method $_ -Headers @{ 'Content-Type' = 'application/json' }).contentType | Should -BeExactly 'application/json'
        (Invoke-BearerRequest echo -Method $_).contentType | Should -BeNullOrEmpty
    }

    It 'is not sent where a redirect dropped the body' {
        (Invoke-BearerRequest "redirect?to=/api/echo" -Method Post -Body @{ a = 1 } -ContentType application/json).contentType | Should -BeNullOrEmpty
    }

    It 'is not given where it is empty: <Name>' -ForEach @{ Name = "''"; Value = '' }, @{ Name = '$null'; Value = $null } {
        (Send @{ a = 1 } @{ ContentType = $Value }).contentType | Should -BeExactly 'application/json; charset=utf-8'
        (Send @{ a = 1 } @{ Headers = @{ 'Content-Type' = $Value } }).contentType | Should -BeExactly 'application/json; charset=utf-8'
    }

    It 'refuses a body that it cannot be of: <Name>' -ForEach @(
        @{ Name = 'an object as XML'; Body = @{ a = 1 }; Type = 'application/soap+xml'; Id = 'BodyRefused' }
        @{ Name = 'an object as a multipart form'; Body = @{ a = 1 }; Type = 'multipart/form-data'; Id = 'BodyRefused' }
        @{ Name = 'a list as a form'; Body = 1, 2; Type = 'application/x-www-form-urlencoded'; Id = 'BodyRefused' }
        @{ Name = 'text that its charset lacks'; Body = 'in €'; Type = 'text/plain; charset=iso-8859-1'; Id = 'BodyNotEncodable'; Says = '*iso-8859-1 lacks: U+20AC at position 3.*' }
        @{ Name = 'an emoji that its charset lacks'; Body = '😀'; Type = 'text/plain; charset=iso-8859-1'; Id = 'BodyNotEncodable'; Says = '*lacks: U+1F600 at position 0.*' }
        @{ Name = 'text in an unknown charset'; Body = 'x'; Type = 'text/plain; charset=bogus'; Id = 'InvalidEncoding' }
    ) {
        $failure = Get-Failure { Send $Body @{ ContentType = $Type } }
        $failure.FullyQualifiedErrorId | Should -Be "$Id,$command"
        if ($Says) { $failure.ErrorDetails.Message | Should -BeLike $Says }
    }

    It 'of a form has a boundary without quotes' {
        $type = (Invoke-BearerRequest echo -Method Post -Form @{ a = 'x' }).contentType
        $type | Should -Match '^multipart/form-data; boundary=[0-9a-f-]+$'
    }
}

Describe 'The text of a value' {
    It 'is the same in queries, forms, headers and form bodies: <Name>' -ForEach @(
        @{ Name = 'true'; Value = $true; Text = 'true' }
        @{ Name = 'a switch'; Value = [switch]$true; Text = 'true' }
        @{ Name = 'a date'; Value = [datetime]'2024-01-02'; Text = '2024-01-02T00:00:00.0000000' }
        @{ Name = 'a time with offset'; Value = [datetimeoffset]'2024-01-02T03:04:05+02:00'; Text = '2024-01-02T03:04:05.0000000+02:00' }
        @{ Name = 'a day'; Value = [DateOnly]::new(2024, 1, 2); Text = '2024-01-02' }
        @{ Name = 'a fraction'; Value = 1.5; Text = '1.5' }
        @{ Name = 'a large number'; Value = 1234567.25d; Text = '1234567.25' }
        @{ Name = 'an enum'; Value = [DayOfWeek]::Friday; Text = 'Friday' }
    ) {
        $before = [cultureinfo]::CurrentCulture
        try {
            [cultureinfo]::CurrentCulture = 'de-DE'
            $echo = Invoke-BearerRequest echo -Query @{ v = $Value } -Headers @{ 'X-V' = $Value } -SessionVariable session -DateKind String
            (Invoke-BearerRequest form -DateKind String -Method Post -Form @{ v = $Value }).fields.v | Should -BeExactly $Text
            $form = Send @{ v = $Value } @{ ContentType = 'application/x-www-form-urlencoded' }
        }
        finally { [cultureinfo]::CurrentCulture = $before }
        $echo.query.v | Should -BeExactly $Text
        $echo.headers.'X-V' | Should -BeExactly $Text
        [uri]::UnescapeDataString($form.body) | Should -BeExactly "v=$Text"
        $session.Headers['X-V'] | Should -BeExactly $Text
    }

    It 'is an HTTP-date in a header that holds one' {
        $when = [datetimeoffset]'2024-01-02T03:04:05+02:00'
        (Invoke-BearerRequest echo -Headers @{ 'If-Modified-Since' = $when }).headers.'If-Modified-Since' | Should -BeExactly 'Tue, 02 Jan 2024 01:04:05 GMT'
    }

    It 'does not exist for an object that would only name its type: <Parameter>, <Name>' -ForEach @(
        foreach ($parameter in 'Query', 'Headers', 'Form') {
            @{ Parameter = $parameter; Name = 'a hashtable'; Value = @{ a = 1 } }
            @{ Parameter = $parameter; Name = 'a SecureString'; Value = [securestring]::new() }
            @{ Parameter = $parameter; Name = 'an object'; Value = [pscustomobject]@{ a = 1 } }
            @{ Parameter = $parameter; Name = 'a script block'; Value = { $_ } }
        }
    ) {
        $with = @{ $Parameter = @{ v = $Value } }
        $failure = Get-Failure { Invoke-BearerRequest echo -Method Post @with }
        $failure.FullyQualifiedErrorId | Should -Be "ValueRefused,$command"
        "$failure" | Should -BeLike "*'v'*"
    }
}
