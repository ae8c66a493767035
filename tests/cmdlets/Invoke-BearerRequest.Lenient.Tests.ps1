# JSON that is none by the standard and that PowerShell reads, several documents in one body, and bodies of unusual objects.

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox
    $null = Connect-Sandbox $sandbox
    $command = 'BearerTools.Cmdlets.InvokeBearerRequestCommand'
    # The objects before an error that ends the command, and the error.
    function Get-Failure([scriptblock] $Script) { try { & $Script } catch { $_ } }

    function Get-Mirror([hashtable] $Response) {
        'mirror?' + (($Response.GetEnumerator() | ForEach-Object { "$($_.Key)=$([uri]::EscapeDataString($_.Value))" }) -join '&')
    }

    function Show($Value) { ConvertTo-Json -InputObject $Value -Depth 9 -Compress }
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'JSON that ConvertFrom-Json reads' {
    It 'is read as the same: <_>' -ForEach @(
        "{`"a`":`"tab`there`"}", "{`"a`":`"line`nbreak`r`n`"}", '{"a":NaN}', '{"a":[Infinity,-Infinity]}', "{'a':'it\'s','b':'`"'}", '{a:1,$b_2:{c:true}}'
        '[1,,2]', '{"a":undefined}', '{"a":0x1F}', '{"a":010}', '{"a":.5}', '{"a":5.}', '/* c */{"a":1/* d */,}', "[{'id':1},{'id':2}]", '{"a":"\''"}'
    ) {
        $theirs = ConvertFrom-Json $_ -NoEnumerate
        $ours = Invoke-BearerRequest (Get-Mirror @{ body = $_ }) -NoEnumerate
        Show $ours | Should -BeExactly (Show $theirs)
        "$(@($ours)[0].a | ForEach-Object { ${_}?.GetType() })" | Should -Be "$(@($theirs)[0].a | ForEach-Object { ${_}?.GetType() })"
    }

    It 'is refused where ConvertFrom-Json refuses it: <_>' -ForEach '{"a":oops}', '{"a":1', '[1 2]', '{"a" 1}', '["\x"]', "{'a':1" {
        { ConvertFrom-Json $_ } | Should -Throw
        (Get-Failure { Invoke-BearerRequest (Get-Mirror @{ body = $_ }) }).FullyQualifiedErrorId | Should -Contain "InvalidJson,$command"
    }

    It 'has no object if it is text that begins with a value: <_>' -ForEach 'true story', 'nullable', 'null and void', '404 not found' {
        @(Get-Failure { Invoke-BearerRequest (Get-Mirror @{ body = $_ }) -ErrorAction Stop }).FullyQualifiedErrorId | Should -Be "InvalidJson,$command"
    }
}

Describe 'Several documents in one body' {
    It 'are rows: <Type>' -ForEach @(
        @{ Type = 'application/json'; Body = "{`"id`":1}`n{`"id`":2}`n" }
        @{ Type = 'application/stream+json'; Body = "{`"id`":1}`n{`"id`":2}`n" }
        @{ Type = 'application/json-seq'; Body = "$([char]0x1e){`"id`":1}`n$([char]0x1e){`"id`":2}`n" }
        @{ Type = 'application/geo+json-seq'; Body = "$([char]0x1e){`"id`":1}`n$([char]0x1e){`"id`":2}`n" }
    ) {
        (Invoke-BearerRequest (Get-Mirror @{ type = $Type; body = $Body })).id | Should -Be 1, 2
        (Invoke-BearerRequest (Get-Mirror @{ type = $Type; body = $Body }) -IncludeResponse).Body.id | Should -Be 1, 2
    }

    It 'are text where the media type is not JSON, as in Invoke-RestMethod' {
        Invoke-BearerRequest (Get-Mirror @{ type = 'text/plain'; body = "{`"id`":1}`n{`"id`":2}" }) | Should -BeExactly "{`"id`":1}`n{`"id`":2}"
        Invoke-BearerRequest (Get-Mirror @{ type = 'text/plain'; body = '007' }) | Should -BeExactly '007'
    }
}

Describe 'JSON in UTF-16' {
    It 'is read without a charset: <Name>' -ForEach @(
        @{ Name = 'with a byte order mark'; Encoding = 'utf-16'; Mark = $true }
        @{ Name = 'big-endian, with a byte order mark'; Encoding = 'utf-16BE'; Mark = $true }
        @{ Name = 'without one'; Encoding = 'utf-16'; Mark = $false }
    ) {
        $encoding = [Text.Encoding]::GetEncoding($Encoding)
        $bytes = [byte[]](@($Mark ? $encoding.GetPreamble() : @()) + $encoding.GetBytes('{"name":"Καφές"}'))
        (Invoke-BearerRequest (Get-Mirror @{ base64 = [Convert]::ToBase64String($bytes) })).name | Should -BeExactly 'Καφές'
    }
}

Describe 'A body' {
    It 'is written to the depth of ConvertTo-Json' {
        $nested = @{ leaf = 1 }
        1..100 | ForEach-Object { $nested = @{ n = $nested } }
        (Invoke-BearerRequest echo -Method Post -Body $nested -DateKind String).body | Should -BeExactly (ConvertTo-Json $nested -Depth 100 -Compress)
        (Get-Failure { Invoke-BearerRequest echo -Method Post -Body @{ n = $nested } }).FullyQualifiedErrorId | Should -Be "BodyNotJson,$command"
    }

    It 'of JSON is written as what it is: <Name>' -ForEach @(
        @{ Name = 'JObject'; Make = { , [Newtonsoft.Json.Linq.JObject]::Parse('{"a":[1,"x",null,{"b":1.5}]}') } }
        @{ Name = 'JsonNode'; Make = { , [Text.Json.Nodes.JsonNode]::Parse('{"a":[1,"x",null,{"b":1.5}]}') } }
        @{ Name = 'JsonDocument'; Make = { [Text.Json.JsonDocument]::Parse('{"a":[1,"x",null,{"b":1.5}]}') } }
        @{ Name = 'JsonElement'; Make = { [Text.Json.JsonDocument]::Parse('{"a":[1,"x",null,{"b":1.5}]}').RootElement } }
    ) {
        $json = & $Make
        $sent = Invoke-BearerRequest echo -Method Post -Body @{ inner = $json }
        $sent.body | Should -BeExactly '{"inner":{"a":[1,"x",null,{"b":1.5}]}}'
        (Invoke-BearerRequest echo -Method Post -Body $json).body | Should -BeExactly '{"a":[1,"x",null,{"b":1.5}]}'
    }

    It 'of a read-only dictionary is an object' {
        $inner = [System.Collections.Generic.Dictionary[string, int]]::new()
        $inner['a'] = 1
        $sorted = [System.Collections.ObjectModel.ReadOnlyDictionary[string, int]]::new($inner)
        (Invoke-BearerRequest echo -Method Post -Body @{ d = $sorted }).body | Should -BeExactly '{"d":{"a":1}}'
    }
}

Describe 'JSON Lines' {
    It 'are rows under any of their names: <_>' -ForEach 'application/jsonl', 'application/x-jsonl', 'application/json-lines', 'application/x-jsonlines', 'text/jsonl', 'text/x-ndjson' {
        (Invoke-BearerRequest (Get-Mirror @{ type = $_; body = "{`"id`":1}`n{`"id`":2}`n" })).id | Should -Be 1, 2
    }
}

Describe 'A complete response' {
    It 'is shown as a table with the number of its status' {
        $shown = Invoke-BearerRequest (Get-Mirror @{ status = 202; body = '{"id":1}' }) -IncludeResponse | Out-String -Width 160
        $shown | Should -Match '(?m)^Status\s+Reason\s+Duration'
        $shown | Should -Match '(?m)^\s*202\s+Accepted\s+\S+ ms'
    }

    It 'is shown as a list with the number of its status' {
        $response = Invoke-BearerRequest (Get-Mirror @{ status = 202; body = '{"id":1}' }) -IncludeResponse
        $response | Format-List | Out-String -Width 160 | Should -Match '(?m)^StatusCode\s+: 202 \(Accepted\)\s*$'
        $response | Format-List | Out-String -Width 160 | Should -Match '(?m)^Body\s+: @\{id=1\}'
    }
}
